"""発言者確認, the office's side: asking, reminding, withdrawing a link, and deciding on what speakers propose."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from minutes.confirmation import statements_of, text_sha256, with_statement
from minutes.confirmation_sheet import write_sheet
from minutes.document import MinutesDocument
from minutes.era import JST, format_date
from minutes.errors import InputError
from minutes.labels import full_name
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require, secrets
from service.db.approval_tables import SpeakerAnswer, SpeakerCheck
from service.db.base import now
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import Conflict, NotFound
from service.meetings.drafting import subject
from service.meetings.editing import printable
from service.meetings.new_version import add_edit
from service.meetings.queries import current_draft, get_meeting, lock_meeting
from service.meetings.speaker_states import Decision, Speaker, speakers
from service.meetings.states import MeetingState
from service.profiles.revisions import profile_named

REASON_LIMIT = 2000
DEFAULT_DAYS = 7
LONGEST_DAYS = 120


@dataclass(frozen=True)
class Round:
    """A meeting in 発言者確認 with its draft and one of its speakers."""

    row: MeetingRow
    document: MinutesDocument
    speaker: Speaker


def ask(engine: Engine, principal: Principal, meeting_id: str, attendee_id: str, *, last: date) -> str:
    """A new link for this speaker, good until the end of ``last`` in Japan; an older one ends. Asking again is a reminder.

    Returns the token, which cannot be had again. Raises Conflict outside 発言者確認, InputError for the day.
    """
    token = secrets.new_token()
    with writing(engine) as session:
        found = open_round(session, principal, meeting_id, attendee_id)
        check, event = _asked(session, found, last)
        check.token_hash = secrets.token_hash(token)
        _audit(session, principal, event, found, {"way": "link", "due": last.isoformat()})
    return token


def sheet(engine: Engine, principal: Principal, meeting_id: str, attendee_id: str, *, last: date) -> bytes:
    """The sheet (docx) for a speaker without access, which counts as asking. Errors as for ``ask``."""
    with writing(engine) as session:
        found = open_round(session, principal, meeting_id, attendee_id)
        check, event = _asked(session, found, last)
        _audit(session, principal, event, found, {"way": "sheet", "due": last.isoformat()})
        request_id, document, row = check.id, found.document, found.row
        profile = profile_named(session, document.profile)
    return write_sheet(
        statements_of(document, attendee_id, profile),
        title=row.title,
        speaker=full_name(document.meeting.attendee(attendee_id)),
        due=format_date(datetime.combine(last, time(12), JST)),
        request_id=request_id,
        version=row.current_version,
    )


def revoke_link(engine: Engine, principal: Principal, meeting_id: str, attendee_id: str) -> None:
    """The link of this speaker ends now. NotFound when there is none."""
    with writing(engine) as session:
        found = open_round(session, principal, meeting_id, attendee_id)
        check = found.speaker.check
        if check is None or check.token_hash is None:
            raise NotFound("有効なリンクはありません。", remedy="画面を読み込み直してください。")
        check.token_hash = None
        check.revoked_at = now()
        _audit(session, principal, AuditEventName.SPEAKER_LINK_REVOKED, found, {})


def decide(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    answer_id: str,
    decision: Decision,
    *,
    text: str | None = None,
    reason: str = "",
    if_match: int,
) -> None:
    """Take a proposal, take it with other words (``text``), or decline it; what is taken is an edit like any other.

    Raises InputError without a reason where words of the speaker are not taken as they are, Conflict for a proposal
    that somebody has decided on, PreconditionFailed when the draft moved on.
    """
    given = reason.strip()
    if decision is not Decision.TAKEN and not given:
        raise InputError("理由がありません。", where="reason", remedy="提案のとおりにしない理由を書いてください。")
    printable(given, "reason")
    with writing(engine) as session:
        lock_meeting(session, meeting_id)
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, row.department_id)
        answer = _proposal(session, row, answer_id)
        check = session.get_one(SpeakerCheck, answer.check_id)
        found = open_round(session, principal, meeting_id, check.attendee_id)
        newest = next((s.answer for s in found.speaker.statements if s.statement.block_id == answer.block_id), None)
        if newest is None or newest.id != answer.id:
            raise Conflict(
                "この提案のあとに、新しい回答があります。", where="answer", remedy="画面を読み込み直してください。"
            )
        left = next(s.statement for s in found.speaker.statements if s.statement.block_id == answer.block_id)
        sha256 = left.sha256
        if decision is not Decision.DECLINED:
            wanted = (answer.proposed or "") if decision is Decision.TAKEN else (text or "")
            printable(wanted, "text")
            add_edit(
                session,
                principal,
                meeting_id,
                lambda document: with_statement(document, answer.block_id, wanted),
                if_match=if_match,
                change=f"発言者の修正案の採用（{answer.block_id}）",
                event=AuditEventName.DRAFT_EDITED,
                detail={"block": answer.block_id, "answer": answer.id},
            )
            current = current_draft(session, get_meeting(session, principal, meeting_id))
            assert current is not None
            profile = profile_named(session, current[1].profile)
            after = statements_of(current[1], check.attendee_id, profile)
            sha256 = next((each.sha256 for each in after if each.block_id == answer.block_id), text_sha256(""))
        won = session.execute(
            update(SpeakerAnswer)
            .where(SpeakerAnswer.id == answer.id, SpeakerAnswer.decision.is_(None))
            .values(
                decision=decision,
                decision_reason=given or None,
                decided_by=principal.account_id,
                decided_at=now(),
                decided_sha256=sha256,
            )
            .returning(SpeakerAnswer.id)
            .execution_options(synchronize_session=False)
        ).first()
        if won is None:
            raise _decided()
        _audit(
            session,
            principal,
            AuditEventName.SPEAKER_PROPOSAL_DECIDED,
            found,
            {"answer": answer.id, "block": answer.block_id, "decision": str(decision)},
        )


def open_round(session: Session, principal: Principal, meeting_id: str, attendee_id: str) -> Round:
    """For who may hand the draft on. Conflict outside 発言者確認, NotFound for who has no statement in the draft."""
    lock_meeting(session, meeting_id)
    row = get_meeting(session, principal, meeting_id)
    require(principal, Action.submit, row.department_id)
    draft = current_draft(session, row)
    if row.state != MeetingState.SPEAKER_CHECK or draft is None:
        raise Conflict(
            f"「{row.state}」の会議では、発言者への照会はできません。",
            where="state",
            remedy="できるのは「発言者確認」のときです。",
        )
    known = {each.attendee_id: each for each in speakers(session, row, draft[1])}
    if attendee_id not in known:
        raise NotFound("その人の発言は素案にありません。", where="attendee_id", remedy="一覧から選んでください。")
    return Round(row, draft[1], known[attendee_id])


def _asked(session: Session, found: Round, last: date) -> tuple[SpeakerCheck, AuditEventName]:
    today = now().astimezone(JST).date()
    if not 0 <= (last - today).days <= LONGEST_DAYS:
        raise InputError(
            "回答期限が正しくありません。", where="last", remedy=f"今日から {LONGEST_DAYS} 日以内の日にしてください。"
        )
    check = found.speaker.check
    if check is None:
        check = SpeakerCheck(meeting_id=found.row.id, attendee_id=found.speaker.attendee_id, asked={})
        session.add(check)
    reminder = check.sent_at is not None
    moment = now()
    check.sent_at = check.sent_at or moment
    check.reminded_at = moment if reminder else None
    check.due_at = datetime.combine(last, time(23, 59, 59), JST)
    check.version = found.row.current_version
    check.asked = {each.statement.block_id: each.statement.sha256 for each in found.speaker.statements}
    check.revoked_at = None
    session.flush()
    return check, AuditEventName.SPEAKER_REMINDED if reminder else AuditEventName.SPEAKER_ASKED


def _proposal(session: Session, row: MeetingRow, answer_id: str) -> SpeakerAnswer:
    answer = session.scalar(
        select(SpeakerAnswer)
        .join(SpeakerCheck, SpeakerCheck.id == SpeakerAnswer.check_id)
        .where(SpeakerAnswer.id == answer_id, SpeakerCheck.meeting_id == row.id, SpeakerAnswer.proposed.is_not(None))
    )
    if answer is None:
        raise NotFound("その修正案はありません。", where="answer", remedy="画面を読み込み直してください。")
    if answer.decision is not None:
        raise _decided()
    return answer


def _decided() -> Conflict:
    return Conflict("この修正案の採否は、もう決まっています。", where="answer", remedy="画面を読み込み直してください。")


def _audit(session: Session, principal: Principal, event: AuditEventName, found: Round, detail: dict[str, str]) -> None:
    record(
        session,
        actor=principal.login,
        event=event,
        subject=subject(found.row.id),
        detail={"attendee": found.speaker.attendee_id, "version": found.row.current_version, **detail},
    )
