"""An OpenAI-compatible server on a real socket that answers as badly as a test asks it to."""

import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from sample_meeting import right_sentences
from scripted_backend import lines_of, reply_json
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

MODEL = "scripted-7b"


@dataclass(frozen=True)
class Asked:
    """A request as the server got it."""

    body: dict[str, Any]
    headers: dict[str, str]
    nth: int
    """How often this very speech was asked about before, by a first request or a repair."""
    raw: bytes = b""
    """Every byte of the body."""

    @property
    def user(self) -> str:
        return "".join(m["content"] for m in self.body["messages"] if m["role"] == "user")

    @property
    def ids(self) -> list[str]:
        return [each for each, _ in lines_of(self.user)]

    @property
    def repair(self) -> bool:
        return len([m for m in self.body["messages"] if m["role"] == "user"]) > 1

    def right(self) -> list[tuple[str, tuple[str, ...]]]:
        return right_sentences(self.ids)


Script = Callable[[Asked], Awaitable[Response]]


def event(text: str, *, model: str = MODEL, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}
    # A lone half of a character can only be written as an escape.
    escaped = not text.isprintable()
    return b"data: " + json.dumps({"model": model, "choices": [choice]}, ensure_ascii=escaped).encode() + b"\n\n"


USAGE = b'data: {"model": "scripted-7b", "choices": [], "usage": {"prompt_tokens": 9000, "completion_tokens": 80}}\n\n'
DONE = b"data: [DONE]\n\n"


def stream(*parts: bytes) -> Response:
    async def body() -> AsyncIterator[bytes]:
        for part in parts:
            yield part

    return StreamingResponse(body(), media_type="text/event-stream")


def says(text: str, *, finish: str | None = "stop", model: str = MODEL) -> Response:
    pieces = [text[at : at + 7] for at in range(0, len(text), 7)]
    return stream(*(event(p, model=model) for p in pieces), event("", finish=finish, model=model), USAGE, DONE)


def right(asked: Asked) -> Response:
    return says(reply_json(asked.right()))


@dataclass
class Server:
    url: str
    script: Script
    asked: list[Asked] = field(default_factory=list)
    busy: int = 0
    busiest: int = 0

    async def answer(self, request: Request) -> Response:
        body = await request.json()
        speech = lines_of("".join(m["content"] for m in body["messages"] if m["role"] == "user"))
        seen = sum(1 for each in self.asked if each.ids == [i for i, _ in speech])
        asked = Asked(body, dict(request.headers), seen, await request.body())
        self.asked.append(asked)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        try:
            return await self.script(asked)
        finally:
            self.busy -= 1


@contextmanager
def serving(script: Script) -> Iterator[Server]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", script)
    app = Starlette(routes=[Route("/v1/chat/completions", server.answer, methods=["POST"])])
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not running.started:
            time.sleep(0.005)
        yield server
    finally:
        running.should_exit = True
        thread.join()
        listener.close()
