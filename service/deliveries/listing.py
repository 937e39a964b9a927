"""What went where and when: deliveries of the departments whose deliveries a person sees, newest first."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.auth import Principal
from service.db.account_tables import Account, Department
from service.db.approval_tables import Notice
from service.db.delivery_tables import Delivery, DeliveryAttempt
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import Job, MeetingRow
from service.deliveries.attempts import attempts_of
from service.deliveries.states import OPEN_STATES, STATE, DeliveryState
from service.deliveries.steering import may_see, may_steer
from service.errors import NotFound
from service.jobs.states import JobState
from service.meetings.queries import decode_cursor, encode_cursor, plain

WAYS = ("package", "webhook", "mail")
LIMIT = 50


@dataclass(frozen=True)
class Filters:
    """Each None: any."""

    destination_id: str | None = None
    state: str | None = None
    meeting_id: str | None = None
    way: str | None = None


@dataclass(frozen=True)
class Tried:
    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    """delivered, already, failed; cut_off where it ended without a word; None while it lasts."""
    said: str | None


@dataclass(frozen=True)
class Shown:
    """One delivery with everything that stands beside it."""

    id: str
    way: str
    state: DeliveryState
    meeting_id: str
    title: str
    department: str
    what: str
    """The file of a package, the type of a webhook's event, the kind of a notice."""
    sha256: str | None
    """Of the package, as are version and editions."""
    version: int | None
    editions: tuple[str, ...]
    destination_id: str | None
    destination: str
    """Its name; empty for e-mails and webhooks."""
    destination_paused: bool
    asked_by: str | None
    """None: it followed from something else."""
    created_at: datetime
    paused_at: datetime | None
    delivered_at: datetime | None
    places: tuple[str, ...]
    notes: tuple[str, ...]
    tried: tuple[Tried, ...]
    next_try_at: datetime | None
    """While it waits between two tries."""
    actions: tuple[str, ...]
    """pause, resume, cancel, replay: what this person may do now."""


@dataclass(frozen=True)
class Page:
    rows: tuple[Shown, ...]
    next_cursor: str | None


def list_deliveries(
    session: Session, principal: Principal, filters: Filters, *, cursor: str | None = None, limit: int = LIMIT
) -> Page:
    """Raises Forbidden for whoever sees none, InputError for a filter or cursor that is none."""
    query = _seen(principal)
    if filters.destination_id:
        query = query.where(Delivery.destination_id == plain(filters.destination_id))
    if filters.meeting_id:
        query = query.where(Delivery.meeting_id == plain(filters.meeting_id))
    if filters.way:
        query = query.where(Delivery.way.in_([_known(filters.way, WAYS, "way")]))
    if filters.state:
        query = query.where(STATE.in_([_known(filters.state, tuple(DeliveryState), "state")]))
    if cursor:
        query = query.where(Delivery.id < decode_cursor(cursor))
    found = session.execute(query.order_by(Delivery.id.desc()).limit(limit + 1)).all()
    rows = _shown(session, principal, [(each.Delivery, each.state) for each in found[:limit]])
    return Page(rows, encode_cursor(rows[-1].id) if len(found) > limit else None)


def get_delivery(session: Session, principal: Principal, delivery_id: str) -> Shown:
    """Raises Forbidden for whoever sees none, NotFound outside the departments that the person sees."""
    found = session.execute(_seen(principal).where(Delivery.id == plain(delivery_id))).first()
    if found is None:
        raise NotFound("引渡しが見つかりません。", where="delivery_id", remedy="番号を確かめてください。")
    return _shown(session, principal, [(found.Delivery, found.state)])[0]


def _seen(principal: Principal) -> Select[Delivery, str]:
    return (
        select(Delivery, STATE.label("state"))
        .join(MeetingRow, MeetingRow.id == Delivery.meeting_id)
        .where(MeetingRow.department_id.in_(may_see(principal)))
    )


def _known(value: str, known: Collection[str], where: str) -> str:
    if value not in known:
        raise InputError("選べない値です。", where=where, remedy=f"{'、'.join(known)} から選んでください。")
    return value


@dataclass(frozen=True)
class _Beside:
    """What is read for all rows at once."""

    meetings: Mapping[str, tuple[str, str, str]]
    """Title, department id and its name."""
    destinations: Mapping[str | None, Destination]
    packages: Mapping[str | None, RecordPackage]
    notices: Mapping[str, str]
    people: Mapping[str | None, str]
    tried: Mapping[str, tuple[DeliveryAttempt, ...]]
    next_try: Mapping[str, datetime]


