"""What is to be disposed of, and when: for 管理者."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from minutes.era import JST
from service.auth import Action, Principal
from service.db.base import now
from service.db.tables import Body, MeetingRow
from service.retention.rules import ENDED, ENDED_AT, kept_until

SHOWN = 200
"""Meetings in one list; those whose day comes first."""


@dataclass(frozen=True)
class Kept:
    """One meeting of the schedule."""

    id: str
    title: str
    starts_at: datetime
    state: str
    department_id: str
    body: str
    until: date
    """The last day."""
    hold_reason: str | None


@dataclass(frozen=True)
class Disposed:
    id: str
    title: str
    starts_at: datetime
    department_id: str
    at: datetime


@dataclass(frozen=True)
class Schedule:
    due: tuple[Kept, ...]
    """The day has passed and there is no hold."""
    coming: tuple[Kept, ...]
    held: tuple[Kept, ...]
    disposed: tuple[Disposed, ...]
    """The newest."""
    without_rule: int
    """Meetings that have ended and whose body says nothing, or that have none."""


def schedule_of(session: Session, principal: Principal) -> Schedule:
    """Everything in the departments that the person administers."""
    departments = principal.departments(Action.administer)
    waiting = (
        MeetingRow.department_id.in_(departments),
        MeetingRow.state.in_(ENDED),
        MeetingRow.disposed_at.is_(None),
    )
    today = now().astimezone(JST).date()
    bodies = session.scalars(select(Body).where(Body.department_id.in_(departments), Body.keep_days.is_not(None))).all()
    due: list[Kept] = []
    coming: list[Kept] = []
    held: list[Kept] = []
    for body in bodies:
        own = (*waiting, MeetingRow.body_id == body.id)
        free = (*own, MeetingRow.hold_reason.is_(None))
        # The same as ``kept_until(...) < today``, for an index.
        last = datetime.combine(today - timedelta(days=body.keep_days or 0), time.min, JST)
        due += _kept(session, body, *free, last > ENDED_AT)
        coming += _kept(session, body, *free, last <= ENDED_AT)
        held += _kept(session, body, *own, MeetingRow.hold_reason.is_not(None))
    disposed = (
        select(MeetingRow.id, MeetingRow.title, MeetingRow.starts_at, MeetingRow.department_id, MeetingRow.disposed_at)
        .where(MeetingRow.department_id.in_(departments), MeetingRow.disposed_at.is_not(None))
        .order_by(MeetingRow.disposed_at.desc())
        .limit(SHOWN)
    )
    no_rule = select(func.count()).select_from(MeetingRow).outerjoin(Body, Body.id == MeetingRow.body_id)
    return Schedule(
        due=_first(due),
        coming=_first(coming),
        held=_first(held),
        disposed=tuple(
            Disposed(row.id, row.title, row.starts_at, row.department_id, row.disposed_at)
            for row in session.execute(disposed)
            if row.disposed_at is not None
        ),
        without_rule=session.scalar(no_rule.where(*waiting, Body.keep_days.is_(None))) or 0,
    )


def _kept(session: Session, body: Body, *which: ColumnElement[bool]) -> list[Kept]:
    query = select(MeetingRow).where(*which).order_by(ENDED_AT, MeetingRow.id).limit(SHOWN)
    return [
        Kept(row.id, row.title, row.starts_at, row.state, row.department_id, body.name, until, row.hold_reason)
        for row in session.scalars(query)
        if (until := kept_until(row, body)) is not None
    ]


def _first(found: list[Kept]) -> tuple[Kept, ...]:
    return tuple(sorted(found, key=lambda each: (each.until, each.id))[:SHOWN])
