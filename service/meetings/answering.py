"""発言者確認, the speakers' side: what a link shows, and answers by link, on a sheet, or entered by the office."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from minutes.confirmation import text_sha256
from minutes.confirmation_sheet import SheetRow, read_sheet
from minutes.document import MinutesDocument
from minutes.errors import InputError, Problem
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require, secrets
from service.db.approval_tables import SpeakerAnswer, SpeakerCheck
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.errors import Conflict, NotFound
from service.meetings.asking import open_round
from service.meetings.drafting import subject
from service.meetings.editing import printable
from service.meetings.queries import draft_version, get_meeting
from service.meetings.speaker_states import Speaker, Standing, StatementState, speakers
from service.meetings.states import MeetingState

SHEET_MAX_BYTES = 5_000_000


@dataclass(frozen=True)
class Said:
    """What a speaker says of one statement. ``seen`` is the SHA-256 of the words they saw."""

    block_id: str
    seen: str
    proposed: str | None
    """None: as it is."""
    remark: str | None = None


@dataclass(frozen=True)
class Asked:
    """What one link opens."""

    row: MeetingRow
    document: MinutesDocument
    speaker: Speaker
    check: SpeakerCheck


def by_token(session: Session, token: str) -> Asked | None:
    """None for a link that is unknown, withdrawn, past its day, or whose meeting is no longer in 発言者確認: the reader is
    not told which."""
    check = session.scalar(select(SpeakerCheck).where(SpeakerCheck.token_hash == secrets.token_hash(token)))
    if check is None or check.revoked_at is not None or check.due_at is None or check.due_at <= now():
        return None
    row = session.get_one(MeetingRow, check.meeting_id)
    if row.state != MeetingState.SPEAKER_CHECK:
        return None
    _, document = draft_version(session, row, row.current_version)
    speaker = next((s for s in speakers(session, row, document) if s.attendee_id == check.attendee_id), None)
    return Asked(row, document, speaker, check) if speaker is not None else None


def answer_by_link(engine: Engine, token: str, said: Sequence[Said]) -> None:
    """NotFound as ``by_token``; InputError and Conflict as ``_add``."""
    with writing(engine) as session:
        asked = by_token(session, token)
        if asked is None:
            raise link_ended()
        _add(session, asked.row, asked.speaker, asked.check, said, way="link", by=None)


def link_ended() -> NotFound:
    return NotFound("このリンクは使えません。", remedy="期限が過ぎたか、取り消されています。事務局に連絡してください。")


def answer_by_hand(
    engine: Engine, principal: Principal, meeting_id: str, attendee_id: str, said: Sequence[Said]
) -> None:
    """What the speaker told the office by telephone or on paper."""
    with writing(engine) as session:
        found = open_round(session, principal, meeting_id, attendee_id)
        check = found.speaker.check
        if check is None:
            check = SpeakerCheck(meeting_id=found.row.id, attendee_id=attendee_id, asked={})
            session.add(check)
            session.flush()
        _add(session, found.row, found.speaker, check, said, way="hand", by=principal)


def answer_by_sheet(
    engine: Engine, principal: Principal, meeting_id: str, attendee_id: str, data: bytes
) -> tuple[int, tuple[Problem, ...]]:
    """How many statements were answered, and what of the sheet could not be used, row by row.

    Raises InputError for a sheet of another request, and for one in which no row can be used.
    """
    if len(data) > SHEET_MAX_BYTES:
        raise InputError("確認票のファイルが大きすぎます。", where="sheet", remedy="画像などを取り除いてください。")
    # Before the file is opened: nobody without the right has this program read theirs.
    with reading(engine) as session:
        require(principal, Action.submit, get_meeting(session, principal, meeting_id).department_id)
    sheet = read_sheet(data)
    with writing(engine) as session:
        found = open_round(session, principal, meeting_id, attendee_id)
        check = found.speaker.check
        if check is None or sheet.request_id != check.id:
            raise InputError(
                "ほかの会議か、ほかの人の確認票です。",
                where="sheet",
                remedy=f"{found.speaker.name} さんの、この会議の確認票を選んでください。",
            )
        rows = {each.block_id: each for each in sheet.rows}
        said, problems = _read_rows(found.speaker.statements, rows)
        if not said:
            raise InputError("確認票から回答を取り込めません。", where="sheet", problems=problems)
        _add(session, found.row, found.speaker, check, said, way="sheet", by=principal)
    return len(said), tuple(problems)


def _read_rows(statements: Sequence[StatementState], rows: Mapping[str, SheetRow]) -> tuple[list[Said], list[Problem]]:
    said: list[Said] = []
    problems: list[Problem] = []
    known = {each.statement.block_id for each in statements}
    for each in statements:
        block_id, text = each.statement.block_id, each.statement.text
        row = rows.get(block_id)
        if row is None:
            problems.append(
                Problem("行がありません。", f"番号 {block_id}", "消された行です。発言者に確かめてください。")
            )
        elif "".join(row.statement.split()) != "".join(text.split()):
            problems.append(
                Problem(
                    "「発言」の欄が、いまの素案と違います。",
                    f"番号 {block_id}",
                    "書き換えられたか、送ったあとに素案が直されています。直した文は「修正案欄」に写すか、手で入力してください。",
                )
            )
        elif row.proposed is not None:
            said.append(Said(block_id, each.statement.sha256, row.proposed, row.remark))
        elif row.accepted:
            said.append(Said(block_id, each.statement.sha256, None, row.remark))
        else:
            problems.append(
                Problem("回答がありません。", f"番号 {block_id}", "「確認欄」の○か「修正案欄」の文が必要です。")
            )
    problems += [
        Problem("この会議の素案にない番号です。", f"番号 {block_id}", "確認票の番号は書き換えられません。")
        for block_id in rows
        if block_id not in known
    ]
    return said, problems


def _add(
    session: Session,
    row: MeetingRow,
    speaker: Speaker,
    check: SpeakerCheck,
    said: Sequence[Said],
    *,
    way: str,
    by: Principal | None,
) -> None:
    """Raises InputError for a statement that is not this speaker's or an unfit text, Conflict where the words have
    changed since they were shown; nothing is kept then."""
    if not said:
        raise InputError("回答がありません。", where="answers", remedy="発言ごとに、了承か修正かを選んでください。")
    own = {each.statement.block_id: each for each in speaker.statements}
    for each in said:
        state = own.get(each.block_id)
        if state is None:
            raise InputError("ご自身の発言ではありません。", where="answers", remedy="画面を読み込み直してください。")
        if each.seen != state.statement.sha256:
            raise Conflict(
                "表示したあとに、文が直されています。",
                where=each.block_id,
                remedy="いまの文を確かめて、もう一度回答してください。",
            )
        printable(each.proposed or "", "proposed")
        printable(each.remark or "", "remark")
    accepted: list[str] = []
    proposed: list[str] = []
    for each in said:
        text = own[each.block_id].statement.text
        wanted = "".join((each.proposed or "").split("\n")).strip() or None
        if wanted == text:
            wanted = None
        (proposed if wanted else accepted).append(each.block_id)
        session.add(
            SpeakerAnswer(
                check_id=check.id,
                block_id=each.block_id,
                version=row.current_version,
                text_sha256=text_sha256(text),
                seen=text,
                proposed=wanted,
                remark=(each.remark or "").strip() or None,
                way=way,
                entered_by=by.account_id if by else None,
            )
        )
        session.flush()
    record(
        session,
        actor=by.login if by else f"speaker:{check.id}",
        event=AuditEventName.SPEAKER_ANSWER_ENTERED if by else AuditEventName.SPEAKER_ANSWERED,
        subject=subject(row.id),
        detail={
            "attendee": check.attendee_id,
            "version": row.current_version,
            "way": way,
            "accepted": accepted,
            "proposed": proposed,
        },
    )


def still_open(speaker: Speaker) -> tuple[StatementState, ...]:
    """Statements on which an answer is still wanted."""
    return tuple(each for each in speaker.statements if each.standing in {Standing.OPEN, Standing.AGAIN})
