"""A sentence as the rules see it: its text, its morphemes with their places, and the house's choices."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from minutes.lint.house import WordingRules
from minutes.style.morphology import Morpheme, morphemes


@dataclass(frozen=True)
class Passage:
    text: str
    house: WordingRules
    bullet: bool = False
    """A topic of a greeting, which may be a noun phrase."""

    @cached_property
    def words(self) -> tuple[Morpheme, ...]:
        return morphemes(self.text)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        return (0, *accumulate(len(each.surface) for each in self.words))

    @cached_property
    def starts_of_words(self) -> frozenset[int]:
        return frozenset(self.starts)

    def word(self, at: int) -> Morpheme | None:
        return self.words[at] if 0 <= at < len(self.words) else None

    def surface(self, at: int) -> str:
        found = self.word(at)
        return found.surface if found else ""

    def placed(self) -> Iterator[tuple[int, int, Morpheme]]:
        """Number, place in the text and word, without those of quotations and set phrases."""
        for at, word in enumerate(self.words):
            if not word.kept:
                yield at, self.starts[at], word
