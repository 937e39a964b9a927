"""What the drafting job writes to the meeting, always inside the job's own fenced transaction.

Each function answers whether the meeting was still waiting for a draft: False means that a person cancelled it in the
meantime, which the job may ignore.
"""

import hashlib

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from service.audit import AuditEventName, record
from service.db.base import now
from service.db.tables import DraftVersion, MeetingRow
from service.meetings.documents import remember
from service.meetings.signing import chain_of, due_of, line_of
from service.meetings.states import BEING_DRAFTED, MeetingState
from service.notices.payload import WebhookType
from service.notices.telling import announce, tell_turn
from service.search import index_document

SYSTEM = "system"
FIRST_DRAFT = "素案作成"


def mark_drafting(session: Session, meeting_id: str) -> bool:
    """受付 → 作成中; a second attempt finds 作成中 and leaves it."""
    before = session.scalar(select(MeetingRow.state).where(MeetingRow.id == meeting_id))
    moved = _move(session, meeting_id, MeetingState.DRAFTING)
    if moved and before != MeetingState.DRAFTING:
        _announce(session, meeting_id, "meeting.drafting")
    return moved


def save_first_draft(session: Session, meeting_id: str, document: MinutesDocument) -> DraftVersion | None:
    """Version 1 and 確認待ち; None when the meeting no longer waits for a draft."""
    row = session.get(MeetingRow, meeting_id)
    check = chain_of(row).check if row is not None else None
    due = due_of(check, now())
    if (
        row is None
        or check is None
        or not _move(session, meeting_id, MeetingState.REVIEW, current_version=1, step_due_at=due)
    ):
        return None
    saved = add_version(session, meeting_id, 1, document, change=FIRST_DRAFT, created_by=None)
    session.refresh(row)
    tell_turn(session, row, line_of(session, row), check, 0)
    announce(session, row, "meeting.drafted", check)
    errors = sum(1 for finding in document.findings if finding.severity == "error")
    record(
        session,
        actor=SYSTEM,
        event=AuditEventName.DRAFT_CREATED,
        subject=subject(meeting_id),
        detail={"version": 1, "sha256": saved.sha256, "model": document.provenance.model.name, "errors": errors},
    )
    return saved


def mark_failed(session: Session, meeting_id: str, category: str | None = None) -> bool:
    """失敗: the job has given up; its own row holds the sentence for people."""
    if not _move(session, meeting_id, MeetingState.FAILED):
        return False
    _announce(session, meeting_id, "meeting.failed")
    detail = {"category": category} if category else {}
    record(session, actor=SYSTEM, event=AuditEventName.MEETING_FAILED, subject=subject(meeting_id), detail=detail)
    return True


def mark_cancelled(session: Session, meeting_id: str) -> bool:
    """取消: the job answered a person's request, which was audited when it was made."""
    if not _move(session, meeting_id, MeetingState.CANCELLED):
        return False
    _announce(session, meeting_id, "meeting.cancelled")
    record(session, actor=SYSTEM, event=AuditEventName.MEETING_CANCELLED_BY_JOB, subject=subject(meeting_id), detail={})
    return True


def add_version(
    session: Session,
    meeting_id: str,
    version: int,
    document: MinutesDocument,
    *,
    change: str,
    created_by: str | None,
    restores: int | None = None,
) -> DraftVersion:
    """Insert one version and let the search find it. The unique key (meeting, version) makes a second writer of the
    same number fail."""
    text = document.model_dump_json()
    saved = DraftVersion(
        meeting_id=meeting_id,
        version=version,
        document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        change=change,
        created_by=created_by,
        restores=restores,
    )
    session.add(saved)
    session.flush()
    remember(saved.sha256, document)
    index_document(session, meeting_id, document)
    return saved


def subject(meeting_id: str) -> str:
    """How the audit log names a meeting."""
    return f"meeting:{meeting_id}"


def _announce(session: Session, meeting_id: str, what: WebhookType) -> None:
    announce(session, session.get_one(MeetingRow, meeting_id, populate_existing=True), what, None)


def _move(session: Session, meeting_id: str, target: MeetingState, **values: object) -> bool:
    change = (
        update(MeetingRow)
        .where(MeetingRow.id == meeting_id, MeetingRow.state.in_(BEING_DRAFTED), MeetingRow.current_version == 0)
        .values(state=target, row_version=MeetingRow.row_version + 1, updated_at=now(), **values)
        .returning(MeetingRow.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(change).first() is not None
