"""Lists of meetings: filtered, in an order, page by page, with counts. Only what the person may read."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, true, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, defer

from minutes.era import JST
from minutes.errors import InputError
from minutes.folding import fold_key
from service.auth import Action, Principal
from service.db.base import now
from service.db.tables import MeetingRow
from service.meetings.queries import plain
from service.meetings.states import BEING_DRAFTED, EDITABLE, MeetingState
from service.meetings.turns import may_sign_next

SOON_DAYS = 7
NOBODY = "none"
MYSELF = "me"


_Columns = TypeVarTuple("_Columns")


class Due(StrEnum):
    """Which deadlines to list. The two do not overlap."""

    OVERDUE = "overdue"
    SOON = "soon"
    """Today and the seven days after it."""


class Order(StrEnum):
    """How a list is sorted; a minus turns the order round."""

    NEWEST = "newest"
    DUE = "due"
    DUE_LAST = "-due"
    HELD = "held"
    HELD_LAST = "-held"
    UPDATED = "updated"
    UPDATED_LAST = "-updated"


@dataclass(frozen=True)
class Filters:
    """All that are given must fit."""

    state: str | None = None
    department_id: str | None = None
    body: str | None = None
    """Id of a body, or ``none``."""
    assignee: str | None = None
    """Id of an account, ``me`` or ``none``."""
    due: str | None = None
    """A value of ``Due``."""
    q: str | None = None
    """Words that the title has, all of them, as text search folds them."""
    mine: bool = False
    """Only what the person who asks can act on now."""


@dataclass(frozen=True)
class Page:
    """``next_cursor`` is None on the last page."""

    rows: tuple[MeetingRow, ...]
    next_cursor: str | None


@dataclass(frozen=True)
class _Way:
    """The columns of an order, and the index that has everything a filter asks for beside them."""

    column: InstrumentedAttribute[Any] | None
    index: str
    descending: bool


_WAYS: Mapping[Order, _Way] = {
    Order.NEWEST: _Way(None, "ix_meeting_newest", descending=True),
    Order.DUE: _Way(MeetingRow.due_key, "ix_meeting_due", descending=False),
    Order.DUE_LAST: _Way(MeetingRow.due_key, "ix_meeting_due", descending=True),
    Order.HELD: _Way(MeetingRow.starts_at, "ix_meeting_held", descending=False),
    Order.HELD_LAST: _Way(MeetingRow.starts_at, "ix_meeting_held", descending=True),
    Order.UPDATED: _Way(MeetingRow.updated_at, "ix_meeting_updated", descending=False),
    Order.UPDATED_LAST: _Way(MeetingRow.updated_at, "ix_meeting_updated", descending=True),
}


def list_meetings(
    session: Session,
    principal: Principal,
    filters: Filters = Filters(),
    *,
    order: Order = Order.NEWEST,
    cursor: str | None = None,
    limit: int = 50,
) -> Page:
    """One page. A cursor names the last row seen and not a number of rows, so a row that comes, goes or moves meanwhile
    makes no other row appear twice or be missed.

    Raises InputError for a filter that is not one, or a cursor that this function did not make for this order.
    """
    way = _WAYS[order]
    keys = [MeetingRow.id] if way.column is None else [way.column, MeetingRow.id]
    query = select(*keys).where(*_conditions(principal, filters))
    if cursor:
        last = _decode(cursor, order)
        after = tuple_(*keys) < tuple_(*last) if way.descending else tuple_(*keys) > tuple_(*last)
        query = query.where(after)
    query = query.order_by(*(key.desc() if way.descending else key for key in keys)).limit(limit + 1)
    found = session.execute(_by(query, way.index)).all()
    more = len(found) > limit
    rows = _rows(session, [each.id for each in found[:limit]])
    return Page(rows, _encode(order, tuple(found[limit - 1])) if more else None)


def under_way(session: Session, principal: Principal) -> tuple[MeetingRow, ...]:
    """Meetings of which a draft is being made and that this person registered, the newest first; at most 20."""
    query = (
        select(MeetingRow.id)
        .where(
            MeetingRow.state.in_(sorted(BEING_DRAFTED)),
            MeetingRow.created_by == principal.account_id,
            *_conditions(principal, Filters()),
        )
        .order_by(MeetingRow.id.desc())
        .limit(20)
    )
    return _rows(session, [each.id for each in session.execute(_by(query, "ix_meeting_state"))])


def count_meetings(session: Session, principal: Principal, filters: Filters) -> int:
    """How many meetings the filters leave."""
    query = select(func.count()).select_from(MeetingRow).where(*_conditions(principal, filters))
    return session.scalar(_by(query, "ix_meeting_state")) or 0


def count_by_state_and_due(
    session: Session, principal: Principal, filters: Filters
) -> Mapping[tuple[str, Due | None], int]:
    """How many meetings each state has, in all (None) and of each deadline, under all filters but these two.

    From this one table follow the counts of every state under the chosen deadline and the other way round.
    """
    today = today_in_japan()
    overdue = func.sum(case((MeetingRow.due_key < today, 1), else_=0))
    soon = func.sum(case((MeetingRow.due_key.between(today, today + timedelta(days=SOON_DAYS)), 1), else_=0))
    query = (
        select(MeetingRow.state, func.count(), overdue, soon)
        .where(*_conditions(principal, replace(filters, state=None, due=None)))
        .group_by(MeetingRow.state)
    )
    return {
        (row[0], due): count
        for row in session.execute(_by(query, "ix_meeting_state"))
        for due, count in ((None, row[1]), (Due.OVERDUE, row[2]), (Due.SOON, row[3]))
    }


def today_in_japan(at: datetime | None = None) -> date:
    """The day that deadlines are compared with."""
    return (at or now()).astimezone(JST).date()


def _rows(session: Session, ids: Sequence[str]) -> tuple[MeetingRow, ...]:
    query = select(MeetingRow).where(MeetingRow.id.in_(ids)).options(defer(MeetingRow.meeting_json))
    found = {row.id: row for row in session.scalars(query)}
    return tuple(found[each] for each in ids)


def _by(query: Select[*_Columns], index: str) -> Select[*_Columns]:
    # Without statistics SQLite takes any equality for selective, and would sort most of the table by rows that it
    # fetches one by one.
    return query.with_hint(MeetingRow, f"INDEXED BY {index}", "sqlite")


def _conditions(principal: Principal, filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [MeetingRow.department_id.in_(principal.departments(Action.read))]
    if filters.state:
        found.append(MeetingRow.state == _state(filters.state))
    if filters.department_id:
        found.append(MeetingRow.department_id == plain(filters.department_id))
    if filters.body:
        found.append(
            MeetingRow.body_id.is_(None) if filters.body == NOBODY else MeetingRow.body_id == plain(filters.body)
        )
    if filters.assignee:
        who = principal.account_id if filters.assignee == MYSELF else plain(filters.assignee)
        found.append(MeetingRow.assignee_id.is_(None) if filters.assignee == NOBODY else MeetingRow.assignee_id == who)
    if filters.due:
        found.append(_due(filters.due))
    for word in plain(filters.q or "").split():
        key = fold_key(word)
        found.append(MeetingRow.title_key.contains(key, autoescape=True) if key else true())
    if filters.mine:
        found.append(_actionable(principal))
    return found


def _actionable(principal: Principal) -> ColumnElement[bool]:
    """What this person can do the next step of: work in nobody's charge or their own, and steps they may sign."""
    me = principal.account_id
    free = or_(MeetingRow.assignee_id.is_(None), MeetingRow.assignee_id == me)
    kinds = or_(
        and_(
            MeetingRow.state == MeetingState.FAILED,
            MeetingRow.department_id.in_(principal.departments(Action.upload)),
            free,
        ),
        and_(
            MeetingRow.state.in_(sorted(EDITABLE)),
            MeetingRow.department_id.in_(principal.departments(Action.edit)),
            free,
        ),
        and_(MeetingRow.state == MeetingState.APPROVAL, may_sign_next(principal)),
    )
    # Said once more on its own, it is what an index can begin with.
    return and_(MeetingRow.state.in_(sorted({MeetingState.FAILED, MeetingState.APPROVAL, *EDITABLE})), kinds)


