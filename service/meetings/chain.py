"""Chain: who has to agree to a record, in which order, as data (YAML under ``service/meetings/chains/``).

One check, then perhaps the speakers, then one approval or several. What may change under the text is not for a chain
to say: the text is open in the first two and frozen from the first approval on.
"""

from collections.abc import Sequence
from enum import StrEnum
from types import MappingProxyType

from pydantic import Field, field_validator, model_validator

from minutes.value import Value
from service.auth import Role
from service.meetings.states import MeetingState


class StepKind(StrEnum):
    CHECK = "check"
    """The office checks the text and hands it on."""
    SPEAKERS = "speakers"
    """Speakers are asked about their own statements."""
    APPROVAL = "approval"
    """Somebody signs a text that no longer changes; the last one freezes it."""


class Hand(StrEnum):
    """Those who had a hand in the text, and may sign only where the step says so."""

    MAKER = "maker"
    LAST_EDITOR = "last_editor"
    EARLIER = "earlier"
    """Who signed an earlier step."""


STATE_OF = MappingProxyType(
    {
        StepKind.CHECK: MeetingState.REVIEW,
        StepKind.SPEAKERS: MeetingState.SPEAKER_CHECK,
        StepKind.APPROVAL: MeetingState.APPROVAL,
    }
)


class Step(Value):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    name: str = Field(min_length=1, max_length=40)
    """In Japanese, e.g. 課長承認."""
    kind: StepKind
    roles: tuple[Role, ...] = Field(min_length=1)
    """Any one of them may do it."""
    optional: bool = False
    """May be left out by whoever submits."""
    days: int | None = Field(default=None, ge=1, le=365)
    """Days from reaching the step to its due date; None: no due date."""
    also: tuple[Hand, ...] = ()
    """Hands in the text that may do this step all the same."""


class Chain(Value):
    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")
    name: str = Field(min_length=1, max_length=100)
    steps: tuple[Step, ...]

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[Step, ...]) -> tuple[Step, ...]:
        kinds = [step.kind for step in steps]
        approvals = [step for step in steps if step.kind is StepKind.APPROVAL]
        before = [StepKind.CHECK] + [StepKind.SPEAKERS] * (StepKind.SPEAKERS in kinds)
        if not approvals or kinds != before + [StepKind.APPROVAL] * len(approvals):
            raise ValueError("check、speakers（なくてもよい）、approval（1つ以上）の順に並べてください")
        if len({step.id for step in steps}) != len(steps):
            raise ValueError("同じ id の段階が2つあります")
        if steps[0].optional:
            raise ValueError(f"「{steps[0].name}」は省けません（optional を外してください）")
        return steps

    @model_validator(mode="after")
    def _separated(self) -> "Chain":
        last = self.steps[-1]
        if last.also or last.optional or last.roles != (Role.APPROVER,):
            raise ValueError(
                f"最後の段階「{last.name}」は承認者だけの段階です。also と optional を外し、roles を [承認者] にしてください"
            )
        return self

    def step(self, id: str) -> Step | None:
        return next((step for step in self.steps if step.id == id), None)

    def of_kind(self, kind: StepKind) -> Step | None:
        """The first step of that kind."""
        return next((step for step in self.steps if step.kind is kind), None)

    @property
    def check(self) -> Step:
        return self.steps[0]

    @property
    def approvals(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if step.kind is StepKind.APPROVAL)

    def before(self, step: Step) -> tuple[Step, ...]:
        return self.steps[: self.steps.index(step)]

    def left_out(self, ids: Sequence[str]) -> tuple[Step, ...]:
        """The approvals of these ids, as far as they may be left out."""
        return tuple(step for step in self.approvals if step.id in ids and step.optional)
