"""Tries of deliveries, as workers write them: begun before anything is sent, ended with what came of it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from records.connectors.protocol import Receipt
from service.audit import AuditEventName, record
from service.auth.accounts import holding
from service.auth.rights import ROLE_ACTIONS, Action
from service.db.account_tables import Account
from service.db.base import now
from service.db.delivery_tables import Delivery, DeliveryAttempt
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import MeetingRow
from service.deliveries.states import OPEN_STATES, DeliveryState, state_of
from service.jobs import leases
from service.jobs.leases import Claim
from service.meetings.drafting import SYSTEM, subject
from service.notices.payload import WebhookDelivery
from service.notices.telling import announce, tell_delivery_failed


def begin(session: Session, claim: Claim) -> DeliveryAttempt | None:
    """The try that starts now; None where the delivery is not to be sent after all. Raises LeaseLost.

    To be committed before anything is sent: a try that was cut off is then seen, and what a person held back or called
    off until now stays.
    """
    leases.hold(session, claim)
    delivery = session.get_one(Delivery, claim.subject_id, with_for_update=True)
    if state_of(session, delivery.id) not in OPEN_STATES - {DeliveryState.PAUSED}:
        return None
    last = session.scalar(select(func.max(DeliveryAttempt.number)).where(DeliveryAttempt.delivery_id == delivery.id))
    attempt = DeliveryAttempt(delivery_id=delivery.id, number=(last or 0) + 1, started_at=now())
    session.add(attempt)
    session.flush()
    return attempt


def failed_attempt(session: Session, attempt_id: str, category: str, said: str) -> None:
    attempt = session.get_one(DeliveryAttempt, attempt_id)
    attempt.ended_at, attempt.outcome, attempt.category, attempt.said = now(), "failed", category, said


def delivered(session: Session, delivery_id: str, attempt_id: str, receipt: Receipt) -> None:
    """In the transaction that finishes the job."""
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
    delivery.delivered_at = now()
    delivery.receipt = {"places": list(receipt.places), "already": receipt.already, "notes": list(receipt.notes)}
    attempt = session.get_one(DeliveryAttempt, attempt_id)
    attempt.ended_at, attempt.outcome = now(), "already" if receipt.already else "delivered"
    attempt.said = " ".join(receipt.notes) or None
    if delivery.way == "package":
        row, told = _of(session, delivery)
        announce(session, row, "delivery.delivered", None, delivery=told)
        _audit(session, delivery, AuditEventName.DELIVERED, {"already": receipt.already, "try": attempt.number})


def gave_up(session: Session, delivery_id: str, category: str) -> None:
    """No further try: those who hand records over are told, and other systems."""
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True)
    delivery.failed_at = now()
    if delivery.way != "package" or delivery.cancelled_at is not None:
        return
    row, told = _of(session, delivery)
    roles = [role for role, actions in ROLE_ACTIONS.items() if Action.hand_over in actions]
    people = session.scalars(
        select(Account.id).where(Account.id.in_(holding(row.department_id, roles)), Account.active).order_by(Account.id)
    ).all()
    key = f"delivery-failed:{delivery.id}:{_tries(session, delivery.id)}"
    tell_delivery_failed(session, row, key=key, destination=told.destination, people=people)
    announce(session, row, "delivery.failed", None, delivery=told)
    _audit(session, delivery, AuditEventName.DELIVERY_FAILED, {"category": category})


def let_go(session: Session, delivery_id: str) -> None:
    """Its job ended without a decision: the dispatcher makes another once the delivery may be sent."""
    session.get_one(Delivery, delivery_id, with_for_update=True).queued_at = None


def _of(session: Session, delivery: Delivery) -> tuple[MeetingRow, WebhookDelivery]:
    package = session.get_one(RecordPackage, delivery.package_id)
    destination = session.get_one(Destination, delivery.destination_id)
    told = WebhookDelivery(id=delivery.id, destination=destination.name, package=package.name, sha256=package.sha256)
    return session.get_one(MeetingRow, package.meeting_id), told


def _audit(session: Session, delivery: Delivery, event: AuditEventName, detail: Mapping[str, object]) -> None:
    """Last of all: what is told refers to the meeting, whose row others lock before the log."""
    assert delivery.meeting_id is not None
    said = {"delivery": delivery.id, "destination": delivery.destination_id, "package": delivery.package_id, **detail}
    record(session, actor=SYSTEM, event=event, subject=subject(delivery.meeting_id), detail=said)


def _tries(session: Session, delivery_id: str) -> int:
    query = select(func.count()).select_from(DeliveryAttempt).where(DeliveryAttempt.delivery_id == delivery_id)
    return session.scalar(query) or 0


def attempts_of(session: Session, ids: Sequence[str]) -> Mapping[str, tuple[DeliveryAttempt, ...]]:
    """By delivery, oldest first."""
    query = select(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(ids))
    made: dict[str, tuple[DeliveryAttempt, ...]] = {}
    for each in session.scalars(query.order_by(DeliveryAttempt.delivery_id, DeliveryAttempt.number)):
        made[each.delivery_id] = (*made.get(each.delivery_id, ()), each)
    return made
