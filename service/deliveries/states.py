"""Where a delivery stands, read from its row, that of its destination and its job. Nothing stores it."""

from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from service.db.delivery_tables import Delivery
from service.db.record_tables import Destination
from service.db.tables import Job
from service.jobs.states import FINAL, JobState


class DeliveryState(StrEnum):
    WAITING = "waiting"
    """For its first try or its next."""
    SENDING = "sending"
    PAUSED = "paused"
    """A person holds it back, or everything that goes to its destination."""
    DELIVERED = "delivered"
    FAILED = "failed"
    """Given up, by the rules or because the other side refused it."""
    CANCELLED = "cancelled"


OPEN_STATES = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.PAUSED})

OPEN: ColumnElement[bool] = and_(
    Delivery.delivered_at.is_(None), Delivery.failed_at.is_(None), Delivery.cancelled_at.is_(None)
)
"""Neither delivered nor ended: what is to be sent sooner or later."""

GIVEN_UP: ColumnElement[bool] = and_(
    Delivery.delivered_at.is_(None), Delivery.failed_at.is_not(None), Delivery.cancelled_at.is_(None)
)

HELD: ColumnElement[bool] = or_(
    Delivery.paused_at.is_not(None),
    exists().where(Destination.id == Delivery.destination_id, Destination.paused_at.is_not(None)),
)

_RUNNING = exists().where(Job.subject_id == Delivery.id, Job.state == JobState.RUNNING)

STATE: ColumnElement[str] = case(
    # Delivered first: a try that was under way when somebody called it off may have come through.
    (Delivery.delivered_at.is_not(None), DeliveryState.DELIVERED.value),
    (Delivery.cancelled_at.is_not(None), DeliveryState.CANCELLED.value),
    (Delivery.failed_at.is_not(None), DeliveryState.FAILED.value),
    (HELD, DeliveryState.PAUSED.value),
    (_RUNNING, DeliveryState.SENDING.value),
    else_=DeliveryState.WAITING.value,
)


def state_of(session: Session, delivery_id: str) -> DeliveryState:
    return DeliveryState(session.execute(select(STATE).where(Delivery.id == delivery_id)).scalar_one())


def open_job(session: Session, delivery_id: str) -> str | None:
    """The one job of a delivery that has not ended; None while it has none."""
    return session.scalar(select(Job.id).where(Job.subject_id == delivery_id, Job.state.not_in(FINAL)).limit(1))
