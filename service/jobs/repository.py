"""Every write to the ``job`` and ``stage_result`` tables.

The row is the queue of record. Each change is one conditional UPDATE that names the states it may start from; what a
worker writes is fenced by (owner, attempt), so a worker that lost its lease changes nothing. ``owner`` must be unique
to one claim: a drained job gives its attempt back, so the attempt alone would not tell two claims apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Engine, Update, and_, case, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError
from service.db.engine import writing
from service.db.tables import Job, StageResult, new_id, now
from service.jobs.states import FINAL, JobEvent, JobState, sources, target

CRASHED = "crashed"
CRASHED_MESSAGE = (
    "処理が途中で止まることが続いたため、作成を中止しました。文字起こしと会議情報は保存されています。"
    "「もう一度実行」を押しても同じ結果になるときは、管理者に連絡してください。"
)


class JobKind(StrEnum):
    DRAFT = "draft"
    """Make version 1 of the draft of a meeting; the subject is the meeting."""


class LeaseLost(Exception):
    """Another worker owns the job now, or it was ended: stop at once and write nothing."""


class NotRunnable(GijiyoshiError):
    status = 409
    category = "conflict"


class Lease(StrEnum):
    HELD = "held"
    LOST = "lost"
    CANCEL_REQUESTED = "cancel_requested"


class CancelOutcome(StrEnum):
    CANCELLED = "cancelled"
    """The job had not started and is now cancelled: the caller also ends the subject, in this transaction."""
    REQUESTED = "requested"
    """The running worker will stop within about a second and end job and subject itself."""
    TOO_LATE = "too_late"
    """The job had already ended."""


@dataclass(frozen=True)
class Claim:
    job_id: str
    kind: str
    subject_id: str
    attempt: int
    owner: str
    max_attempts: int


@dataclass(frozen=True)
class Due:
    job_id: str
    kind: str


@dataclass(frozen=True)
class Ended:
    """A job that ``sweep_exhausted`` ended: its subject has to follow, in the same transaction."""

    job_id: str
    kind: str
    subject_id: str
    state: JobState
    error_public: str | None


def create(session: Session, *, kind: str, subject_id: str, created_by: str | None, max_attempts: int) -> Job:
    """Add a queued job to the caller's transaction. Nothing is published: the dispatcher finds the row."""
    moment = now()
    job = Job(
        id=new_id(),
        kind=kind,
        subject_id=subject_id,
        state=JobState.QUEUED,
        attempt=0,
        max_attempts=max_attempts,
        not_before=moment,
        created_by=created_by,
        created_at=moment,
        done=0,
        total=0,
        row_version=1,
    )
    session.add(job)
    session.flush()
    return job


