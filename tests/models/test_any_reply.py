"""Whatever bytes a server sends: a reply, or a reason why there is none, and never anything else."""

import asyncio
import json

import httpx2
from hypothesis import given
from hypothesis import strategies as st
from sample_meeting import INPUTS, understood
from scripted_backend import ScriptedBackend

from models.grounded import Reply, Unanswered
from models.grounded.asking import Asking
from models.grounded.reply import read
from models.openai_compatible.wire import reply_of
from prompts import load_prompts

ASKED = Asking(load_prompts(), INPUTS.profile, ScriptedBackend(lambda _: "")).requests(understood().plan.units[0])[0]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["stop", "u0001"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["model", "choices", "delta", "content", "finish_reason", "usage", "index", "sentences", "text", "evidence"]),
        inner,
    ),
    max_leaves=12,
)  # fmt: skip


def answered(data: bytes, kind: str) -> None:
    async def asked() -> Reply:
        return await reply_of(httpx2.Response(200, content=data, headers={"content-type": kind}), 100)

    try:
        reply = asyncio.run(asked())
    except Unanswered as unanswered:
        assert unanswered.reason
    else:
        (reply.text + reply.model + reply.finish).encode("utf-8")


@given(st.lists(st.binary(max_size=40) | VALUES.map(lambda v: json.dumps(v).encode()), max_size=4))
def test_any_stream(parts: list[bytes]) -> None:
    answered(b"".join(b"data: " + part + b"\n\n" for part in parts), "text/event-stream")


@given(st.binary(max_size=60) | VALUES.map(lambda v: json.dumps(v).encode()))
def test_any_body(data: bytes) -> None:
    answered(data, "application/json")


@given(st.text(max_size=60) | VALUES.map(json.dumps))
def test_any_text_is_read_as_sentences_or_faults(text: str) -> None:
    sentences, faults = read(Reply(text, "stop", "m"), ASKED)
    assert faults or all(set(each.evidence) <= set(ASKED.ids) and each.evidence for each in sentences)
