"""Getting the model ready before a meeting needs it, as a job; and what came of it, for the health page."""

from enum import StrEnum

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.backends import SLOW_TO_LOAD
from minutes.value import Value
from service.db.tables import Job
from service.jobs.dispatch import CRASHED
from service.jobs.requests import JobKind, create
from service.jobs.states import JobState

_ATTEMPTS = 2
"""Weights that are too large for the machine end the process that loads them, each time."""
_CRASHED_MESSAGE = (
    "要約モデルの準備中に処理が止まることが続きました。メモリが足りているか、worker の記録を確かめてください。"
)


class ModelState(StrEnum):
    NOT_LOADED = "not_loaded"
    LOADING = "loading"
    READY = "ready"
    FAILED = "failed"


class ModelReadiness(Value):
    name: str = Field(description="要約モデル（GIJIYOSHI_MODEL）")
    state: ModelState = Field(
        description="not_loaded まだ準備していない、loading 準備中、ready 使える、failed 使えない"
    )
    message: str | None = Field(description="使えない理由と対処")


def request_warm_up(session: Session, model: str) -> Job | None:
    """A job that loads ``model``, in the caller's transaction; None while one is waiting already."""
    waiting = select(Job.id).where(Job.kind == JobKind.WARM, Job.subject_id == model, Job.state == JobState.QUEUED)
    if session.scalar(waiting.limit(1)) is not None:
        return None
    return create(session, kind=JobKind.WARM, subject_id=model, created_by=None, max_attempts=_ATTEMPTS)


def model_readiness(session: Session, model: str) -> ModelReadiness | None:
    """What the newest warm-up came to; None where there was none and the model needs none."""
    newest = select(Job).where(Job.kind == JobKind.WARM, Job.subject_id == model).order_by(Job.id.desc()).limit(1)
    job = session.scalar(newest)
    if job is None:
        return ModelReadiness(name=model, state=ModelState.NOT_LOADED, message=None) if model in SLOW_TO_LOAD else None
    if job.state == JobState.FAILED:
        message = _CRASHED_MESSAGE if job.error_category == CRASHED else job.error_public
        return ModelReadiness(name=model, state=ModelState.FAILED, message=message)
    return ModelReadiness(name=model, state=_STATES[JobState(job.state)], message=None)


_STATES = {
    JobState.QUEUED: ModelState.NOT_LOADED,
    JobState.RUNNING: ModelState.LOADING,
    JobState.SUCCEEDED: ModelState.READY,
    JobState.CANCELLED: ModelState.NOT_LOADED,
}