def _due(value: str) -> ColumnElement[bool]:
    today = today_in_japan()
    if value == Due.OVERDUE:
        return MeetingRow.due_key < today
    if value == Due.SOON:
        return MeetingRow.due_key.between(today, today + timedelta(days=SOON_DAYS))
    raise InputError(
        f"期限の条件「{value[:20]}」はありません。", where="due", remedy=f"{'、'.join(Due)} のいずれかにしてください。"
    )


def _state(value: str) -> str:
    try:
        return MeetingState(value).value
    except ValueError:
        raise InputError(
            f"状態「{value[:20]}」はありません。",
            where="state",
            remedy=f"{'・'.join(MeetingState)}のいずれかにしてください。",
        ) from None


def _encode(order: Order, last: tuple[Any, ...]) -> str:
    written = "|".join([order, *(each if isinstance(each, str) else each.isoformat() for each in last)])
    return base64.urlsafe_b64encode(written.encode()).decode().rstrip("=")


def _decode(cursor: str, order: Order) -> tuple[Any, ...]:
    try:
        name, *last = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii").split("|")
        values = [_value(order, each) for each in last[:-1]]
        if name != order or len(last) != (1 if order is Order.NEWEST else 2) or len(last[-1]) != 36:
            raise ValueError(cursor)
    except (binascii.Error, ValueError):
        raise InputError(
            "続きの位置（cursor）が読めません。",
            where="cursor",
            remedy="前の応答の next_cursor を、同じ並び順でそのまま渡してください。",
        ) from None
    return (*values, last[-1])


def _value(order: Order, written: str) -> date | datetime:
    if _WAYS[order].column is MeetingRow.due_key:
        return date.fromisoformat(written)
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(written)
    return moment.astimezone(UTC)
