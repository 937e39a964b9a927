"""What the servers people run do differently: fields that only some know, thoughts before the reply, prompts cut short."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import ValidationError
from sample_meeting import PLAIN, texts, understood
from scripted_backend import reply_json
from scripted_server import DONE, MODEL, Asked, Server, event, right, says, serving, stream
from starlette.responses import JSONResponse, Response

from minutes.errors import InputError
from minutes.unit import UnitSummary
from models.extra_body import parse_extra_body
from models.grounded import GroundedModel
from models.openai_compatible import Endpoint, OpenAIBackend
from models.openai_compatible.dialect import Dialect, Form
from models.registry import load_model
from prompts import load_prompts
from service.settings import Settings
from workers.model_options import options_of

MEETING = understood()
UNIT = MEETING.plan.units[:1]


@contextmanager
def asked_by(answer: Callable[[Asked], Response], **endpoint: Any) -> Iterator[tuple[UnitSummary, Server]]:
    """The summary of one unit, by a server that answers so."""

    async def script(asked: Asked) -> Response:
        return answer(asked)

    with serving(script) as server:
        backend = OpenAIBackend(Endpoint(server.url, MODEL, backoff_seconds=0.001, **endpoint))
        try:
            model = GroundedModel(backend, load_prompts()).within(MEETING.background)
            (summary,) = model.condense(UNIT, cancelled=lambda: False)
            yield summary, server
        finally:
            backend.close()


def refusing(**told: str) -> Callable[[Asked], Response]:
    """Refuses a request with any of these fields, in the words given."""

    def answer(asked: Asked) -> Response:
        for name, words in told.items():
            if name in asked.body:
                return JSONResponse({"error": {"message": words, "param": name}}, status_code=400)
        return right(asked)

    return answer


NEWER = {
    "max_tokens": "Unsupported parameter: 'max_tokens' is not supported. Use 'max_completion_tokens' instead.",
    "temperature": "Unsupported value: 'temperature' does not support 0 with this model. Only the default is supported.",
}


def test_a_reasoning_model_of_openai_is_asked_in_its_own_words_and_still_for_the_schema() -> None:
    with asked_by(refusing(**NEWER)) as (summary, server):
        assert not summary.replaced
    (*refused, taken) = server.asked
    assert len(refused) == 2
    assert taken.body["max_completion_tokens"] == refused[0].body["max_tokens"]
    assert "temperature" not in taken.body and taken.body["response_format"]["type"] == "json_schema"


def test_what_was_learnt_is_kept_for_the_next_requests() -> None:
    async def script(asked: Asked) -> Response:
        return refusing(**NEWER)(asked)

    with serving(script) as server:
        backend = OpenAIBackend(Endpoint(server.url, MODEL, slots=1))
        document = MEETING.drafted_by(GroundedModel(backend, load_prompts()))
        backend.close()
    assert texts(document) == texts(PLAIN) and document.replacements == ()
    assert len(server.asked) == len(MEETING.plan.units) + 2


def test_a_server_that_refuses_everything_is_not_asked_for_ever() -> None:
    words = "use max_completion_tokens; temperature is not supported"
    with asked_by(lambda _: JSONResponse({"error": words}, status_code=400)) as (summary, server):
        assert "HTTP 400" in summary.replaced and len(server.asked) == 5


def test_two_requests_learn_together() -> None:
    one, other = Dialect(newer_limit=True), Dialect(Form.JSON_OBJECT, temperature=False)
    assert one.joined(other) == other.joined(one) == Dialect(Form.JSON_OBJECT, newer_limit=True, temperature=False)


def test_a_content_filter_is_named_and_the_same_words_are_not_sent_again() -> None:
    filtered = {"error": {"code": "content_filter", "message": "… triggering Azure OpenAI's content management policy"}}
    with asked_by(lambda _: JSONResponse(filtered, status_code=400)) as (summary, server):
        assert "フィルター" in summary.replaced and len(server.asked) == 1


FULL = {
    "vllm": (400, "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."),
    "llama.cpp": (400, "request (1407 tokens) exceeds the available context size (256 tokens), try increasing it"),
    "older llama.cpp": (500, "the request exceeds the available context size. try increasing the context size"),
    "slots of llama.cpp that share a context": (500, "Context size has been exceeded."),
}


@pytest.mark.parametrize("name", FULL)
def test_a_full_context_is_named_and_not_asked_again(name: str) -> None:
    status, words = FULL[name]
    refusal = JSONResponse({"error": {"message": words, "type": "exceed_context_size_error"}}, status_code=status)
    with asked_by(lambda _: refusal) as (summary, server):
        assert "文脈長" in summary.replaced and len(server.asked) == 1


THOUGHTS: dict[str, Callable[[Asked], Response]] = {
    "reasoning_content": lambda a: stream(
        b'data: {"choices": [{"delta": {"role": "assistant", "content": null}}]}\n\n',
        b'data: {"choices": [{"delta": {"reasoning_content": "{\\"sentences\\": []} \\u304b"}}]}\n\n',
        event(reply_json(a.right()), finish="stop"), DONE,
    ),
    "reasoning": lambda a: stream(
        b'data: {"choices": [{"delta": {"reasoning": "{ \\u8003\\u3048\\u308b", "content": ""}}]}\n\n',
        event(reply_json(a.right()), finish="stop"), DONE,
    ),
    "tags": lambda a: says(f'<think>{{"sentences": []}}</think>{reply_json(a.right())}'),
    "only the end of the thought": lambda a: says(f'{{"sentences": []}} かな。\n</think>\n\n{reply_json(a.right())}'),
}  # fmt: skip


@pytest.mark.parametrize("name", THOUGHTS)
def test_thoughts_are_no_part_of_the_reply(name: str) -> None:
    with asked_by(THOUGHTS[name]) as (summary, _):
        assert not summary.replaced
        assert [each.text for each in summary.sentences] == texts(PLAIN)[: len(summary.sentences)] != []
        assert summary.calls[0].reply.lstrip().startswith('{"sentences": [{')


def test_thinking_has_room_of_its_own_which_the_speech_does_not_get() -> None:
    with asked_by(right) as (_, plain), asked_by(right, thinking_tokens=2000) as (_, thinking):
        limits = [each.asked[0].body["max_tokens"] for each in (plain, thinking)]
    assert limits[1] - limits[0] == 2000
    assert OpenAIBackend(Endpoint("http://m/v1", "m", context_tokens=8192, thinking_tokens=2000)).context_tokens == 6192


def test_a_reply_to_half_a_prompt_is_refused() -> None:
    def cut(asked: Asked) -> Response:
        usage = b'data: {"choices": [], "usage": {"prompt_tokens": 300}}\n\n'
        return stream(event(reply_json(asked.right()), finish="stop"), usage, DONE)

    with asked_by(cut) as (summary, server):
        assert "一部しか読んでいない" in summary.replaced and "300トークン" in summary.replaced
        assert len(server.asked) == 1 and len(summary.calls) == 1


def test_the_address_may_have_a_query() -> None:
    endpoint = Endpoint("https://x.example/openai/deployments/d/?api-version=2024-10-21", "m")
    assert endpoint.url == "https://x.example/openai/deployments/d/chat/completions?api-version=2024-10-21"


def test_an_operators_fields_stand_in_every_request_and_in_the_provenance() -> None:
    extra = parse_extra_body('{"chat_template_kwargs": {"enable_thinking": false}, "temperature": 0.2}')
    with asked_by(right, extra_body=extra) as (_, server):
        (asked,) = server.asked
    assert asked.body["chat_template_kwargs"] == {"enable_thinking": False} and asked.body["temperature"] == 0.2
    card = OpenAIBackend(Endpoint("http://m/v1", "m", extra_body=extra)).card
    assert json.loads(str(card.parameters["extra_body"])) == extra
    assert card != OpenAIBackend(Endpoint("http://m/v1", "m")).card


@pytest.mark.parametrize(
    "written",
    [
        "enable_thinking",
        "[1]",
        '"x"',
        "{" * 5000,
        '{"messages": []}',
        '{"response_format": null}',
        '{"max_tokens": 9, "reasoning_effort": "low"}',
        '{"model": "m2"}',
    ],
)
def test_fields_the_program_must_control_are_refused_before_any_work(written: str) -> None:
    server = {"openai_base_url": "http://model:8000/v1", "openai_model": "m", "openai_extra_body": written}
    with pytest.raises(InputError) as caught:
        load_model("openai", options_of(Settings(**server)))
    assert "GIJIYOSHI_OPENAI_EXTRA_BODY" in str(caught.value) and caught.value.remedy


def test_settings_reach_the_requests() -> None:
    settings = Settings(
        openai_base_url="http://model:8000/v1",
        openai_model="m",
        openai_thinking_tokens=1024,
        openai_extra_body='{"reasoning_effort": "low"}',
    )
    endpoint = options_of(settings).endpoint
    assert endpoint is not None
    assert (endpoint.thinking_tokens, endpoint.extra_body) == (1024, {"reasoning_effort": "low"})


def test_thinking_that_leaves_no_room_for_speech_stops_the_start() -> None:
    with pytest.raises(ValidationError, match="GIJIYOSHI_OPENAI_THINKING_TOKENS"):
        Settings(openai_context_tokens=8192, openai_thinking_tokens=6000)
