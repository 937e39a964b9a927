"""Tokens are counted as they will be generated from, and speech cannot speak the template's language."""

import pytest
import tiny_models
from asking import RULES, request
from hypothesis import given
from hypothesis import strategies as st
from sample_meeting import INPUTS, understood

from minutes.transcript.model import Utterance
from minutes.turn import TurnKind
from minutes.unit import Unit
from models.grounded.asking import Asking, TooLittleRoom
from models.transformers_local.source import Source
from models.transformers_local.wording import Wording, wording_of
from prompts import Message, load_prompts

SPEECH = st.text(alphabet="予算を、。髙𠮷 <|>end/us\n#一2ｱ\u3000😀", max_size=60)


@pytest.fixture(scope="module", params=["chat", "no system", "thinking", "plain"])
def wording(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Wording:
    template = {
        "chat": tiny_models.CHAT,
        "no system": tiny_models.WITHOUT_SYSTEM,
        "thinking": tiny_models.THINKING,
        "plain": None,
    }[request.param]
    return worded(template)


def worded(template: str | None) -> Wording:
    from pathlib import Path

    return wording_of(tiny_models.tokenizer(template), "auto", Source(Path(), None, "tiny"))


@given(system=SPEECH, user=SPEECH, reply=SPEECH)
def test_speech_never_becomes_a_mark_of_the_template(wording: Wording, system: str, user: str, reply: str) -> None:
    plain = (Message("system", "規"), Message("user", "発"), Message("assistant", "答"), Message("user", "直"))
    said = (Message("system", system), Message("user", user), Message("assistant", reply), Message("user", user))
    marks = set(wording.tokenizer.all_special_ids)

    def of_the_template(messages: tuple[Message, ...]) -> list[int]:
        return [each for each in wording.ids(messages) if each in marks]

    assert of_the_template(said) == of_the_template(plain)


@given(user=SPEECH)
def test_what_prompts_share_is_the_same_in_each_of_them(wording: Wording, user: str) -> None:
    messages = (Message("system", RULES), Message("user", user))
    ids = wording.ids(messages)
    shared = wording.shared(messages, ids)
    assert ids[: len(shared)] == list(shared) and len(shared) < len(ids)
    assert len(shared) > wording.count(RULES) - 5
    assert wording.shared(messages[1:], wording.ids(messages[1:])) == ()


def test_a_model_that_thinks_is_told_not_to() -> None:
    for template in (tiny_models.THINKING, tiny_models.ALWAYS_THINKING):
        wording = worded(template)
        assert wording.tokenizer.decode(wording.ids(request("はい。").messages)).endswith("</think>\n\n")
    wording = worded(tiny_models.CHAT)
    thought = wording.tokenizer("<think>どう書くか。</think>{}")["input_ids"]
    assert wording.text(thought) == "{}"


def test_a_template_without_a_system_role_shows_the_rules_first() -> None:
    wording = worded(tiny_models.WITHOUT_SYSTEM)
    shown = wording.tokenizer.decode(wording.ids(request("はい。").messages))
    assert shown.startswith("<s><|user|>\n次の発言を") and "はい。" in shown and "<|system|>" not in shown


def test_two_messages_of_one_role_are_one_for_the_template() -> None:
    strict = tiny_models.WITHOUT_SYSTEM.replace(
        "{% if m.role == 'system' %}", "{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    )
    wording = worded(strict)
    shown = wording.tokenizer.decode(wording.ids((*request("はい。").messages, Message("user", "書き直す。"))))
    assert shown.count("<|user|>") == 1 and "書き直す。" in shown


@pytest.mark.parametrize("context_tokens", [2048, 2600, 8192])
def test_no_prompt_of_a_meeting_passes_the_context(context_tokens: int, tiny, opened) -> None:
    backend = opened(tiny.llama, context_tokens=context_tokens)
    asking = Asking(load_prompts(), INPUTS.profile, backend)
    units = [*understood().plan.units, long_unit()]
    shown = 0
    for unit in units:
        try:
            asked = asking.requests(unit)
        except TooLittleRoom:
            continue
        shown += 1
        for each in asked:
            assert backend.prompt_tokens(each.request.messages) + each.request.max_tokens <= context_tokens
            try:
                repair = asking.again(each, '{"sentences": []}', ["要約の文が一つもない。"])
            except TooLittleRoom:
                continue
            assert backend.prompt_tokens(repair.request.messages) + repair.request.max_tokens <= context_tokens
    assert shown == len(units) or context_tokens < 8000


def long_unit() -> Unit:
    words = "それからですね、窓口の混雑についてなんですけれども、予約の仕組みを考えていただきたいと思っておりまして、"
    return Unit(
        id="t0001",
        kind=TurnKind.ANSWER,
        attendee_id="a1",
        agenda_no=1,
        closed=False,
        utterances=tuple(Utterance(id=f"u{n:04}", label=None, text=words * (1 + n % 9), line=n) for n in range(1, 90)),
        context=("いつから始めるのか伺いたい。" * 20,),
        budget=300,
    )
