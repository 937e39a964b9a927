"""What a generating backend must offer. It knows nothing of meetings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from minutes.document import ModelCard
from prompts import Message

NOTE = "生成型: 言語モデルが書いた文を、発言と照らして点検したもの。点検を通らない箇所は発言から選んだ文に替えている。"
"""Of the card of every generating backend."""


@dataclass(frozen=True)
class Request:
    messages: tuple[Message, ...]
    schema: Mapping[str, Any]
    """JSON schema of the reply. A backend that cannot enforce it may ignore it: replies are validated."""
    max_tokens: int


@dataclass(frozen=True)
class Reply:
    text: str
    finish: str
    """``stop`` where the model ended by itself, ``length`` where it ran out of tokens, else the backend's own word."""
    model: str
    """As the backend names what replied."""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class Unanswered(Exception):
    """No reply that could be used. The message is in Japanese, for the reviewer, and quotes nothing of the meeting."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.unreachable = unreachable
        """The next request will probably fail as well."""


class Backend(Protocol):
    @property
    def card(self) -> ModelCard: ...

    @property
    def slots(self) -> int:
        """How many requests it serves at once."""
        ...

    @property
    def context_tokens(self) -> int:
        """Prompt and reply together."""
        ...

    def tokens(self, text: str) -> int:
        """Tokens of ``text``, exactly or more: never fewer."""
        ...

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        """Tokens of the whole prompt with all that is put around the messages, exactly or more: never fewer."""
        ...

    def generate(self, request: Request, *, halted: Callable[[], bool]) -> Reply:
        """Called from several threads. Raises Unanswered, and Stopped soon after ``halted`` answers True."""
        ...
