"""The body of a request, and the reply as it comes in: as server-sent events, or whole."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import httpx2

from models.grounded import Reply, Request, Unanswered
from models.openai_compatible.dialect import Dialect, Form
from models.openai_compatible.endpoint import Endpoint

_THOUGHT = re.compile(r"\A.*?</think>", re.DOTALL)
"""Some chat templates open the thought themselves, so that only its end is in the reply."""
_BROKEN = "サーバーの返答を読み取れない"
_BYTES_PER_TOKEN = 400
"""Of a stream: every token comes in an event of its own, with its names around it."""


def body_of(request: Request, endpoint: Endpoint, dialect: Dialect) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
        # Servers count thinking as part of the reply.
        "max_completion_tokens" if dialect.newer_limit else "max_tokens": request.max_tokens + endpoint.thinking_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if dialect.temperature:
        body["temperature"] = 0
    if dialect.form is Form.JSON_SCHEMA:
        schema = {"name": "summary", "strict": True, "schema": request.schema}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif dialect.form is Form.JSON_OBJECT:
        body["response_format"] = {"type": "json_object"}
    return {**body, **endpoint.extra_body}


async def reply_of(response: httpx2.Response, tokens: int) -> Reply:
    """The reply of at most ``tokens``, thoughts included.

    Raises Unanswered where there is no reply that could be read, and what the connection raises.
    """
    incoming = _Incoming(limit=tokens * _BYTES_PER_TOKEN + 65_536)
    try:
        if response.headers.get("content-type", "").startswith("application/json"):
            incoming.take_whole(await _all(response, incoming))
        else:
            async for line in _lines(response, incoming):
                if incoming.take_line(line):
                    break
        return incoming.reply()
    except UnicodeDecodeError:
        raise Unanswered("サーバーの返答の文字コードが UTF-8 でない") from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        raise Unanswered(_BROKEN) from None


async def _all(response: httpx2.Response, incoming: "_Incoming") -> bytes:
    parts: list[bytes] = []
    async for part in response.aiter_bytes():
        incoming.count(part)
        parts.append(part)
    return b"".join(parts)


async def _lines(response: httpx2.Response, incoming: "_Incoming") -> AsyncIterator[str]:
    rest = b""
    async for part in response.aiter_bytes():
        incoming.count(part)
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield line.decode("utf-8").rstrip("\r")
    if rest:
        yield rest.decode("utf-8").rstrip("\r")


@dataclass
class _Incoming:
    limit: int
    size: int = 0
    events: int = 0
    texts: list[str] = field(default_factory=list)
    finish: str = ""
    models: dict[str, None] = field(default_factory=dict)
    """Every name that an event gives, in order: one stream may be patched together from several servers."""
    usage: dict[str, Any] = field(default_factory=dict)

    def count(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self.limit:
            raise Unanswered("返答が長すぎるため打ち切った")

    def take_line(self, line: str) -> bool:
        """True where the stream says that it ends."""
        if not line.startswith("data:"):
            return False
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            return True
        if data:
            self._take(json.loads(data), "delta")
        return False

    def take_whole(self, data: bytes) -> None:
        self._take(json.loads(data.decode("utf-8")), "message")

    def _take(self, event: dict[str, Any], part: str) -> None:
        self.events += 1
        if event.get("error"):
            raise Unanswered("サーバーが返答の途中で誤りを返した")
        if event.get("model"):
            self.models[str(event["model"])] = None
        self.usage = event.get("usage") or self.usage
        for choice in event.get("choices") or []:
            if choice.get("index", 0) != 0:
                continue
            said = choice.get(part) or {}
            if said.get("content") is not None:
                if not isinstance(said["content"], str):
                    raise TypeError("content is no text")
                self.texts.append(said["content"])
            self.finish = str(choice.get("finish_reason") or self.finish)

    def reply(self) -> Reply:
        if not self.events:
            # A page of a proxy, say: asking the model to mend it would be of no use.
            raise Unanswered(_BROKEN)
        return Reply(
            text=_THOUGHT.sub("", _whole("".join(self.texts))),
            finish=_whole(self.finish),
            model=_whole("、".join(self.models)),
            prompt_tokens=_number(self.usage.get("prompt_tokens")),
            completion_tokens=_number(self.usage.get("completion_tokens")),
        )


def _whole(text: str) -> str:
    """Halves of a character that came in two events are joined; a half alone, which no file can hold, is marked."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and value >= 0 else None
