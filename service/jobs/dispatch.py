"""What the dispatcher reads and writes: which jobs to publish, and which no worker will take again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from service.db.base import now
from service.db.tables import Job
from service.jobs.changes import RELEASED, change
from service.jobs.states import JobEvent, JobState

CRASHED = "crashed"
CRASHED_MESSAGE = (
    "処理が途中で止まることが続いたため、作成を中止しました。文字起こしと会議情報は保存されています。"
    "もう一度行っても同じ結果になるときは、管理者に連絡してください。"
)


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
    over = or_(Job.cancel_requested_at.is_not(None), Job.attempt >= Job.max_attempts)
    # Rows that somebody is writing to are left for the next round: to wait for one while others are locked, and their
    # subjects after them, is how two of these would stand in each other's way.
    free = select(Job.id).where(ownerless, over).order_by(Job.id).with_for_update(skip_locked=True)
    mine = Job.id.in_(session.scalars(free).all())
    columns = (Job.id, Job.kind, Job.subject_id, Job.state, Job.error_public)
    cancelled = change(JobEvent.CANCEL, mine, Job.cancel_requested_at.is_not(None), finished_at=moment, **RELEASED)
    failed = change(
        JobEvent.EXHAUST,
        mine,
        Job.cancel_requested_at.is_(None),
        Job.attempt >= Job.max_attempts,
        finished_at=moment,
        error_category=CRASHED,
        error_public=CRASHED_MESSAGE,
        **RELEASED,
    )
    rows = [row for statement in (cancelled, failed) for row in session.execute(statement.returning(*columns))]
    return [Ended(row.id, row.kind, row.subject_id, JobState(row.state), row.error_public) for row in rows]
