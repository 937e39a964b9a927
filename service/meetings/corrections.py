"""正誤: an approved record is never edited. Its correction is a meeting of its own that begins with the approved text,
goes through the chain, and takes the old one's place when it is approved; both name each other."""

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, undefer

from minutes.checks import check
from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import new_id, now
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import Conflict
from service.meetings.drafting import add_version, subject
from service.meetings.house_style import profile_of
from service.meetings.moves import apply
from service.meetings.queries import draft_version, get_meeting
from service.meetings.signing import chain_of, due_of
from service.meetings.states import CORRECTABLE, MeetingState
from service.notices.telling import announce

REASON_LIMIT = 2000
CORRECTION = "正誤（承認された文から作成）"


def correct(engine: Engine, principal: Principal, meeting_id: str, reason: str) -> MeetingRow:
    """A new meeting in 確認待ち whose version 1 is the approved text, and the approved one pointing at nothing yet.

    Raises Conflict unless the meeting is approved and no other correction of it is under way; InputError for the reason.
    """
    given = reason.strip()
    if not given or len(given) > REASON_LIMIT or "\x00" in given:
        raise InputError(
            "正誤の理由がないか、長すぎます。",
            where="reason",
            remedy=f"どこをなぜ直すのかを {REASON_LIMIT} 文字以内で書いてください。",
        )
    with writing(engine) as session:
        old = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, old.department_id)
        if old.state not in CORRECTABLE or old.approved_version is None:
            raise Conflict(
                f"「{old.state}」の会議の正誤は作れません。",
                where="state",
                remedy="できるのは承認済・登録済のときです。差替済のときは、新しい方の正誤にしてください。",
            )
        if (under_way := correction_of(session, old)) is not None:
            raise Conflict(
                f"この議事要旨の正誤は、すでに進んでいます（{under_way.state}）。",
                where="state",
                remedy="進んでいる正誤に加えるか、取り消してから作ってください。",
            )
        if old.disposed_at is not None:
            # Checks hold sentences against what was said.
            raise Conflict(
                "文字起こしを廃棄したので、正誤の素案は作れません。",
                where="state",
                remedy="取り出した文書を直し、文書管理システムで差し替えてください。",
            )
        saved, document = draft_version(session, old, old.approved_version)
        # The row is touched, so that of two corrections begun at once only one finds it as it was read.
        apply(session, old, MeetingState(old.state), {})
        made = _copy(session, old, principal, given)
        announce(session, made, "meeting.correction_started", chain_of(made).check)
        fresh = document.model_copy(update={"findings": check(document, profile_of(session, made, document))})
        first = add_version(session, made.id, 1, fresh, change=CORRECTION, created_by=principal.account_id)
        record(
            session,
            actor=principal.login,
            event=AuditEventName.CORRECTION_STARTED,
            subject=subject(made.id),
            detail={"corrects": old.id, "from_sha256": saved.sha256, "version": 1, "sha256": first.sha256},
        )
        return made


def correction_of(session: Session, row: MeetingRow) -> MeetingRow | None:
    """The correction of this meeting that is under way or has taken its place."""
    query = select(MeetingRow).where(MeetingRow.corrects == row.id, MeetingRow.state != MeetingState.CANCELLED)
    return session.scalars(query.order_by(MeetingRow.id.desc()).limit(1)).first()


def _copy(session: Session, old: MeetingRow, principal: Principal, reason: str) -> MeetingRow:
    # The bytes are stored a second time: a record keeps its own source, whatever becomes of the other.
    transcript = session.get_one(MeetingRow, old.id, options=[undefer(MeetingRow.transcript)]).transcript
    made = MeetingRow(
        id=new_id(),
        department_id=old.department_id,
        title=old.title,
        starts_at=old.starts_at,
        meeting_json=old.meeting_json,
        profile=old.profile,
        model=old.model,
        state=MeetingState.REVIEW,
        transcript_name=old.transcript_name,
        transcript_sha256=old.transcript_sha256,
        transcript_columns=old.transcript_columns,
        transcript=transcript,
        current_version=1,
        last_editor_id=principal.account_id,
        chain=old.chain,
        chain_json=old.chain_json,
        step_due_at=due_of(chain_of(old).check, now()),
        corrects=old.id,
        body_id=old.body_id,
        correction_reason=reason,
        created_by=principal.account_id,
    )
    session.add(made)
    session.flush()
    return made
