"""How written words may be read: by the dictionary where it knows them, kanji by kanji where it does not."""

import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from minutes.folding import fold_key
from minutes.hearing.mora import distance, katakana

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

_KANA = re.compile(r"[ぁ-ゖァ-ヺー]")
# Readings of a run multiply with its letters; longer lists add only rarer readings.
_MOST_READINGS = 48
_dictionaries = threading.local()


@dataclass(frozen=True)
class Word:
    """A word of running text as the dictionary sees it. ``start`` and ``end`` are positions in that text."""

    surface: str
    start: int
    end: int
    reading: str
    normal: str
    pos: tuple[str, ...]
    unknown: bool

    @property
    def proper(self) -> bool:
        return self.pos[1] == "固有名詞"

    @property
    def noun(self) -> bool:
        """An everyday noun, which a speaker may well have meant."""
        return self.pos[0] == "名詞" and not self.proper and not self.unknown


def _dictionary() -> "tuple[Dictionary, Tokenizer]":
    # A Sudachi tokenizer must not be shared between threads.
    found: tuple[Dictionary, Tokenizer] | None = getattr(_dictionaries, "found", None)
    if found is None:
        from sudachipy import SplitMode

        from minutes.style.morphology import dictionary

        loaded = dictionary()
        found = _dictionaries.found = (loaded, loaded.tokenizer(mode=SplitMode.C))
    return found


@lru_cache(maxsize=512)
def words(text: str) -> tuple[Word, ...]:
    return tuple(
        Word(m.surface(), m.begin(), m.end(), m.reading_form(), m.normalized_form(), m.part_of_speech(), m.is_oov())
        for m in _dictionary()[1].tokenize(text)
    )


@dataclass(frozen=True)
class Entry:
    reading: str
    pos: tuple[str, ...]

    @property
    def name(self) -> bool:
        return self.pos[2] == "人名"


@lru_cache(maxsize=8192)
def entries(surface: str) -> tuple[Entry, ...]:
    """What the dictionary has under exactly this spelling."""
    found = _dictionary()[0].lookup(surface)
    return tuple(dict.fromkeys(Entry(m.reading_form(), m.part_of_speech()) for m in found))


@cache
def _kanji() -> dict[str, tuple[str, ...]]:
    lines = (files("minutes.hearing") / "kanji_readings.txt").read_text("utf-8").splitlines()
    told = (line.split(" ") for line in lines if not line.startswith("#"))
    return {letter: tuple(readings) for letter, *readings in told}


def letter_readings(letter: str) -> tuple[str, ...]:
    """Katakana readings of one letter inside a compound; kana read themselves, unknown letters have none."""
    if _KANA.match(letter):
        return (katakana(letter),)
    return _kanji().get(letter) or _kanji().get(fold_key(letter), ())


@lru_cache(maxsize=2048)
def spelt_readings(surface: str) -> tuple[str, ...]:
    """Readings of a run put together letter by letter; empty where a letter has none."""
    found = [""]
    for letter in surface:
        found = [before + each for before in found for each in letter_readings(letter)][:_MOST_READINGS]
    return tuple(found)


def nearest(readings: Iterable[str], wanted: str) -> float:
    """The distance of the reading that comes nearest; infinite where there is none."""
    return min((distance(each, wanted) for each in readings), default=float("inf"))


def possible_readings(group: Iterable[Word]) -> tuple[str, ...]:
    """Readings of words in a row. A known everyday word has only its own; names and unknown words any."""
    found = [""]
    for word in group:
        own = [e.reading for e in entries(word.surface) if not e.name] if word.noun else []
        loose = [] if word.noun and len(word.surface) > 1 else list(spelt_readings(word.surface))
        options = list(dict.fromkeys([word.reading, *own, *loose]))
        found = [before + each for before in found for each in options][:_MOST_READINGS]
    return tuple(found)
