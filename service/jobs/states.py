"""The life of a job, as data: every change of ``job.state`` is one row of ``TRANSITIONS``."""

from enum import StrEnum
from types import MappingProxyType


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


class JobEvent(StrEnum):
    CLAIM = "claim"
    """A worker takes the row and one attempt is used up."""
    FINISH = "finish"
    FAIL = "fail"
    REQUEUE = "requeue"
    """Back to the queue: a retry, or a worker that is shutting down."""
    CANCEL = "cancel"
    EXHAUST = "exhaust"
    """The lease ran out and no attempt is left."""


TRANSITIONS = MappingProxyType(
    {
        (JobState.QUEUED, JobEvent.CLAIM): JobState.RUNNING,
        (JobState.RUNNING, JobEvent.CLAIM): JobState.RUNNING,  # only after the lease ran out
        (JobState.RUNNING, JobEvent.FINISH): JobState.SUCCEEDED,
        (JobState.RUNNING, JobEvent.FAIL): JobState.FAILED,
        (JobState.RUNNING, JobEvent.REQUEUE): JobState.QUEUED,
        (JobState.QUEUED, JobEvent.CANCEL): JobState.CANCELLED,
        (JobState.RUNNING, JobEvent.CANCEL): JobState.CANCELLED,
        (JobState.QUEUED, JobEvent.EXHAUST): JobState.FAILED,
        (JobState.RUNNING, JobEvent.EXHAUST): JobState.FAILED,
    }
)

FINAL = frozenset({JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELLED})


def sources(event: JobEvent) -> tuple[JobState, ...]:
    """The states in which ``event`` may happen."""
    return tuple(state for state, happening in TRANSITIONS if happening is event)


def target(event: JobEvent) -> JobState:
    """The one state that ``event`` leads to."""
    (state,) = {after for (_, happening), after in TRANSITIONS.items() if happening is event}
    return state
