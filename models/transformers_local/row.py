"""One request on its way, and one row of a batch: what was asked, and how far its reply has come."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from models.grounded import Reply


@dataclass(frozen=True, eq=False)
class Job:
    ids: tuple[int, ...]
    """The whole prompt."""
    prefix: tuple[int, ...]
    """Its beginning that other prompts have as well."""
    max_tokens: int
    grammar: Any
    """``Grammar``; None where the tokenizer allows none."""
    halted: Callable[[], bool]
    answer: Future[Reply] = field(default_factory=Future)


class End(Enum):
    STOP = "stop"
    LENGTH = "length"
    HALTED = "halted"
    LATE = "late"
    BROKEN = "broken"


@dataclass(eq=False)
class Row:
    job: Job
    deadline: float
    """On the monotonic clock."""
    written: list[int] = field(default_factory=list)
    """Tokens of the reply so far, the one that stops it included."""
    end: End | None = None
    hurried: bool = False
    """It was made to close because its allowance ran out."""
    matcher: Any = None
    to_end: int | None = None
    """Tokens that ended it properly from where that was last counted."""

    def __post_init__(self) -> None:
        if self.job.grammar is not None:
            self.matcher = self.job.grammar.follow()

    @property
    def left(self) -> int:
        return self.job.max_tokens - len(self.written)
