"""The one Protocol that every summarization backend meets."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from minutes.document import ModelCard, PromptRef
from minutes.unit import Unit, UnitSummary


class SummaryModel(Protocol):
    """A backend condenses units one by one and yields each result as it is done, in the order given.

    The caller saves each yielded result before it asks for the next, so that a killed worker resumes at the next
    unit. ``cancelled`` is polled at least between units; once it returns True the iterator ends early.
    """

    def describe(self) -> ModelCard: ...

    def prompts(self) -> tuple[PromptRef, ...]: ...

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]: ...
