"""素案期限 and 公表期限: counted from the end of the meeting in calendar days, and changed by people."""

from datetime import date, datetime, timedelta

from sqlalchemy import Engine, update

from minutes.era import JST
from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Principal
from service.db.base import now
from service.db.engine import writing
from service.db.tables import Body, MeetingRow
from service.errors import Conflict
from service.meetings.assigning import require_part
from service.meetings.drafting import subject
from service.meetings.queries import get_meeting
from service.meetings.states import SETTLED


def dues_of(body: Body | None, ends_at: datetime) -> dict[str, date | None]:
    """The columns of a new meeting. The day of the end is day 0, in Japan; holidays and weekends count."""
    if body is None:
        return {}
    last = ends_at.astimezone(JST).date()
    return {
        "draft_due": None if body.draft_days is None else last + timedelta(days=body.draft_days),
        "publication_due": None if body.publication_days is None else last + timedelta(days=body.publication_days),
    }


def change_dues(
    engine: Engine, principal: Principal, meeting_id: str, *, draft_due: date | None, publication_due: date | None
) -> None:
    """Set both dates; None takes one away. Conflict for a meeting that is settled, InputError for the wrong order."""
    if draft_due is not None and publication_due is not None and draft_due > publication_due:
        raise InputError(
            "素案期限が公表期限より後になっています。", where="draft_due", remedy="日付を確かめてください。"
        )
    wanted = {"draft_due": draft_due, "publication_due": publication_due}
    with writing(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require_part(principal, row.department_id)
        if row.state in SETTLED:
            raise Conflict(f"「{row.state}」の会議の期限は変えられません。", where="state", remedy="変更は不要です。")
        before = {name: getattr(row, name) for name in wanted}
        if before == wanted:
            return
        session.execute(
            update(MeetingRow)
            .where(MeetingRow.id == row.id)
            .values(**wanted, row_version=MeetingRow.row_version + 1, updated_at=now())
            .execution_options(synchronize_session=False)
        )
        record(
            session,
            actor=principal.login,
            event=AuditEventName.MEETING_DUES_CHANGED,
            subject=subject(row.id),
            detail={
                name: [_written(before[name]), _written(wanted[name])]
                for name in wanted
                if before[name] != wanted[name]
            },
        )


def _written(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
