"""The gold of the evaluation meetings agrees with itself, with the transcript and with the meeting."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from minutes.meeting import Disclosure, Meeting
from minutes.meeting_input import parse_meeting
from minutes.transcript import Transcript, read_transcript
from minutes.turn import TurnKind

MEETINGS = Path(__file__).parents[2] / "evaluation" / "meetings"
NAMES = sorted(each.parent.name for each in MEETINGS.glob("*/meeting.json"))
NUMBER = re.compile(r"\d+(?:\.\d+)?")
FIGURE = re.compile(r"\d(?:[\d.]|億|万)*(?:円|パーセント|件|台)")
# A material's explanation is printed as its title alone, and the rest of these is left out of minutes.
NOT_PRINTED = {"報告", "進行", "相づち", "雑談"}


@dataclass(frozen=True)
class Held:
    meeting: Meeting
    transcript: Transcript
    gold: dict[str, Any]
    text: dict[str, str]

    def said(self, ids: list[str]) -> str:
        return "".join(self.text[each] for each in ids)

    def closed(self, uid: str) -> bool:
        return bool(self.gold["utterances"][uid]["closed"])

    def turns(self) -> list[list[str]]:
        """Consecutive utterances of one speaker within one agenda item and one disclosure."""
        found: list[list[str]] = []
        before: tuple[Any, ...] | None = None
        for uid, row in self.gold["utterances"].items():
            key = (row["speaker"], row["agenda"], row["closed"])
            if key == before:
                found[-1].append(uid)
            else:
                found.append([uid])
            before = key
        return found

    def turn_of(self) -> dict[str, int]:
        return {uid: n for n, turn in enumerate(self.turns()) for uid in turn}


def folded(text: str) -> str:
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    return plain.translate(str.maketrans("一二三四五六七八九", "123456789"))


def follows(variants: list[str], said: str, misheard: list[str]) -> bool:
    """A fact follows where it was said in these words, or in words that are named as mis-heard.

    Whatever the words, no variant may hold a number that was not said.
    """
    given = folded(said)
    numbers = set(NUMBER.findall(given))
    if any(number not in numbers for each in variants for number in NUMBER.findall(folded(each))):
        return False
    if any(folded(each) in given for each in variants):
        return True
    return any(form in said and set(form) & set(each) for form in misheard for each in variants)


@pytest.fixture(scope="module", params=NAMES)
def held(request) -> Held:
    folder = MEETINGS / request.param
    (path,) = folder.glob("transcript.*")
    transcript = read_transcript(path.read_bytes(), path.name)
    return Held(
        meeting=parse_meeting((folder / "meeting.json").read_bytes()),
        transcript=transcript,
        gold=yaml.safe_load((folder / "gold.yaml").read_text(encoding="utf-8")),
        text={each.id: each.text for each in transcript.utterances},
    )


def test_there_are_seven_meetings_each_with_gold():
    assert len(NAMES) == 7
    assert sorted(each.parent.name for each in MEETINGS.glob("*/gold.yaml")) == NAMES


def test_every_utterance_has_its_gold_and_no_other(held):
    parts = ["utterances", "exchanges", "must_include", "must_not_include"]
    assert list(held.gold) in (parts, [*parts, "must_warn"])
    assert list(held.gold["utterances"]) == [each.id for each in held.transcript.utterances]
    assert 60 <= len(held.text) <= 110
    assert held.transcript.notices == ()


def test_speakers_kinds_and_items_exist(held):
    people = {each.id for each in held.meeting.roster}
    items = {each.no for each in held.meeting.agenda}
    for uid, row in held.gold["utterances"].items():
        assert set(row) == {"speaker", "kind", "agenda", "closed"}, uid
        assert row["speaker"] is None or row["speaker"] in people, uid
        assert row["kind"] in set(TurnKind), uid
        assert row["agenda"] is None or row["agenda"] in items, uid
        assert isinstance(row["closed"], bool), uid
    spoken = [row["agenda"] for row in held.gold["utterances"].values() if row["agenda"]]
    assert spoken == sorted(spoken)
    assert set(spoken) == items
    assert people == {row["speaker"] for row in held.gold["utterances"].values()} - {None}


def test_one_turn_has_one_kind(held):
    for turn in held.turns():
        assert len({held.gold["utterances"][uid]["kind"] for uid in turn}) == 1, turn


def test_closed_follows_the_disclosure_of_the_items(held):
    for item in held.meeting.agenda:
        flags = {row["closed"] for row in held.gold["utterances"].values() if row["agenda"] == item.no}
        expected = {Disclosure.PUBLIC: {False}, Disclosure.CLOSED: {True}, Disclosure.PARTIAL: {False, True}}
        assert flags == expected[item.disclosure], item.no
    outside = [row["closed"] for row in held.gold["utterances"].values() if row["agenda"] is None]
    assert not any(outside)


def test_exchanges_join_what_asks_with_what_answers_it_later(held):
    rows, turn_of = held.gold["utterances"], held.turn_of()
    assert held.gold["exchanges"]
    for each in held.gold["exchanges"]:
        assert set(each) == {"questions", "answers"}
        assert {rows[q]["kind"] for q in each["questions"]} <= {"質問", "要望", "意見"}, each
        assert {rows[a]["kind"] for a in each["answers"]} <= {"回答", "補足回答"}, each
        assert max(turn_of[q] for q in each["questions"]) < min(turn_of[a] for a in each["answers"]), each
        assert len({held.closed(uid) for uid in (*each["questions"], *each["answers"])}) == 1, each
        for side in ("questions", "answers"):
            assert len({turn_of[uid] for uid in each[side]}) == len(each[side]), each


def test_every_question_has_its_answer_and_every_answer_its_question(held):
    rows, turn_of = held.gold["utterances"], held.turn_of()
    for side, kinds in (("questions", {"質問"}), ("answers", {"回答", "補足回答"})):
        joined = {turn_of[uid] for each in held.gold["exchanges"] for uid in each[side]}
        alone = [turn for n, turn in enumerate(held.turns()) if rows[turn[0]]["kind"] in kinds and n not in joined]
        assert alone == []


def test_what_must_be_included_follows_from_public_words(held):
    rows, misheard = held.gold["utterances"], held.gold["must_not_include"]
    assert 8 <= len(held.gold["must_include"]) <= 20
    for fact in held.gold["must_include"]:
        assert set(fact) == {"any", "of", "why"}
        assert fact["any"] and fact["of"] and fact["why"], fact
        assert follows(fact["any"], held.said(fact["of"]), misheard), fact
        assert not any(held.closed(uid) for uid in fact["of"]), fact
        assert not {rows[uid]["kind"] for uid in fact["of"]} & NOT_PRINTED, fact


def test_what_must_not_be_included_contradicts_nothing(held):
    forbidden = held.gold["must_not_include"]
    assert forbidden
    assert len(set(forbidden)) == len(forbidden)
    public = folded("".join(t for uid, t in held.text.items() if not held.closed(uid)))
    closed = folded("".join(t for uid, t in held.text.items() if held.closed(uid)))
    for words in forbidden:
        assert len(words) >= 2, words
        assert not any(folded(words) in folded(v) for fact in held.gold["must_include"] for v in fact["any"]), words
    for figure in set(FIGURE.findall(closed)) - set(FIGURE.findall(public)):
        assert any(folded(words) == figure for words in forbidden), figure


def test_words_to_warn_of_were_spoken_in_public_and_are_not_forbidden_as_well(held):
    public = "".join(text for uid, text in held.text.items() if not held.closed(uid))
    for word in held.gold.get("must_warn", ()):
        assert set(word) == {"heard", "meant"}
        assert word["heard"] in public, word
        assert not any(word["heard"] in words for words in held.gold["must_not_include"]), word


def test_the_rule_of_following_refuses_what_was_not_said():
    said = "助成の実績は5,412件で、県内の三分の一にとどまっております。保正予算で対応します。"
    assert follows(["5,412件"], said, [])
    assert follows(["三分の一", "3分の1"], said, [])
    assert follows(["補正予算"], said, ["保正"])
    assert not follows(["補正予算"], said, ["地球交付税"])
    assert not follows(["5,421件"], said, [])
    assert not follows(["412件"], said, [])
    assert not follows(["助成の実績は", "5,000件"], said, [])
    assert not follows(["予算を増やす"], said, [])


def test_times_rise(held):
    starts = [each.start for each in held.transcript.utterances if each.start is not None]
    assert all(a <= b for a, b in pairwise(starts))
