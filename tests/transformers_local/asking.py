"""Requests as the prompts make them, small."""

import json
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jsonschema

from minutes.stopping import Stopped
from models.grounded import Reply, Request
from models.transformers_local import TransformersBackend
from prompts import Message

RULES = "次の発言を議事要旨の文に要約する。発言にないことは書かない。\n" * 8
KINDS = ("回答", "質問", "意見・要望")
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["sentences"],
    "properties": {
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["text", "kind", "evidence"],
                "properties": {
                    "text": {"type": "string", "maxLength": 200},
                    "kind": {"type": "string", "enum": list(KINDS)},
                    "evidence": {"type": "array", "items": {"type": "string", "enum": ["u0001", "u0002", "u0010"]}},
                },
            },
        }
    },
}


def request(said: str, *, rules: str = RULES, schema: dict[str, Any] = SCHEMA, max_tokens: int = 120) -> Request:
    return Request((Message("system", rules), Message("user", f"[u0001] {said}\n")), schema, max_tokens)


def never() -> bool:
    return False


def ask(backend: TransformersBackend, asked: Request) -> Reply:
    return backend.generate(asked, halted=never)


def ask_together(backend: TransformersBackend, asked: Sequence[Request]) -> list[Reply | Exception]:
    """As GroundedModel asks: each from a thread of its own."""

    def one(request: Request) -> Reply | Exception:
        try:
            return ask(backend, request)
        except Exception as error:
            return error

    with ThreadPoolExecutor(backend.slots) as pool:
        return list(pool.map(one, asked))


def valid(reply: Reply, schema: dict[str, Any] = SCHEMA) -> Any:
    read = json.loads(reply.text)
    unbounded = json.loads(json.dumps(schema).replace('"maxLength": 200', '"maxLength": 100000'))
    jsonschema.validate(read, unbounded)
    return read


def seconds_until_stopped(backend: TransformersBackend, asked: Request, after: float) -> float:
    """From when the caller halts, ``after`` seconds from now, until it is let go."""
    halt = threading.Event()
    halted_at: list[float] = []

    def stop() -> None:
        halted_at.append(time.monotonic())
        halt.set()

    timer = threading.Timer(after, stop)
    timer.start()
    try:
        backend.generate(asked, halted=halt.is_set)
    except Stopped:
        return time.monotonic() - halted_at[0]
    finally:
        timer.join()
    raise AssertionError("the reply ended by itself")