def _change(event: JobEvent, *where: ColumnElement[bool], **values: Any) -> Update:
    return (
        update(Job)
        .where(Job.state.in_(sources(event)), *where)
        .values(state=target(event), row_version=Job.row_version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def _fence(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return (
        Job.id == claim.job_id,
        Job.state == JobState.RUNNING,
        Job.lease_owner == claim.owner,
        Job.attempt == claim.attempt,
    )


def _hit(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(Job.id)).first() is not None


_RELEASED: dict[str, Any] = {"lease_owner": None, "lease_until": None}


def claim(engine: Engine, job_id: str, owner: str, lease_seconds: float, *, at: datetime | None = None) -> Claim | None:
    """Take a queued job, or a running one whose lease ran out. Committed before it returns, so that a job that kills
    its process uses up its attempts. None: nothing to do (done, owned, not yet due, or no attempt left)."""
    moment = at or now()
    statement = _change(
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
    if not _hit(session, statement):
        raise LeaseLost(claim.job_id)


def report(session: Session, claim: Claim, *, stage: str, done: int, total: int) -> None:
    """Progress for people. Raises LeaseLost when fenced out."""
    hold(session, claim, stage=stage, done=done, total=total)


def save_stage(
    session: Session,
    claim: Claim,
    *,
    stage: str,
    part: str = "",
    input_hash: str,
    payload: str,
    seconds: float = 0.0,
    lease_seconds: float | None = None,
    at: datetime | None = None,
) -> None:
    """Keep the result of a stage or of one unit of it, and renew the lease in the same transaction when
    ``lease_seconds`` is given. A result that is already there stays. Raises LeaseLost when fenced out."""
    moment = at or now()
    lease = {} if lease_seconds is None else {"lease_until": moment + timedelta(seconds=lease_seconds)}
    hold(session, claim, **lease)
    values = {
        "id": new_id(),
        "subject_id": claim.subject_id,
        "job_id": claim.job_id,
        "stage": stage,
        "part": part,
        "input_hash": input_hash,
        "payload": payload,
        "seconds": seconds,
        "attempt": claim.attempt,
        "created_at": moment,
    }
    if session.get_bind().dialect.name == "postgresql":
        session.execute(insert_postgresql(StageResult).values(values).on_conflict_do_nothing())
    else:
        session.execute(insert_sqlite(StageResult).values(values).on_conflict_do_nothing())


def find_stage(session: Session, subject_id: str, *, stage: str, part: str = "", input_hash: str) -> str | None:
    """The payload saved for exactly this input, or None."""
    return session.scalar(
        select(StageResult.payload).where(
            StageResult.subject_id == subject_id,
            StageResult.stage == stage,
            StageResult.part == part,
            StageResult.input_hash == input_hash,
        )
    )


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
    if not _hit(session, _change(event, *_fence(claim), finished_at=at or now(), **_RELEASED, **values)):
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
    statement = _change(
        JobEvent.REQUEUE,
        *_fence(claim),
        not_before=not_before,
        dispatched_at=None,
        attempt=Job.attempt - (1 if give_back_attempt else 0),
        error_category=category,
        error_public=public,
        **_RELEASED,
    )
    if not _hit(session, statement):
        raise LeaseLost(claim.job_id)


def request_cancel(session: Session, job_id: str, *, at: datetime | None = None) -> CancelOutcome:
    """Cancel at once what has not started, else leave the request for the running worker. See CancelOutcome for what
    the caller owes the subject."""
    moment = at or now()
    if _hit(
        session,
        _change(
            JobEvent.CANCEL,
            Job.id == job_id,
            Job.state == JobState.QUEUED,
            cancel_requested_at=moment,
            finished_at=moment,
        ),
    ):
        return CancelOutcome.CANCELLED
    requested = (
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.RUNNING)
        .values(cancel_requested_at=moment, row_version=Job.row_version + 1)
        .execution_options(synchronize_session=False)
    )
    return CancelOutcome.REQUESTED if _hit(session, requested) else CancelOutcome.TOO_LATE


def run_again(session: Session, job_id: str, *, created_by: str | None = None) -> Job:
    """A new job on the same subject, with all its attempts; saved stage results are used again. The old row stays.

    Raises NotRunnable while any job of the subject has not ended, InputError for an unknown id.
    """
    old = session.get(Job, job_id)
    if old is None:
        raise InputError("指定された処理が見つかりません。", where="job_id", remedy="番号を確かめてください。")
    active = session.scalar(
        select(Job.id).where(Job.subject_id == old.subject_id, Job.kind == old.kind, Job.state.not_in(FINAL)).limit(1)
    )
    if active is not None:
        raise NotRunnable("この会議の処理はまだ終わっていません。", remedy="終わるのを待つか、先に取り消してください。")
    return create(
        session,
        kind=old.kind,
        subject_id=old.subject_id,
        created_by=created_by if created_by is not None else old.created_by,
        max_attempts=old.max_attempts,
    )


def due(
    session: Session, at: datetime | None = None, *, redispatch_seconds: float = 30.0, limit: int = 100
) -> list[Due]:
    """Jobs to publish, oldest first: queued and due, or running with a lease that ran out; not those published within
    ``redispatch_seconds``. On PostgreSQL rows another dispatcher is looking at are skipped."""
    moment = at or now()
    statement = (
        select(Job.id, Job.kind)
        .where(
            or_(
                and_(Job.state == JobState.QUEUED, Job.not_before <= moment),
                and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
            ),
            Job.attempt < Job.max_attempts,
            Job.cancel_requested_at.is_(None),
            or_(Job.dispatched_at.is_(None), Job.dispatched_at < moment - timedelta(seconds=redispatch_seconds)),
        )
        .order_by(Job.not_before, Job.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [Due(row.id, row.kind) for row in session.execute(statement)]


def mark_dispatched(session: Session, job_ids: Sequence[str], *, at: datetime | None = None) -> None:
    """To be committed before publishing: a crash in between costs a delay, never a lost job."""
    _set_dispatched(session, job_ids, at or now())


def clear_dispatched(session: Session, job_ids: Sequence[str]) -> None:
    """After a failed publish: due again in the next round."""
    _set_dispatched(session, job_ids, None)


def _set_dispatched(session: Session, job_ids: Sequence[str], value: datetime | None) -> None:
    statement = update(Job).where(Job.id.in_(job_ids), Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    session.execute(statement.values(dispatched_at=value).execution_options(synchronize_session=False))


def sweep_exhausted(session: Session, at: datetime | None = None) -> list[Ended]:
    """End what no worker will take again: no attempt left (failed, ``crashed``), or cancelled while its worker died.
    The caller updates the subjects in the same transaction."""
    moment = at or now()
    ownerless = or_(
        and_(Job.state == JobState.RUNNING, Job.lease_until < moment),
        Job.state == JobState.QUEUED,
    )
    columns = (Job.id, Job.kind, Job.subject_id, Job.state, Job.error_public)
    cancelled = _change(
        JobEvent.CANCEL, ownerless, Job.cancel_requested_at.is_not(None), finished_at=moment, **_RELEASED
    )
    failed = _change(
        JobEvent.EXHAUST,
        ownerless,
        Job.cancel_requested_at.is_(None),
        Job.attempt >= Job.max_attempts,
        finished_at=moment,
        error_category=CRASHED,
        error_public=CRASHED_MESSAGE,
        **_RELEASED,
    )
    rows = [row for statement in (cancelled, failed) for row in session.execute(statement.returning(*columns))]
    return [Ended(row.id, row.kind, row.subject_id, JobState(row.state), row.error_public) for row in rows]
