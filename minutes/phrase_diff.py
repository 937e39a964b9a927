"""How one text became another, phrase by phrase, for people who decide on the change."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

# A noun with what follows it in kana, a word of katakana, a number with its unit: close to 文節, and without a dictionary.
_PHRASE = re.compile(
    r"[0-9０-９,，.]+[一-龥々〇]*|[一-龥々〇]+[ぁ-ん]*|[ァ-ヶー]+[ぁ-ん]*|[A-Za-z]+|[ぁ-ん]+|\s+|.", re.DOTALL
)


class Change(NamedTuple):
    """``before`` stood where ``after`` stands now; equal where nothing changed."""

    before: str
    after: str

    @property
    def same(self) -> bool:
        return self.before == self.after


def phrases(text: str) -> list[str]:
    """The text in phrases; joined they give it back."""
    return _PHRASE.findall(text)


def phrase_diff(before: str, after: str) -> tuple[Change, ...]:
    """The two texts in stretches: the ``before`` of all joined is ``before``, and so for ``after``."""
    return tuple(_changes(phrases(before), phrases(after)))


def _changes(old: list[str], new: list[str]) -> Iterator[Change]:
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield (
            Change("".join(old[a:b]), "".join(new[c:d]))
            if tag != "equal"
            else Change("".join(old[a:b]), "".join(old[a:b]))
        )
