"""Morphemes of a Japanese text (SudachiPy, core dictionary, longest units).

The dictionary is loaded on first use, so importing this package costs nothing.
"""

import re
import threading
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sudachipy import Dictionary, Tokenizer

_local = threading.local()

# Thanks and apologies stay as spoken: a published record prints 「感謝申し上げます。」 among plain sentences.
_SET_PHRASE = re.compile(
    r"(?:ありがとう|おはよう|おめでとう)ございま(?:す|した)(?=。|$)"
    r"|(?:感謝|御礼|お礼|お詫び|おわび|お見舞い|お悔やみ|敬意)(?:を|の意を)?申し上げます(?=。|$)"
    r"|申し訳(?:ございません|ありません)(?=。|$)"
    r"|[「『][^」』]*[」』]"
)


@dataclass(frozen=True)
class Morpheme:
    surface: str
    pos: tuple[str, ...]
    """Six fields: word class, three sub-classes, conjugation type, conjugation form."""
    lemma: str
    kept: bool = False
    """Inside a quotation or a set phrase, so no rule may touch it."""

    @cached_property
    def word_class(self) -> str:
        return self.pos[0]

    @cached_property
    def conjugation(self) -> str:
        return self.pos[4]

    @cached_property
    def form(self) -> str:
        return self.pos[5]


@lru_cache(maxsize=1)
def dictionary() -> "Dictionary":
    """The one dictionary of the process; tokenizers are made from it, one per thread."""
    from sudachipy import Dictionary

    return Dictionary(dict="core")


def _tokenizer() -> "Tokenizer":
    # A Sudachi tokenizer must not be shared between threads; its dictionary may.
    tokenizer: Tokenizer | None = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        from sudachipy import SplitMode

        tokenizer = dictionary().tokenizer(mode=SplitMode.C)
        _local.tokenizer = tokenizer
    return tokenizer


@lru_cache(maxsize=2048)
def morphemes(text: str) -> tuple[Morpheme, ...]:
    """The morphemes of ``text``; their surfaces joined give ``text`` back."""
    # The rules look at one sentence several times in a row, the choice of sentences looks at all of a batch again, and
    # the checks compare them with what was said, so the last are kept.
    kept = [match.span() for match in _SET_PHRASE.finditer(text)]
    found: list[Morpheme] = []
    for m in _tokenizer().tokenize(text):
        inside = bool(kept) and any(start <= m.begin() < end for start, end in kept)
        found.append(_known(m.surface(), m.part_of_speech_id(), m.dictionary_form(), inside))
    return tuple(found)


@lru_cache(maxsize=16384)
def _known(surface: str, pos: int, lemma: str, kept: bool) -> Morpheme:
    # A meeting says the same words over and over: one value for all of them saves a third of the time.
    return Morpheme(surface, _part_of_speech(pos), lemma, kept)


@cache
def _part_of_speech(number: int) -> tuple[str, ...]:
    return tuple(dictionary().pos_of(number))


@lru_cache(maxsize=8192)
def entries(surface: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Reading (katakana) and part of speech of every dictionary entry of exactly this spelling."""
    return tuple((m.reading_form(), tuple(m.part_of_speech())) for m in dictionary().lookup(surface))
