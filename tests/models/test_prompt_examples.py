"""The examples in the prompts are what they teach: they pass the checks that a model's sentences must pass."""

import json
import re
from dataclasses import dataclass

import pytest
from sample_meeting import INPUTS, understood

from minutes.document import DraftTurn, DraftUtterance
from minutes.profile import Profile
from minutes.profiles import load_profile
from minutes.transcript.model import Utterance
from minutes.turn import TurnKind
from minutes.unit import SummarySentence, Unit
from models.base import Background
from models.extractive import choose
from models.grounded.asking import house_rules
from models.grounded.coverage import missed
from models.grounded.judging import Judge
from models.grounded.reply import _ECHO
from prompts import load_prompts

PROMPTS = load_prompts()
PROFILES = [load_profile("tokyo_cio"), load_profile("ward_forum")]
KINDS = {
    "answer": TurnKind.ANSWER,
    "decision": TurnKind.DECISION,
    "greeting": TurnKind.GREETING,
    "opinion": TurnKind.OPINION,
    "question": TurnKind.QUESTION,
    "report": TurnKind.REPORT,
}
BLANK = understood().background.blank


@dataclass(frozen=True)
class Example:
    kind: TurnKind
    said: tuple[tuple[str, str], ...]
    written: tuple[SummarySentence, ...]
    reply: str


def system_of(prompt_id: str) -> str:
    values = {"kind": "回答", "register": "常体（である調）", "house_rules": house_rules(INPUTS.profile), "budget": 1}
    rest = {"own_words": [], "terms": [], "context": [], "utterances": [], "mark": "m"}
    return PROMPTS[prompt_id].render(values | rest)[0].content


def examples(prompt_id: str) -> list[Example]:
    found = []
    for part in re.split(r"^例\d.*\n", system_of(prompt_id), flags=re.MULTILINE)[1:]:
        speech, reply = part.strip().split("\n返答\n")
        said = tuple(re.findall(r"^\[(u\d+)\] (.+)$", speech, re.MULTILINE))
        written = tuple(SummarySentence.model_validate(each) for each in json.loads(reply)["sentences"])
        found.append(Example(KINDS[prompt_id], said, written, reply))
    return found


ALL = [(prompt_id, n, each) for prompt_id in KINDS for n, each in enumerate(examples(prompt_id), 1)]


@pytest.mark.parametrize("profile", PROFILES, ids=lambda p: p.id)
@pytest.mark.parametrize(("prompt_id", "n", "example"), ALL, ids=[f"{prompt_id}{n}" for prompt_id, n, _ in ALL])
def test_an_example_passes_the_checks(prompt_id: str, n: int, example: Example, profile: Profile) -> None:
    speaker = BLANK.meeting.roster[0].id
    ids = tuple(each for each, _ in example.said)
    blank = BLANK.model_copy(
        update={
            "utterances": tuple(
                DraftUtterance(
                    id=i, label=None, attendee_id=speaker, confidence=1.0, reason="", agenda_no=1, kind=example.kind,
                    closed=False, text=text, start=None, end=None,
                )
                for i, text in example.said
            ),
            "turns": (DraftTurn(id="t9001", utterance_ids=ids, attendee_id=speaker, kind=example.kind),),
            "exchanges": (),
            "mishearings": (),
        }
    )  # fmt: skip
    unit = Unit(
        id="t9001",
        kind=example.kind,
        attendee_id=speaker,
        agenda_no=1,
        closed=False,
        utterances=tuple(Utterance(id=i, label=None, text=text, line=1) for i, text in example.said),
        budget=200,
        bullets=example.kind is TurnKind.GREETING,
    )
    judged = Judge(Background(blank, profile)).judged(unit, example.written)
    assert (judged.sentences, judged.faults, judged.doubts) == (example.written, (), ())
    own = choose(unit)
    assert list(missed(own.essentials, ids, example.written)) == []
    assert example.written or not own.summary.sentences
    assert {i for each in example.written for i in each.evidence} <= set(ids)


@pytest.mark.parametrize("prompt_id", KINDS)
def test_two_examples_teach_two_things_in_the_form_that_is_asked_for(prompt_id: str) -> None:
    found = examples(prompt_id)
    assert len(found) >= 2
    for each in found:
        assert each.reply == json.dumps(json.loads(each.reply), ensure_ascii=False)
        assert list(json.loads(each.reply)) == PROMPTS[prompt_id].head.schema_["required"]
    numbers = [i for each in found for i, _ in each.said]
    assert len(set(numbers)) == len(numbers)
    # Far above those of a meeting: a number copied from an example can be no number that was shown.
    assert all(i.startswith("u9") for i in numbers)


FICTION = ("船", "着場", "天文台", "夜間公開", "望遠鏡", "曇", "毎晩開く", "雪の季節", "職人", "桟橋", "増水")


@pytest.mark.parametrize("prompt_id", KINDS)
def test_no_sentence_of_a_real_meeting_is_taken_for_a_copy_of_an_example(prompt_id: str) -> None:
    """A run of letters that stands in the rules and not in the speech bars a sentence (``models.grounded.reply``), so
    every run of that length in an example must have something of its own."""
    texts = [each.text for example in examples(prompt_id) for each in example.written]
    runs = [text[at : at + _ECHO] for text in texts for at in range(len(text) - _ECHO + 1)]
    assert runs and [run for run in runs if not any(word in run for word in FICTION)] == []


@pytest.mark.parametrize("prompt_id", ["greeting", "opinion"])
def test_talk_without_content_is_shown_to_give_no_sentence(prompt_id: str) -> None:
    assert [each for each in examples(prompt_id) if not each.written]
