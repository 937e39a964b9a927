"""Saved results of stages and of their units: what a rerun skips."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session

from service.db.base import new_id, now
from service.db.tables import StageResult
from service.jobs.leases import Claim, hold


def save(
    session: Session,
    claim: Claim,
    *,
    subject_id: str,
    stage: str,
    part: str = "",
    input_hash: str,
    payload: str,
    seconds: float = 0.0,
    lease_seconds: float | None = None,
    at: datetime | None = None,
) -> None:
    """Keep the result of a stage or of one unit of it with the meeting ``subject_id``, and renew the lease in the same transaction when
    ``lease_seconds`` is given. A result that is already there stays. Raises LeaseLost when fenced out."""
    moment = at or now()
    lease = {} if lease_seconds is None else {"lease_until": moment + timedelta(seconds=lease_seconds)}
    hold(session, claim, **lease)
    values = {
        "id": new_id(),
        "subject_id": subject_id,
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


def find(session: Session, subject_id: str, *, stage: str, part: str = "", input_hash: str) -> str | None:
    """The payload saved for exactly this input, or None."""
    return session.scalar(
        select(StageResult.payload).where(
            StageResult.subject_id == subject_id,
            StageResult.stage == stage,
            StageResult.part == part,
            StageResult.input_hash == input_hash,
        )
    )
