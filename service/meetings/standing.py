"""Where a meeting stands in its chain: a fold over its sign-offs, which are only ever added.

Nothing of this is stored a second time, so the line of steps cannot disagree with the rows.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol, TypeVar

from service.meetings.chain import STATE_OF, Chain, Step, StepKind
from service.meetings.states import MeetingState


class Outcome(StrEnum):
    SIGNED = "signed"
    LEFT_OUT = "left_out"
    RETURNED = "returned"
    """差戻し: the steps from ``to_step`` on are open again."""
    WITHDRAWN = "withdrawn"


class Mark(Protocol):
    """One row of what happened at a step, oldest first."""

    @property
    def step(self) -> str: ...

    @property
    def outcome(self) -> str: ...

    @property
    def to_step(self) -> str | None: ...


M = TypeVar("M", bound=Mark)


def standing(chain: Chain, marks: Iterable[M]) -> Mapping[str, M]:
    """Step id -> the sign-off (or leaving out) that counts now."""
    order = {step.id: number for number, step in enumerate(chain.steps)}
    counts: dict[str, M] = {}
    for mark in marks:
        if mark.outcome in {Outcome.SIGNED, Outcome.LEFT_OUT}:
            counts[mark.step] = mark
        else:
            back = order.get(mark.to_step or "", 0)
            counts = {key: each for key, each in counts.items() if order.get(key, 0) < back}
    return counts


def current_step(chain: Chain, state: str, counts: Mapping[str, object]) -> Step | None:
    """The step that somebody has to do now; None before the draft and after the last approval."""
    if state == STATE_OF[StepKind.APPROVAL]:
        return next((step for step in chain.approvals if step.id not in counts), None)
    return next((step for step in chain.steps if STATE_OF[step.kind] == state), None) if _open(state) else None


def _open(state: str) -> bool:
    return state in {MeetingState.REVIEW, MeetingState.SPEAKER_CHECK}


def after(chain: Chain, step: Step, counts: Mapping[str, object]) -> Step | None:
    """The approval that is due once ``step`` is signed; None when it was the last."""
    return next((each for each in chain.approvals if each.id not in counts and each != step), None)
