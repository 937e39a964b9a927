"""What a meeting's words may have meant: terms by sound and by their unmistakable endings."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from minutes.glossary import Term, load_glossary
from minutes.hearing.mora import distance, katakana, sound_class
from minutes.hearing.readings import Word, letter_readings, words
from minutes.meeting import Disclosure, Meeting
from minutes.mishearing import MeantFrom

RUN = re.compile(r"[一-鿿々〆ヶァ-ヴー]{2,}")
"""Letters that terms are made of, in a row."""

_KANJI = re.compile(r"[一-鿿々]")
_COMPOUND = re.compile(r"[一-鿿々]{3,}|[一-鿿々ァ-ヴー]{4,}")
# An ending shorter than this goes with too many beginnings: 統合計画 beside 総合計画.
LEAST_ENDING = 3
# Nor is 委員会 unmistakable, with all that may stand before it.
_MOST_BEGINNINGS = 3
_HERE = "term"


@dataclass(frozen=True)
class Known:
    """A term that may have been meant."""

    word: str
    reading: str
    source: MeantFrom
    near: tuple[str, ...] = ()
    never_meant: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ending:
    """A term by its ending: 交付税 with what stands before it, 地方 (チホウ)."""

    term: Known
    before: str
    before_reading: str


class Terms:
    """Terms indexed by sound class, as a tree of kana, and by ending."""

    def __init__(self, known: Iterable[Known]) -> None:
        self.words: set[str] = set()
        self._root: dict[str, Any] = {}
        self.endings: dict[str, list[Ending]] = {}
        for term in known:
            self.words.add(term.word)
            if not RUN.fullmatch(term.word):
                continue
            node = self._root
            for kana in sound_class(term.reading):
                node = node.setdefault(kana, {})
            node.setdefault(_HERE, []).append(term)
            for ending in _endings(term):
                self.endings.setdefault(term.word[len(ending.before) :], []).append(ending)

    def sounding(self, run: str, start: int) -> Iterator[tuple[int, Known]]:
        """Every term that the letters from ``start`` may sound like, with the position where those letters end."""
        nodes = [self._root]
        for at in range(start, len(run)):
            following: dict[int, dict[str, Any]] = {}
            for node in nodes:
                for sound in _letter_classes(run[at]):
                    step: dict[str, Any] | None = node
                    for kana in sound:
                        step = step.get(kana) if step is not None else None
                    if step is not None:
                        following[id(step)] = step
            if not following:
                return
            nodes = list(following.values())
            for node in nodes:
                for term in node.get(_HERE, ()):
                    yield at + 1, term


@dataclass(frozen=True)
class Lexicon:
    tables: tuple[Terms, ...]
    """The meeting's own terms before those of the glossary."""
    known: frozenset[str]
    """Every word that is right as it stands."""

    def endings(self, letters: str) -> tuple[Ending, ...]:
        """The terms that end so, where only few do."""
        found = [each for table in self.tables for each in table.endings.get(letters, ())]
        return tuple(found) if len({each.before for each in found}) <= _MOST_BEGINNINGS else ()


def lexicon_of(meeting: Meeting, terms: Iterable[Term]) -> Lexicon:
    """``terms`` are those of the profile, beside the glossary of the program."""
    own = [*_of_roster(meeting), *_of_agenda(meeting)]
    own += [Known(t.word, t.reading, MeantFrom.GLOSSARY, t.near, t.never_meant) for t in terms]
    tables = (Terms(own), _glossary())
    said = _texts(meeting)
    names = {part for a in meeting.roster for part in (*a.name.split(), *a.aliases, a.post, a.org)}
    return Lexicon(
        tables, frozenset({*tables[0].words, *tables[1].words, *names, *(r for t in said for r in RUN.findall(t))})
    )


@lru_cache(maxsize=1)
def _glossary() -> Terms:
    return Terms(Known(t.word, t.reading, MeantFrom.GLOSSARY, t.near, t.never_meant) for t in load_glossary())


def _texts(meeting: Meeting) -> list[str]:
    """What the clerk wrote. The children of closed items stay out: a correction must not carry them into open talk."""
    items = [item for item in meeting.agenda if item.disclosure is not Disclosure.CLOSED]
    return [
        meeting.title,
        *meeting.materials,
        *(title for item in items for title in (item.title, *(sub.title for sub in item.subitems))),
    ]


def _of_agenda(meeting: Meeting) -> Iterator[Known]:
    for text in dict.fromkeys(_texts(meeting)):
        for group in _compounds(words(text)):
            for first in range(len(group)):
                for last in range(first + 1, len(group) + 1):
                    yield from _joined(group[first:last], MeantFrom.AGENDA)


def _of_roster(meeting: Meeting) -> Iterator[Known]:
    for attendee in meeting.roster:
        for text in dict.fromkeys((attendee.org, attendee.post)):
            for group in _compounds(words(text)):
                yield from _joined(group, MeantFrom.ROSTER)


def _joined(group: list[Word], source: MeantFrom) -> Iterator[Known]:
    word = "".join(each.surface for each in group)
    # A compound of a name or of an unknown word has no reading to rely on.
    if _COMPOUND.fullmatch(word) and not any(each.unknown for each in group):
        yield Known(word, "".join(each.reading for each in group), source)


def _compounds(text: Iterable[Word]) -> Iterator[list[Word]]:
    """Nouns in a row. A number and what it counts belong to none: 令和8年度｜補正予算."""
    group: list[Word] = []
    counted = False
    for word in text:
        number = word.pos[1] == "数詞"
        counts = counted and ("助数詞" in "".join(word.pos[:4]) or word.surface == "年度")
        fits = bool(RUN.fullmatch(word.surface) or _KANJI.fullmatch(word.surface)) and word.pos[0] in (
            "名詞",
            "接頭辞",
            "接尾辞",
        )
        if fits and not number and not counts:
            group.append(word)
        else:
            if group:
                yield group
            group = []
        counted = number
    if group:
        yield group


@lru_cache(maxsize=4096)
def _letter_classes(letter: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(sound_class(each) for each in letter_readings(letter)))


def _endings(term: Known) -> Iterator[Ending]:
    """Splits of a term after its first two or three letters, with the reading of what stands before."""
    for length in (2, 3):
        before, ending = term.word[:length], term.word[length:]
        if len(ending) < LEAST_ENDING or not all(map(_KANJI.match, term.word[: length + 1])):
            continue
        # What is put together freely has any beginning: 小学校｜施設整備, 中学校｜施設整備.
        if len(words(ending)) > 1:
            continue
        reading = _reading_of(before, term.reading)
        if reading:
            yield Ending(term, before, reading)


def _reading_of(before: str, whole: str) -> str | None:
    """The beginning of ``whole`` that is the reading of ``before``."""
    reading = "".join(word.reading for word in words(before))
    start = katakana(whole)[: len(reading)]
    return start if len(start) == len(reading) and distance(start, reading) < 0.5 else None
