"""Japanese text in phrases, and what two wordings have in common: for people who compare them."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from minutes.value import Value

_POLITE = r"[ごお](?=[一-龥々])"
_ENDING = rf"(?:(?!{_POLITE})[ぁ-ん])"
_FIGURE = r"[0-9０-９A-Za-zＡ-Ｚａ-ｚ.,，%％]+[^\Wぁ-ん0-9０-９]{0,3}"
_WORD = rf"(?:{_POLITE})?[^\Wぁ-ん]+"
_PHRASE = re.compile(rf"(?:{_FIGURE}|{_WORD}){_ENDING}*|{_ENDING}+|.", re.DOTALL)
"""A word with the hiragana that follow it (会議を, 21団体が, ご意見を), or a mark: close to a 文節 without a dictionary."""
_END = ""
"""Stands behind each sentence: no phrase is empty."""


class Stretch(Value):
    text: str
    changed: bool
    """Not in the other wording, there."""


Marked = tuple[tuple[Stretch, ...], ...]
"""Sentences, each in stretches."""


def phrases(text: str) -> list[str]:
    """Joined they are the text again."""
    return _PHRASE.findall(text)


def compared(before: Sequence[str], after: Sequence[str]) -> tuple[Marked, Marked]:
    """Both wordings, sentence by sentence, with what only one of them has marked."""
    old, new = _all(before), _all(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    same_old, same_new = [False] * len(old), [False] * len(new)
    for block in matcher.get_matching_blocks():
        for n in range(block.size):
            same_old[block.a + n] = same_new[block.b + n] = True
    return tuple(_sentences(old, same_old)), tuple(_sentences(new, same_new))


def _all(sentences: Sequence[str]) -> list[str]:
    return [each for sentence in sentences for each in (*phrases(sentence), _END)]


def _sentences(parts: Sequence[str], same: Sequence[bool]) -> Iterator[tuple[Stretch, ...]]:
    current: list[Stretch] = []
    for part, kept in zip(parts, same, strict=True):
        if part == _END:
            yield tuple(current)
            current = []
        elif current and current[-1].changed == (not kept):
            current[-1] = Stretch(text=current[-1].text + part, changed=not kept)
        else:
            current.append(Stretch(text=part, changed=not kept))
