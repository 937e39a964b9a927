"""The way back: 文書番号, 決裁日 and 決裁者 that the 文書管理 system gave, noted for one meeting. 承認済 becomes 登録済.

Every time that somebody writes something else a row is added, so what was registered before stays to be seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.era import JST, format_day, read_date
from minutes.errors import InputError, Problem
from records.metadata.fiscal_year import fiscal_year_of
from records.metadata.item import disorder
from records.metadata.table_csv import refuse
from records.registration_csv import Decision
from service.audit import AuditEventName, record
from service.auth import Action, Principal
from service.db.base import now
from service.db.engine import writing
from service.db.record_tables import RecordDescription, Registration
from service.db.tables import MeetingRow
from service.errors import Conflict
from service.meetings.drafting import subject
from service.meetings.moves import apply
from service.meetings.queries import lock_meeting
from service.meetings.states import BY_NAME, MeetingState, TransitionName
from service.notices.telling import announce
from service.recordkeeping.registered import having, number_key, registered
from service.recordkeeping.whose import account_of, actor_of, meeting_for


class Source(StrEnum):
    FORM = "form"
    API = "api"
    CSV = "csv"
    CLI = "cli"


class Effect(StrEnum):
    """What registering a decision would change."""

    NEW = "登録"
    CORRECTION = "訂正"
    NOTHING = "変更なし"


@dataclass(frozen=True)
class Judgement:
    """``warnings``: sentences about what is unusual, though it happens."""

    effect: Effect
    warnings: tuple[str, ...]
    before: Registration | None


@dataclass(frozen=True)
class Registered:
    row: MeetingRow
    registration: Registration
    effect: Effect
    warnings: tuple[str, ...]


def register(
    engine: Engine, principal: Principal | None, meeting_id: str, decision: Decision, source: Source
) -> Registered:
    """Note what was decided. The same once more changes nothing; something else is a correction and needs ``remarks``.

    Raises Conflict before the approval and for a record that has been superseded, InputError for what cannot be true.
    """
    with writing(engine) as session:
        lock_meeting(session, meeting_id)
        row = meeting_for(session, principal, meeting_id, Action.hand_over)
        return enter(session, principal, row, decision, source)


def judged(session: Session, principal: Principal | None, meeting_id: str, decision: Decision) -> Judgement:
    """What ``register`` would do. Raises as it does."""
    return judge(session, meeting_for(session, principal, meeting_id, Action.hand_over), decision)


def judge(session: Session, row: MeetingRow, decision: Decision) -> Judgement:
    before = registered(session, row.id)
    if row.state == MeetingState.SUPERSEDED:
        raise Conflict(
            f"「{row.title}」は、正誤により差し替えられています。",
            where="state",
            remedy="差替え後の議事要旨に登録してください。",
        )
    if row.state not in {*BY_NAME[TransitionName.REGISTER].sources, MeetingState.REGISTERED}:
        raise Conflict(
            f"「{row.title}」はまだ承認されていません（{row.state}）。",
            where="state",
            remedy="承認を受けてから登録してください。",
        )
    if before is not None and _same(before, decision):
        return Judgement(Effect.NOTHING, (), before)
    refuse(_impossible(session, row, decision))
    effect = Effect.NEW if before is None else Effect.CORRECTION
    if effect is Effect.CORRECTION and not decision.remarks:
        raise InputError(
            f"すでに「{before.document_number if before else ''}」で登録されています。",
            where="remarks",
            remedy="訂正するときは、備考に理由を書いてください。",
        )
    return Judgement(effect, tuple(_unusual(session, row, decision)), before)


def enter(
    session: Session, principal: Principal | None, row: MeetingRow, decision: Decision, source: Source
) -> Registered:
    """As ``register``, in the caller's transaction, which has locked the meeting."""
    judgement = judge(session, row, decision)
    before = judgement.before
    if judgement.effect is Effect.NOTHING:
        assert before is not None
        return Registered(row, before, judgement.effect, ())
    made = Registration(
        meeting_id=row.id,
        no=before.no + 1 if before is not None else 1,
        document_number=decision.document_number,
        number_key=number_key(decision.document_number),
        decided_on=decision.decided_on,
        decided_by=decision.decided_by,
        remarks=decision.remarks,
        source=source,
        registered_by=account_of(principal),
    )
    session.add(made)
    first = judgement.effect is Effect.NEW
    record(
        session,
        actor=actor_of(principal),
        event=AuditEventName.MEETING_REGISTERED if first else AuditEventName.REGISTRATION_CORRECTED,
        subject=subject(row.id),
        detail={
            "no": made.no,
            "version": row.approved_version,
            "document_number": made.document_number,
            "decided_on": made.decided_on.isoformat(),
            "decided_by": made.decided_by,
            "source": source.value,
        },
    )
    apply(session, row, BY_NAME[TransitionName.REGISTER].target, {})
    announce(session, row, "meeting.registered", None)
    return Registered(row, made, judgement.effect, judgement.warnings)


def _same(before: Registration, decision: Decision) -> bool:
    facts = (before.document_number, before.decided_on, before.decided_by)
    given = (decision.document_number, decision.decided_on, decision.decided_by)
    return facts == given and decision.remarks in ("", before.remarks)


def _impossible(session: Session, row: MeetingRow, decision: Decision) -> Iterator[Problem]:
    day = decision.decided_on
    if day > now().astimezone(JST).date():
        yield Problem(
            f"決裁日（{format_day(day)}）が、まだ来ていない日です。", "decided_on", "決裁の済んだ日を書いてください。"
        )
    held = row.starts_at.astimezone(JST).date()
    if day < held:
        yield Problem(
            f"決裁日（{format_day(day)}）が、会議の開催日（{format_day(held)}）より前です。",
            "decided_on",
            "決裁日を確かめてください。",
        )
    described = session.get(RecordDescription, row.id)
    item = described.content["item"] if described is not None else {}
    drafted_on, enforced_on = (_day(item.get(name)) for name in ("drafted_on", "enforced_on"))
    for field, sentence in disorder(drafted_on, day, enforced_on):
        what, _, _ = sentence.partition("。")
        remedy = "決裁日を確かめてください。" + (
            "記載事項の施行日が誤りなら、先に直してください。"
            if field == "enforced_on"
            else "記載事項の起案日が誤りなら、先に直してください。"
        )
        yield Problem(f"{what}。", "decided_on", remedy)


def _unusual(session: Session, row: MeetingRow, decision: Decision) -> Iterator[str]:
    assert row.approved_at is not None
    approved = row.approved_at.astimezone(JST).date()
    if decision.decided_on < approved:
        yield (
            f"決裁日（{format_day(decision.decided_on)}）が、このサービスでの承認（{format_day(approved)}）より前です。"
            "決裁が先に済んでいたときは、このままで構いません。"
        )
    year = fiscal_year_of(decision.decided_on)
    for other, meeting in having(session, frozenset({row.department_id}), decision.document_number):
        # A number without the year in it begins anew each year.
        related = {row.id, row.corrects, row.superseded_by}
        if meeting.id not in related and fiscal_year_of(other.decided_on) == year:
            yield (
                f"文書番号「{decision.document_number}」は、「{meeting.title}」にも登録されています。"
                "一つの起案に両方を添付したときは、このままで構いません。"
            )


def _day(text: object) -> date | None:
    try:
        return read_date(text) if isinstance(text, str) else None
    except ValueError:
        return None
