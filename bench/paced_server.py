"""An OpenAI-compatible server in a process of its own that takes as long as a language model would, with so many slots.

``python -m bench.paced_server ANSWERS`` reads what it shall answer from a JSON file, prints its port, and serves until
it is stopped. A request beyond its slots waits for one. It counts nothing but time, so it needs no web framework whose
work would be taken for the client's.
"""

import asyncio
import json
import re
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_LINE = re.compile(r"^\[(u\d+)\] ", re.MULTILINE)
_TOKENS_PER_CHARACTER = 0.8
_FIRST, _REST = "first", "rest"


@dataclass(frozen=True)
class Pace:
    """Seconds that a model takes with all its slots in use."""

    slots: int
    prompt_token: float
    reply_token: float


@dataclass(frozen=True)
class Served:
    """Moments of one request, by the clock of the server."""

    arrived: float
    begun: float
    ended: float
    meant: float
    """Seconds that it should have taken: on a busy machine it may take longer."""


@dataclass
class Paced:
    answers: dict[str, dict[str, str]]
    """Number of the first utterance shown -> the reply to its first request, and to every further one."""
    pace: Pace = field(default_factory=lambda: Pace(1, 0.0, 0.0))
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1))
    served: list[Served] = field(default_factory=list)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                length = re.search(r"content-length: *(\d+)", head, re.IGNORECASE)
                body = await reader.readexactly(int(length[1])) if length else b""
                await self._answered(head.split(" ", 2)[1], body, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answered(self, path: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        if path == "/pace":
            self.pace = Pace(**json.loads(body))
            self.free, self.served = asyncio.Semaphore(self.pace.slots), []
            await _whole(writer, b"{}")
        elif path == "/served":
            await _whole(writer, json.dumps([asdict(each) for each in self.served]).encode())
        else:
            arrived = time.monotonic()
            async with self.free:
                begun = time.monotonic()
                meant = await self._streamed(json.loads(body), begun, writer)
                self.served.append(Served(arrived, begun, time.monotonic(), meant))

    async def _streamed(self, body: dict[str, Any], begun: float, writer: asyncio.StreamWriter) -> float:
        """One event a token, each at its time; the seconds that it should take."""
        prompt = "".join(each["content"] for each in body["messages"])
        asked = [each["content"] for each in body["messages"] if each["role"] == "user"]
        reply = self.answers[_LINE.findall(asked[0])[0]][_FIRST if len(asked) == 1 else _REST]
        read, count = round(len(prompt) * _TOKENS_PER_CHARACTER), max(1, round(len(reply) * _TOKENS_PER_CHARACTER))
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
        )
        first = read * self.pace.prompt_token
        for n in range(count):
            due = begun + first + (n + 1) * self.pace.reply_token
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            piece = reply[len(reply) * n // count : len(reply) * (n + 1) // count]
            _event(writer, [{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
        _event(writer, [{"index": 0, "delta": {}, "finish_reason": "stop"}])
        _event(writer, [], usage={"prompt_tokens": read, "completion_tokens": count})
        _chunk(writer, b"data: [DONE]\n\n")
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return first + count * self.pace.reply_token


def _event(writer: asyncio.StreamWriter, choices: list[dict[str, Any]], **more: Any) -> None:
    event = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "model": "paced", "choices": choices, **more}
    _chunk(writer, b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n")


def _chunk(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(b"%x\r\n%b\r\n" % (len(data), data))


async def _whole(writer: asyncio.StreamWriter, data: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"
    writer.write(head % len(data) + data)
    await writer.drain()


async def main(answers: Path) -> None:
    paced = Paced(json.loads(answers.read_text(encoding="utf-8")))
    server = await asyncio.start_server(paced.connected, "127.0.0.1", 0, limit=1 << 20)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
