"""A backend in this process that answers as a test tells it to, and remembers what it was asked."""

import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from minutes.document import ModelCard
from minutes.stopping import Stopped
from models.grounded import Reply, Request
from prompts import Message

_LINE = re.compile(r"^\[(u\d+)\] (.*)$", re.MULTILINE)


def lines_of(request_text: str) -> list[tuple[str, str]]:
    """Number and words of every piece of speech a prompt shows, without the examples of the rules."""
    return _LINE.findall(request_text)


def user_text(request: Request) -> str:
    return "".join(m.content for m in request.messages if m.role == "user")


def reply_json(sentences: Sequence[tuple[str, Sequence[str]]]) -> str:
    return json.dumps({"sentences": [{"text": t, "evidence": list(e)} for t, e in sentences]}, ensure_ascii=False)


Script = Callable[[Request], str | Reply]


@dataclass
class ScriptedBackend:
    script: Script
    slots: int = 3
    context_tokens: int = 8192
    asked: list[Request] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def card(self) -> ModelCard:
        return ModelCard(name="scripted", revision="1", parameters={}, note="試験用")

    def tokens(self, text: str) -> int:
        return len(text)

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        return sum(len(each.content) + 16 for each in messages)

    def generate(self, request: Request, *, halted: Callable[[], bool]) -> Reply:
        if halted():
            raise Stopped
        with self._lock:
            self.asked.append(request)
        told = self.script(request)
        return told if isinstance(told, Reply) else Reply(told, "stop", "scripted-1", 10, 5)
