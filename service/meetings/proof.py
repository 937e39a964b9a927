"""Whether sign-offs, approved texts and the audit log say the same: what ``audit verify`` and a meeting's audit page ask.

The log is chained, the other tables are not; so each sign-off is held against the row that was written with it, and
each signed text is hashed again.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from service.audit import AuditEventName, verify_span
from service.db.approval_tables import SignOff
from service.db.tables import AuditEvent, DraftVersion, MeetingRow
from service.meetings.drafting import subject
from service.meetings.signing import told

_WITH_SIGN_OFFS = (
    AuditEventName.SPEAKER_CHECK_STARTED,
    AuditEventName.MEETING_SUBMITTED,
    AuditEventName.STEP_SIGNED,
    AuditEventName.MEETING_APPROVED,
    AuditEventName.MEETING_RETURNED,
    AuditEventName.MEETING_WITHDRAWN,
)


@dataclass(frozen=True)
class Proof:
    """``faults`` are sentences for people; empty when everything agrees."""

    events: int
    sign_offs: int
    texts: int
    """Signed or approved texts whose hash was computed again."""
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.faults


def prove_sign_offs(session: Session) -> Proof:
    """All meetings: the sign-offs against the log, and the signed texts. The log itself is ``service.audit.verify``'s."""
    meetings = list(session.scalars(select(MeetingRow.id).order_by(MeetingRow.id)))
    proofs = [_of_meeting(session, meeting_id) for meeting_id in meetings]
    return Proof(
        0,
        sum(each.sign_offs for each in proofs),
        sum(each.texts for each in proofs),
        tuple(fault for each in proofs for fault in each.faults),
    )


def prove_meeting(session: Session, meeting_id: str) -> Proof:
    """One meeting: its rows of the log, each with its link to the row before, its sign-offs and its signed texts."""
    numbers = session.scalars(
        select(AuditEvent.seq).where(AuditEvent.subject == subject(meeting_id)).order_by(AuditEvent.seq)
    ).all()
    broken = tuple(
        f"監査記録の{seq}番が、保存されたハッシュ値と合わないか、その前の記録とつながっていません。"
        for seq in numbers
        if not verify_span(session, seq, seq).ok
    )
    found = _of_meeting(session, meeting_id)
    return Proof(len(numbers), found.sign_offs, found.texts, broken + found.faults)


def _of_meeting(session: Session, meeting_id: str) -> Proof:
    rows = session.scalars(select(SignOff).where(SignOff.meeting_id == meeting_id).order_by(SignOff.number)).all()
    logged = dict(_logged(session, meeting_id))
    hashes = _hashes(session, meeting_id)
    meeting = session.get_one(MeetingRow, meeting_id)
    title = meeting.title
    faults: list[str] = []
    for number, row in enumerate(rows, 1):
        where = f"「{title}」の{row.number}件目の承認の記録（{row.step_name}）"
        if row.number != number:
            faults.append(f"{where}の前に、失われた記録があります。")
        if row.id not in logged:
            faults.append(f"{where}が、監査記録にありません。")
        elif any(logged[row.id].get(key) != value for key, value in told(row).items()):
            faults.append(f"{where}が、監査記録と違います。")
        if hashes.get(row.version) != row.sha256:
            faults.append(f"{where}のハッシュ値が、保存されている第{row.version}版の文と合いません。")
    lost = len(set(logged) - {row.id for row in rows})
    if lost:
        faults.append(f"「{title}」の監査記録にある承認のうち{lost}件が、承認の記録にありません。")
    if meeting.approved_version is not None:
        approved = hashes.get(meeting.approved_version)
        if approved != meeting.approved_sha256:
            faults.append(f"「{title}」の承認された文が、承認のときのハッシュ値と合いません。")
        elif approved not in _approved(session, meeting_id):
            faults.append(f"「{title}」の承認された文のハッシュ値が、監査記録の承認と合いません。")
    return Proof(0, len(rows), len(hashes), tuple(faults))


def _logged(session: Session, meeting_id: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Sign-off id -> what the log says of it."""
    for detail in _details(session, meeting_id, *_WITH_SIGN_OFFS):
        for each in (detail, *detail.get("left_out", ())):
            # Events of before there were sign-offs have none.
            if "sign_off" in each:
                yield each["sign_off"], each


def _approved(session: Session, meeting_id: str) -> set[str | None]:
    return {detail.get("sha256") for detail in _details(session, meeting_id, AuditEventName.MEETING_APPROVED)}


def _details(session: Session, meeting_id: str, *events: AuditEventName) -> Iterator[dict[str, Any]]:
    yield from session.scalars(
        select(AuditEvent.detail).where(
            AuditEvent.subject == subject(meeting_id), AuditEvent.event.in_([str(each) for each in events])
        )
    )


def _hashes(session: Session, meeting_id: str) -> dict[int, str]:
    """Version -> the hash of its stored document, computed now."""
    signed = select(SignOff.version).where(SignOff.meeting_id == meeting_id)
    approved = select(MeetingRow.approved_version).where(
        MeetingRow.id == meeting_id, MeetingRow.approved_version.is_not(None)
    )
    query = (
        select(DraftVersion)
        .options(undefer(DraftVersion.document))
        .where(
            DraftVersion.meeting_id == meeting_id,
            DraftVersion.version.in_(signed) | DraftVersion.version.in_(approved),
        )
    )
    return {each.version: hashlib.sha256(each.document.encode()).hexdigest() for each in session.scalars(query)}
