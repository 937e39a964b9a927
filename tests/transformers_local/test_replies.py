"""Replies of a real, tiny model: valid JSON, the same whether batched or not, with shared beginnings or without."""

import json

import pytest
import tiny_models
import torch
import xgrammar
from asking import KINDS, RULES, SCHEMA, ask, ask_together, request, valid

from models.grounded import Reply, Request, Unanswered
from models.transformers_local import TransformersBackend
from models.transformers_local.grammar import Grammars, generation_schema
from prompts import Message

SPEECH = (
    "公共施設の予約システムについて、利用者の意見を伺いたい。",
    "はい。",
    "来年度の予算につきましては、現在調整中でございます。" * 4,
    "ただ、現時点では時期をお示しできる段階にはございません。",
    "窓口の混雑が続いている。" * 9,
    "賛成です。髙橋委員、𠮷田委員、ほかにございますか。",
    "以上でございます。" * 2,
)


def requests(count: int, max_tokens: int = 120) -> list[Request]:
    # Two kinds of rules, so that the rows of a batch begin differently.
    return [
        request(f"{SPEECH[n % 7]}{n}", rules=RULES if n % 3 else RULES[:90], max_tokens=max_tokens)
        for n in range(count)
    ]


@pytest.mark.parametrize("seed", [0, 1, 2, 3])
def test_every_reply_of_a_random_model_is_json_of_the_schema(seed: int, opened, tmp_path) -> None:
    backend = opened(tiny_models.llama(tmp_path / "m", seed=seed), batch_size=25)
    replies = ask_together(backend, requests(50))
    kinds = set()
    for reply in replies:
        assert isinstance(reply, Reply)
        assert reply.finish in {"stop", "length"} and reply.completion_tokens <= 120
        kinds.update(each["kind"] for each in valid(reply)["sentences"])
    assert kinds and kinds <= set(KINDS)


def test_a_tokenizer_of_pieces_is_held_to_the_schema_as_well(opened, tmp_path) -> None:
    backend = opened(tiny_models.llama(tmp_path / "m", words=tiny_models.pieces()))
    assert backend.card.parameters["constrained"] is True
    for reply in ask_together(backend, requests(12)):
        assert isinstance(reply, Reply)
        valid(reply)


def test_where_the_tokenizer_is_unknown_to_the_grammar_replies_are_free(
    tiny, opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise ValueError("Unsupported tokenizer type")

    monkeypatch.setattr(xgrammar.TokenizerInfo, "from_huggingface", unknown)
    backend = opened(tiny.llama)
    assert backend.card.parameters["constrained"] is False
    reply = ask(backend, request("はい。", max_tokens=20))
    assert reply.finish in {"stop", "length"} and not reply.text.startswith("{")


def test_a_batch_writes_what_each_would_get_alone(llama: TransformersBackend) -> None:
    asked = requests(12)
    together = ask_together(llama, asked)
    assert together == [ask(llama, each) for each in asked]
    assert len({reply.text for reply in together if isinstance(reply, Reply)}) > 6


@pytest.mark.parametrize("kind", ["llama", "gemma"])
def test_a_shared_beginning_changes_no_word(kind: str, tiny, opened, monkeypatch: pytest.MonkeyPatch) -> None:
    shared = opened(getattr(tiny, kind))
    replies = ask_together(shared, requests(9))
    monkeypatch.setattr("models.transformers_local.batch.can_share", lambda _model: False)
    apart = opened(getattr(tiny, kind))
    assert replies == ask_together(apart, requests(9))


def test_where_a_layer_sees_a_window_nothing_is_shared(tiny, opened) -> None:
    from transformers import AutoModelForCausalLM

    from models.transformers_local.prefix import can_share

    with torch.inference_mode():
        assert can_share(AutoModelForCausalLM.from_pretrained(tiny.llama))
        assert not can_share(AutoModelForCausalLM.from_pretrained(tiny.gemma))


def test_a_reply_that_never_ends_by_itself_is_closed_and_says_so(tiny, opened) -> None:
    backend = opened(tiny.never_closing)
    for n in range(4):
        reply = ask(backend, request(f"発言{n}", max_tokens=100))
        assert valid(reply)["sentences"]
        assert reply.finish == "length" and 90 < reply.completion_tokens <= 100


def test_an_allowance_too_small_for_any_json_ends_as_cut_off(llama: TransformersBackend) -> None:
    reply = ask(llama, request("発言", max_tokens=3))
    assert (reply.finish, reply.completion_tokens) == ("length", 3)


def test_the_schema_for_writing_bounds_nothing_by_length() -> None:
    made = generation_schema(SCHEMA)
    item = made["properties"]["sentences"]["items"]["properties"]
    assert "maxLength" not in json.dumps(made) and "pattern" in item["text"]
    assert item["evidence"]["maxItems"] == 3
    assert list(item) == ["text", "kind", "evidence"]
    assert SCHEMA["properties"]["sentences"]["items"]["properties"]["text"] == {"type": "string", "maxLength": 200}


def test_a_prompt_that_does_not_fit_is_refused_not_cut(tiny, opened) -> None:
    backend = opened(tiny.llama, context_tokens=2048)
    long = request("予算。" * 1500, max_tokens=100)
    assert backend.prompt_tokens(long.messages) > 2048
    with pytest.raises(Unanswered, match="文脈長"):
        ask(backend, long)
    fits = request("短い。")
    room = 2048 - backend.prompt_tokens(fits.messages)
    with pytest.raises(Unanswered, match="文脈長"):
        ask(backend, Request(fits.messages, SCHEMA, room + 1))


def test_a_mark_of_the_template_is_no_text_to_write() -> None:
    words = tiny_models.tokenizer()
    grammars = Grammars(words, len(words), [words.eos_token_id])
    matcher = grammars.of(SCHEMA).follow()
    assert matcher.accept_string('{"sentences": [{"text": "')
    bits = xgrammar.allocate_token_bitmask(1, len(words))
    grammars.allowed(matcher, bits, 0)
    allowed = {at for at in range(len(words)) if bits[0, at // 32] >> at % 32 & 1}
    assert len(allowed) > len(words) // 2
    assert not allowed & set(words.all_special_ids)


def test_a_message_alone_and_without_rules_is_answered(llama: TransformersBackend) -> None:
    reply = ask(llama, Request((Message("user", "準備ができたら「はい」と答えてください。"),), SCHEMA, 60))
    assert reply.prompt_tokens == llama.prompt_tokens((Message("user", "準備ができたら「はい」と答えてください。"),))
