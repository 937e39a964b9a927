"""What people ask of jobs: make one, cancel it, run it again."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError
from service.db.base import new_id, now
from service.db.tables import Job
from service.jobs.changes import change, hit
from service.jobs.states import FINAL, JobEvent, JobState


class JobKind(StrEnum):
    DRAFT = "draft"
    """Make version 1 of the draft of a meeting; the subject is the meeting."""
    REGENERATE = "regenerate"
    """Write one turn again; the subject is the proposal that comes of it."""
    WARM = "warm"
    """Get a model ready; the subject is its name."""
    MAIL = "mail"
    """Send one e-mail; the subject is the delivery."""
    WEBHOOK = "webhook"
    """Send one webhook; the subject is the delivery."""
    PACKAGE = "package"
    """Bring one package to one destination; the subject is the delivery."""
    CHECK = "check"
    """Try the connection to a destination; the subject is the destination."""


class NotRunnable(GijiyoshiError):
    status = 409
    category = "conflict"


class CancelOutcome(StrEnum):
    CANCELLED = "cancelled"
    """The job had not started and is now cancelled: the caller also ends the subject, in this transaction."""
    REQUESTED = "requested"
    """The running worker will stop within about a second and end job and subject itself."""
    TOO_LATE = "too_late"
    """The job had already ended."""


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


def request_cancel(session: Session, job_id: str, *, at: datetime | None = None) -> CancelOutcome:
    """Cancel at once what has not started, else leave the request for the running worker. See CancelOutcome for what
    the caller owes the subject."""
    moment = at or now()
    if hit(
        session,
        change(
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
    return CancelOutcome.REQUESTED if hit(session, requested) else CancelOutcome.TOO_LATE


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
