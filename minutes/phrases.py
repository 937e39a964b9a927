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


def merged(base: str, mine: str, theirs: str) -> str | None:
    """Both changes of one text together; None where they touch the same phrases."""
    old = phrases(base)
    changes = sorted(
        {
            (start, end, "".join(new[begin:stop]))
            for new in (phrases(mine), phrases(theirs))
            for tag, start, end, begin, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
            if tag != "equal"
        }
    )
    result, done = "", 0
    for n, (start, end, text) in enumerate(changes):
        if n and (start < done or start == changes[n - 1][0]):
            return None
        result += "".join(old[done:start]) + text
        done = end
    return result + "".join(old[done:])


def replaced_word(before: str, after: str) -> tuple[str, str] | None:
    """The one word that was put in place of another; None where more or less than that changed."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    # A word that lost only its end (都市 for 都) is told from where it begins.
    while head and _IN_WORD.match(before[head - 1]) and (not old or _IN_WORD.match(old[0])) and len(old) < _LONGEST:
        head -= 1
        old, new = before[head] + old, before[head] + new
    while tail and _IN_WORD.match(before[len(before) - tail]) and len(old) < _LONGEST:
        old, new = old + before[len(before) - tail], new + before[len(before) - tail]
        tail -= 1
    whole = all(_one_word(each) for each in (old, new))
    return (old, new) if whole and old not in new else None


def _one_word(text: str) -> bool:
    """取り組み has two phrases; what begins with hiragana is a particle and what follows it."""
    return 1 < len(text) <= _LONGEST and bool(_IN_WORD.match(text)) and len(phrases(text)) <= _PARTS


_LONGEST, _PARTS = 16, 2
_IN_WORD = re.compile(r"[^\Wぁ-ん0-9０-９]")


def _common(one: str, other: str) -> int:
    n = 0
    while n < min(len(one), len(other)) and one[n] == other[n]:
        n += 1
    return n