def _shown(session: Session, principal: Principal, found: list[tuple[Delivery, str]]) -> tuple[Shown, ...]:
    beside = _beside(session, [delivery for delivery, _ in found])
    return tuple(_one(principal, delivery, DeliveryState(state), beside) for delivery, state in found)


def _beside(session: Session, rows: list[Delivery]) -> _Beside:
    ids = [each.id for each in rows]
    meetings = (
        select(MeetingRow.id, MeetingRow.title, MeetingRow.department_id, Department.name)
        .join(Department, Department.id == MeetingRow.department_id)
        .where(MeetingRow.id.in_({each.meeting_id for each in rows}))
    )
    destinations = select(Destination).where(Destination.id.in_({each.destination_id for each in rows} - {None}))
    packages = select(RecordPackage).where(RecordPackage.id.in_({each.package_id for each in rows} - {None}))
    notices = select(Notice.id, Notice.kind).where(
        Notice.id.in_({each.payload["notice"] for each in rows if each.way == "mail"})
    )
    people = select(Account.id, Account.display_name).where(Account.id.in_({each.asked_by for each in rows} - {None}))
    waiting = select(Job.subject_id, Job.not_before).where(Job.subject_id.in_(ids), Job.state == JobState.QUEUED)
    return _Beside(
        {row.id: (row.title, row.department_id, row.name) for row in session.execute(meetings)},
        {each.id: each for each in session.scalars(destinations)},
        {each.id: each for each in session.scalars(packages)},
        {row.id: row.kind for row in session.execute(notices)},
        {row.id: row.display_name for row in session.execute(people)},
        attempts_of(session, ids),
        {row.subject_id: row.not_before for row in session.execute(waiting)},
    )


def _one(principal: Principal, delivery: Delivery, state: DeliveryState, beside: _Beside) -> Shown:
    assert delivery.meeting_id is not None
    title, department_id, department = beside.meetings[delivery.meeting_id]
    destination = beside.destinations.get(delivery.destination_id)
    package = beside.packages.get(delivery.package_id)
    receipt = delivery.receipt or {}
    tried = beside.tried.get(delivery.id, ())
    return Shown(
        id=delivery.id,
        way=delivery.way,
        state=state,
        meeting_id=delivery.meeting_id,
        title=title,
        department=department,
        what=package.name if package else _event(delivery, beside),
        sha256=package.sha256 if package else None,
        version=package.version if package else None,
        editions=tuple(package.editions) if package else (),
        destination_id=delivery.destination_id,
        destination=destination.name if destination else "",
        destination_paused=destination is not None and destination.paused_at is not None,
        asked_by=beside.people.get(delivery.asked_by),
        created_at=delivery.created_at,
        paused_at=delivery.paused_at,
        delivered_at=delivery.delivered_at,
        places=tuple(receipt.get("places", ())),
        notes=tuple(receipt.get("notes", ())),
        tried=tuple(_tried(each, last=each is tried[-1], state=state) for each in tried),
        next_try_at=beside.next_try.get(delivery.id) if state is DeliveryState.WAITING else None,
        actions=_actions(principal, delivery, state, department_id),
    )


def _event(delivery: Delivery, beside: _Beside) -> str:
    if delivery.way == "mail":
        return beside.notices.get(delivery.payload["notice"], "")
    return str(delivery.payload.get("type", ""))


def _tried(attempt: DeliveryAttempt, *, last: bool, state: DeliveryState) -> Tried:
    lasts = last and state in {DeliveryState.SENDING, DeliveryState.PAUSED, DeliveryState.CANCELLED}
    outcome = attempt.outcome if attempt.ended_at is not None or lasts else "cut_off"
    return Tried(attempt.number, attempt.started_at, attempt.ended_at, outcome, attempt.said)


def _actions(principal: Principal, delivery: Delivery, state: DeliveryState, department_id: str) -> tuple[str, ...]:
    if not may_steer(principal, delivery.way, department_id):
        return ()
    if state in OPEN_STATES:
        return ("pause" if delivery.paused_at is None else "resume", "cancel")
    return ("replay",) if state is not DeliveryState.DELIVERED or delivery.way == "webhook" else ()
