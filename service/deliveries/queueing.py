"""The dispatcher's part: each delivery that may be sent gets a job, and never a second one beside it."""

from collections.abc import Sequence

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.orm import Session

from service.db.base import now
from service.db.delivery_tables import Delivery, DeliveryAttempt
from service.deliveries.states import HELD, OPEN, open_job
from service.jobs import requests
from service.jobs.requests import JobKind
from service.settings import Settings

AT_ONCE = 200

_KINDS = {"mail": JobKind.MAIL, "webhook": JobKind.WEBHOOK, "package": JobKind.PACKAGE}


def waiting_for_jobs() -> Select[Delivery]:
    """Open, not held back, and without a job."""
    return select(Delivery).where(OPEN, Delivery.queued_at.is_(None), ~HELD).order_by(Delivery.id).limit(AT_ONCE)


def queue_deliveries(session: Session, settings: Settings) -> int:
    """Make the jobs; their number. The rows are locked: ``queued_at`` and the job come into being together."""
    if settings.webhook_url is None:
        tried = exists().where(DeliveryAttempt.delivery_id == Delivery.id)
        session.execute(delete(Delivery).where(Delivery.way == "webhook", Delivery.queued_at.is_(None), ~tried))
    found = session.scalars(waiting_for_jobs().with_for_update(skip_locked=True)).all()
    for delivery in found:
        delivery.queued_at = now()
        requests.create(
            session,
            kind=_KINDS[delivery.way],
            subject_id=delivery.id,
            created_by=delivery.asked_by,
            max_attempts=settings.delivery_attempts,
        )
    return len(found)


def call_back(session: Session, delivery_id: str) -> Delivery:
    """``call_back_all`` of one delivery."""
    (delivery,) = call_back_all(session, [delivery_id])
    return delivery


def call_back_all(session: Session, ids: Sequence[str]) -> tuple[Delivery, ...]:
    """End the jobs that wait for their time, so that the dispatcher makes new ones as soon as the deliveries may be
    sent. The deliveries, locked for the caller. One whose worker is at it now keeps its job, which ends by itself.

    All jobs are locked before any delivery, as workers and the sweep do; and ``queued_at`` is judged only once the
    delivery is locked, because the dispatcher may have made a job in between.
    """
    for each in ids:
        job = open_job(session, each)
        if job is not None:
            requests.request_cancel(session, job)
    return tuple(_locked(session, each) for each in ids)


def _locked(session: Session, delivery_id: str) -> Delivery:
    delivery = session.get_one(Delivery, delivery_id, with_for_update=True, populate_existing=True)
    if open_job(session, delivery_id) is None:
        delivery.queued_at = None
    return delivery
