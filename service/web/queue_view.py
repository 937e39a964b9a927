"""What the queue shows of each meeting: words for deadlines, who is in charge, what can be done in place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from minutes.era import JST, format_date, weekday
from service.auth import Action, Principal
from service.db.tables import Job, MeetingRow
from service.meetings.assigning import takes_part
from service.meetings.closed import sees_closed, shown_reason
from service.meetings.queries import current_draft, latest_jobs
from service.meetings.queue import SOON_DAYS, today_in_japan
from service.meetings.states import SETTLED, MeetingState
from service.web import wording
from service.web.people import account_names, body_names, department_names
from service.web.progress import Progress, progress_of

RETURNED = "差戻し"

_NEAR_DAYS = 2
"""Until then a deadline within the week is told in words only."""


@dataclass(frozen=True)
class DueView:
    """The deadline that counts in the state of the meeting."""

    kind: str
    """素案 or 公表."""
    day: str
    full_day: str
    words: str
    """期限超過 3日, 今日まで, あと3日; empty while it is far."""
    tone: str


@dataclass(frozen=True)
class QueueRow:
    id: str
    title: str
    held: str
    held_full: str
    state: str
    """Of the meeting, or 差戻し for one that an approver has returned."""
    tone: str
    reason: str | None
    """Why it was returned."""
    progress: Progress
    model: str
    is_correction: bool
    """Of an approved meeting, whose title it has too."""
    may_run_again: bool
    due: DueView | None
    body: str
    department: str
    assignee: str
    """Empty: nobody."""
    is_mine: bool
    may_plan: bool
    """Whether the person may put somebody in charge of it."""
    updated_at: datetime


@dataclass(frozen=True)
class _Beside:
    """What stands beside the rows, read for all of them at once."""

    people: Mapping[str | None, str]
    departments: Mapping[str, str]
    bodies: Mapping[str | None, str]
    jobs: Mapping[str, Job]
    today: date


def queue_rows(session: Session, principal: Principal, rows: Iterable[MeetingRow]) -> tuple[QueueRow, ...]:
    """The rows with everything that stands beside them, in a fixed number of queries."""
    found = tuple(rows)
    beside = _Beside(
        account_names(session, (row.assignee_id for row in found)),
        department_names(session, (row.department_id for row in found)),
        body_names(session, (row.body_id for row in found)),
        latest_jobs(session, [row.id for row in found]),
        today_in_japan(),
    )
    return tuple(_row(session, principal, row, beside) for row in found)


def _row(session: Session, principal: Principal, row: MeetingRow, beside: _Beside) -> QueueRow:
    reason = _reason(session, principal, row)
    returned = reason is not None and row.state == MeetingState.REVIEW
    held = row.starts_at.astimezone(JST).date()
    return QueueRow(
        id=row.id,
        title=row.title,
        held=short_date(held, beside.today),
        held_full=format_date(held),
        state=RETURNED if returned else row.state,
        tone="bad" if returned else wording.STATE_TONE[row.state],
        reason=reason,
        progress=progress_of(row, beside.jobs.get(row.id), principal),
        model=wording.model(row.model),
        is_correction=row.corrects is not None,
        may_run_again=row.state == MeetingState.FAILED and principal.may(Action.upload, row.department_id),
        due=due_view(row, beside.today),
        body=beside.bodies.get(row.body_id, ""),
        department=beside.departments.get(row.department_id, ""),
        assignee=beside.people.get(row.assignee_id, "") if row.assignee_id else "",
        is_mine=row.assignee_id == principal.account_id,
        may_plan=row.state not in SETTLED and takes_part(principal, row.department_id),
        updated_at=row.updated_at,
    )


def _reason(session: Session, principal: Principal, row: MeetingRow) -> str | None:
    """Why it was returned, as this person may know it; None where it was not."""
    if row.return_reason is None or row.state in SETTLED:
        return None
    # Only for somebody from whom closed talk is withheld has the draft to be read.
    draft = None if sees_closed(principal, row) else current_draft(session, row)
    return shown_reason(principal, row, draft[1] if draft is not None else None)


def due_view(row: MeetingRow, today: date) -> DueView | None:
    """The deadline in words that need no colour; None where none counts."""
    day = row.due_on
    if day is None:
        return None
    kind = "公表" if row.state == MeetingState.APPROVAL or row.draft_due is None else "素案"
    left = (day - today).days
    if left < 0:
        words, tone = f"期限超過 {-left}日", "bad"
    elif left == 0:
        words, tone = "今日まで", "warn"
    elif left <= SOON_DAYS:
        words, tone = f"あと{left}日", "warn" if left <= _NEAR_DAYS else ""
    else:
        words, tone = "", ""
    return DueView(kind, short_date(day, today), format_date(day), words, tone)


def short_date(day: date, today: date) -> str:
    """``5月20日（水）``; with the year where it is another one."""
    if day.year != today.year:
        return f"{day.year}/{day.month}/{day.day}"
    return f"{day.month}月{day.day}日（{weekday(day)}）"
