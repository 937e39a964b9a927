"""Run one job: claim, heartbeat, work, one fenced transaction at the end. Knows nothing of Celery."""

import logging
import os
import time
import traceback
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.stopping import Stopped
from service.db.base import new_id, now
from service.db.engine import writing
from service.jobs import leases
from service.jobs.leases import Claim, LeaseLost
from service.settings import Settings
from workers.heartbeat import Heartbeat, StopReason
from workers.presence import mark_working, process_id
from workers.retries import INTERNAL, PUBLIC_MESSAGES, classify, retry_delay

LOG = logging.getLogger(__name__)


class Outcome(StrEnum):
    NOT_CLAIMED = "not_claimed"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRY = "retry"
    DRAINED = "drained"
    LOST = "lost"


class Work(Protocol):
    """What a kind of job does. ``perform`` returns what to write in the transaction that also finishes the job."""

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]: ...

    def failed(self, session: Session, subject_id: str, category: str) -> None: ...

    def cancelled(self, session: Session, subject_id: str) -> None: ...


def never() -> bool:
    return False


def run_job(
    engine: Engine,
    settings: Settings,
    job_id: str,
    works: Callable[[str], Work | None],
    *,
    draining: Callable[[], bool] = never,
    worker_id: str | None = None,
) -> Outcome:
    """Do the job if it is there to be done; a second wake-up for the same job returns NOT_CLAIMED.

    Only errors of the database itself are raised; the lease then brings the job back.
    """
    worker_id = worker_id or process_id()
    claim = leases.claim(engine, job_id, f"{worker_id}:{new_id()}", settings.lease_seconds)
    if claim is None:
        return Outcome.NOT_CLAIMED
    began = time.monotonic()
    try:
        outcome = _run_claimed(engine, settings, claim, works(claim.kind), worker_id=worker_id, draining=draining)
    except LeaseLost:
        outcome = Outcome.LOST
    mark_working(engine, worker_id, None)
    LOG.info("job %s attempt %d: %s after %.1f s", claim.job_id, claim.attempt, outcome.value, time.monotonic() - began)
    return outcome


def _run_claimed(
    engine: Engine, settings: Settings, claim: Claim, work: Work | None, *, worker_id: str, draining: Callable[[], bool]
) -> Outcome:
    if work is None:
        LOG.error("job %s has a kind that this worker does not know", claim.job_id)
        with writing(engine) as session:
            leases.fail(session, claim, category=INTERNAL, public=PUBLIC_MESSAGES[INTERNAL])
        return Outcome.FAILED

    def seen() -> None:
        mark_working(engine, worker_id, claim.job_id)

    seen()
    heartbeat = Heartbeat(
        engine,
        claim,
        lease_seconds=settings.lease_seconds,
        heartbeat_seconds=settings.heartbeat_seconds,
        draining=draining,
        seen=seen,
    )
    with heartbeat:
        try:
            write = work.perform(engine, settings, claim, heartbeat.stopping)
            with writing(engine) as session:
                leases.finish(session, claim)
                write(session)
            return Outcome.SUCCEEDED
        except Stopped:
            return _stop(engine, claim, work, heartbeat.reason)
        except LeaseLost:
            raise
        except Exception as error:
            return _fail(engine, claim, work, error)


def _stop(engine: Engine, claim: Claim, work: Work, reason: StopReason | None) -> Outcome:
    if reason is StopReason.CANCEL:
        with writing(engine) as session:
            leases.cancel(session, claim)
            work.cancelled(session, claim.subject_id)
        return Outcome.CANCELLED
    if reason is StopReason.DRAIN:
        with writing(engine) as session:
            leases.requeue(session, claim, not_before=now(), give_back_attempt=True)
        return Outcome.DRAINED
    raise LeaseLost(claim.job_id)


def _fail(engine: Engine, claim: Claim, work: Work, error: Exception) -> Outcome:
    category, public = classify(error)
    _log_error(claim, error, category)
    delay = retry_delay(category, claim.attempt, claim.max_attempts)
    with writing(engine) as session:
        if delay is not None:
            not_before = now() + timedelta(seconds=delay)
            leases.requeue(session, claim, not_before=not_before, category=category, public=public)
            return Outcome.RETRY
        leases.fail(session, claim, category=category, public=public)
        work.failed(session, claim.subject_id, category)
    return Outcome.FAILED


def _log_error(claim: Claim, error: Exception, category: str) -> None:
    """Where it happened, but not the message of the exception: it may quote the transcript."""
    frames = [f"{os.path.basename(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    LOG.error("job %s: %s (%s) at %s", claim.job_id, type(error).__name__, category, " < ".join(reversed(frames)))
