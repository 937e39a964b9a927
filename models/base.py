"""The one Protocol that every summarization backend meets."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from minutes.document import MinutesDocument, ModelCard, PromptRef
from minutes.errors import GijiyoshiError
from minutes.profile import Profile
from minutes.unit import Unit, UnitSummary


class SummaryModel(Protocol):
    """A backend condenses units one by one and yields each result as it is done, in the order given.

    The caller saves each yielded result before it asks for the next, so that a killed worker resumes at the next
    unit. ``cancelled`` is polled at least between units; once it returns True the iterator ends early.
    """

    def describe(self) -> ModelCard: ...

    def prompts(self) -> tuple[PromptRef, ...]: ...

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]: ...


@dataclass(frozen=True)
class Background:
    """What stands around the units of one meeting. No unit's prompt is made from it: it may hold closed talk."""

    blank: MinutesDocument
    """The draft before any sentence is written."""
    profile: Profile


@runtime_checkable
class Situated(Protocol):
    """A backend that must know the meeting: it holds what it wrote against the checks, or follows the house style."""

    def within(self, background: Background) -> SummaryModel: ...


class ModelUnready(GijiyoshiError):
    """The model cannot write now: what is wrong with it is for whoever runs the service to mend."""

    status = 503
    category = "model"


@runtime_checkable
class Warmable(Protocol):
    """A model, or a backend of one, that takes long to get ready, or may turn out not to work at all."""

    def warm(self) -> None:
        """Load what has to be loaded and generate a few tokens, so that the first meeting does not wait for it.
        Raises a GijiyoshiError that says what is wrong with the model."""
        ...
