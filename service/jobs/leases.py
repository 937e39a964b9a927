"""What a worker writes about the job it does: taking it, keeping it, ending it.

Every write is fenced by the claim. ``owner`` must be unique to one claim: a drained job gives its attempt back, so the
attempt alone would not tell two claims apart.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, and_, case, or_, select, update
from sqlalchemy.orm import Session

from service.db.base import now
from service.db.engine import writing
from service.db.tables import Job
from service.jobs.changes import RELEASED, change, hit
from service.jobs.states import JobEvent, JobState


class LeaseLost(Exception):
    """Another worker owns the job now, or it was ended: stop at once and write nothing."""


class Lease(StrEnum):
    HELD = "held"
    LOST = "lost"
    CANCEL_REQUESTED = "cancel_requested"


@dataclass(frozen=True)
class Claim:
    job_id: str
    kind: str
    subject_id: str
    attempt: int
    owner: str
    max_attempts: int


def _fence(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Job.id == claim.job_id,
        Job.state == JobState.RUNNING,
        Job.lease_owner == claim.owner,
        Job.attempt == claim.attempt,
    )


def claim(engine: Engine, job_id: str, owner: str, lease_seconds: float, *, at: datetime | None = None) -> Claim | None:
    """Take a queued job, or a running one whose lease ran out. Committed before it returns, so that a job that kills
    its process uses up its attempts. None: nothing to do (done, owned, not yet due, or no attempt left)."""
    moment = at or now()
    statement = change(
        JobEvent.CLAIM,
        Job.id == job_id,
        Job.attempt < Job.max_attempts,
        Job.cancel_requested_at.is_(None),
        or_(
            and_(Job.state == JobState.QUEUED, Job.not_before <= moment),
            and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
        ),
        attempt=Job.attempt + 1,
        lease_owner=owner,
        lease_until=moment + timedelta(seconds=lease_seconds),
        dispatched_at=None,
        started_at=case((Job.started_at.is_(None), moment), else_=Job.started_at),
    ).returning(Job.kind, Job.subject_id, Job.attempt, Job.max_attempts)
    with writing(engine) as session:
        row = session.execute(statement).first()
    return None if row is None else Claim(job_id, row.kind, row.subject_id, row.attempt, owner, row.max_attempts)


def renew(engine: Engine, claim: Claim, lease_seconds: float, *, at: datetime | None = None) -> Lease:
    """Extend the lease. A cancelled job is still extended: its worker needs the lease to end it properly."""
    until = (at or now()) + timedelta(seconds=lease_seconds)
    statement = (
        update(Job)
        .where(*_fence(claim))
        .values(lease_until=until)
        .execution_options(synchronize_session=False)
        .returning(Job.cancel_requested_at)
    )
    with writing(engine) as session:
        row = session.execute(statement).first()
    if row is None:
        return Lease.LOST
    return Lease.HELD if row.cancel_requested_at is None else Lease.CANCEL_REQUESTED


def lease_state(session: Session, claim: Claim) -> Lease:
    """What ``renew`` would answer, without a write: cheap enough to ask twice a second."""
    row = session.execute(select(Job.cancel_requested_at).where(*_fence(claim))).first()
    if row is None:
        return Lease.LOST
    return Lease.HELD if row.cancel_requested_at is None else Lease.CANCEL_REQUESTED


def hold(session: Session, claim: Claim, **values: Any) -> None:
    """Fence the caller's transaction: raises LeaseLost unless ``claim`` still owns the job, and locks the row."""
    statement = (
        update(Job)
        .where(*_fence(claim))
        .values(row_version=Job.row_version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    if not hit(session, statement):
        raise LeaseLost(claim.job_id)


def report(session: Session, claim: Claim, *, stage: str, done: int, total: int) -> None:
    """Progress for people. Raises LeaseLost when fenced out."""
    hold(session, claim, stage=stage, done=done, total=total)


def finish(session: Session, claim: Claim, *, at: datetime | None = None) -> None:
    """Raises LeaseLost when fenced out; the caller's transaction is then rolled back with everything in it."""
    _end(session, claim, JobEvent.FINISH, at, error_category=None, error_public=None)


def fail(session: Session, claim: Claim, *, category: str, public: str, at: datetime | None = None) -> None:
    """End as failed. ``public`` is the sentence a person reads, in Japanese. Raises LeaseLost when fenced out."""
    _end(session, claim, JobEvent.FAIL, at, error_category=category, error_public=public)


def cancel(session: Session, claim: Claim, *, at: datetime | None = None) -> None:
    """The worker's answer to a cancel request. Raises LeaseLost when fenced out."""
    _end(session, claim, JobEvent.CANCEL, at, error_category=None, error_public=None)


def _end(session: Session, claim: Claim, event: JobEvent, at: datetime | None, **values: Any) -> None:
    if not hit(session, change(event, *_fence(claim), finished_at=at or now(), **RELEASED, **values)):
        raise LeaseLost(claim.job_id)


def requeue(
    session: Session,
    claim: Claim,
    *,
    not_before: datetime,
    give_back_attempt: bool = False,
    category: str | None = None,
    public: str | None = None,
) -> None:
    """Back to the queue. ``give_back_attempt``: the worker was asked to stop, the job did nothing wrong.
    Raises LeaseLost when fenced out."""
    statement = change(
        JobEvent.REQUEUE,
        *_fence(claim),
        not_before=not_before,
        dispatched_at=None,
        attempt=Job.attempt - (1 if give_back_attempt else 0),
        error_category=category,
        error_public=public,
        **RELEASED,
    )
    if not hit(session, statement):
        raise LeaseLost(claim.job_id)
