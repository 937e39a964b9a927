"""Which sentences of a unit to keep: important ones, within the budget, none twice, in the order spoken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.extractive.candidates import Candidate
from models.extractive.cues import (
    announces,
    asks,
    content_words,
    contrasts,
    leans_back,
    numbered_point,
    weight,
)
from models.extractive.embedding import Vectors

_CONTEXT = 0.5
_REDUNDANCY = 0.5
_SAME = 0.86
_LEANING = 0.3
# A short sentence says little of its own: 「そのとおりです。」
_SHORT = 12
_NUMBERED = 0.4
# Characters. Below this no sentence is worth printing: such a turn is left out as condensed away.
_NOTHING = 25
_ASKING = 1.0
# The words of the question found again in a sentence: 「初めて参加された方は」 is the answer, not what follows from it.
_TAKEN_UP = 0.8
# How far what belongs together (points of a list, the subject of a question) may go beyond the budget.
_TOGETHER = 1.6


@dataclass(frozen=True)
class Selection:
    kept: tuple[int, ...]
    """Positions in the candidates given, ascending."""
    repeated: frozenset[int]
    """Positions left out because a kept sentence says the same."""


def scores(
    found: Sequence[Candidate], vectors: Vectors, context: Vectors, *, asked: Sequence[str], question: bool
) -> NDArray[np.float32]:
    """Centrality in the unit + closeness to what was asked + cue words; what asks comes first in a question."""
    asking = _asking(found) if question else frozenset()
    likeness = vectors @ vectors.T
    others = max(1, len(found) - 1)
    total = (likeness.sum(axis=1) - 1.0) / others
    if len(context):
        total = total + _CONTEXT * (vectors @ context.T).max(axis=1)
    sought = [words for words in map(content_words, asked) if words]
    extra = [
        weight(c.text)
        + (_TAKEN_UP * _share(c.text, sought) if sought else 0.0)
        + (_ASKING if at in asking else 0.0)
        - (_LEANING if leans_back(c.text) else 0.0)
        - (0.3 if len(c.text) < _SHORT else 0.0)
        + (_NUMBERED if numbered_point(c.text) else 0.0)
        for at, c in enumerate(found)
    ]
    return np.asarray(total + np.asarray(extra), dtype=np.float32)


def _share(text: str, sought: Sequence[frozenset[str]]) -> float:
    """The largest share of one asked sentence's words that ``text`` takes up, 0 to 1."""
    words = content_words(text)
    return max(len(words & asked) / len(asked) for asked in sought)


def select(
    found: Sequence[Candidate],
    vectors: Vectors,
    context: Vectors,
    *,
    lengths: Sequence[int],
    budget: int,
    asked: Sequence[str],
    question: bool,
) -> Selection:
    """Maximal marginal relevance under ``budget`` characters.

    At least one sentence is kept where there is any, unless the budget is too small for any sentence at all.
    ``lengths`` are those of the sentences as they would be printed. One sentence that asks is kept even beyond the
    budget, since a question without its asking says nothing, and further ones up to twice the budget.
    """
    if not found:
        return Selection((), frozenset())
    likeness = vectors @ vectors.T
    score = scores(found, vectors, context, asked=asked, question=question)
    kept: list[int] = []
    repeated: set[int] = set()
    left = set(range(len(found)))
    room = budget
    reach = round(budget * (_TOGETHER - 1.0))
    asking = _asking(found) if question else frozenset()
    needed = _needed(found, asking)
    while left:
        nearest = {i: max((float(likeness[i, k]) for k in kept), default=0.0) for i in left}
        # Vectors differ in the last digits with the batch they were made in; the choice must not.
        best = max(left, key=lambda i: (round(float(score[i]) - _REDUNDANCY * nearest[i], 4), -i))
        left.remove(best)
        if nearest[best] >= _SAME and not _differs(found[best], [found[k] for k in kept]):
            repeated.add(best)
            continue
        must = budget >= _NOTHING and not kept
        allowed = room + (budget if best in asking else reach if best in needed else 0)
        if not must and lengths[best] > allowed:
            continue
        kept.append(best)
        room -= lengths[best]
    kept += _antecedents(found, kept, lengths, room + reach)
    return Selection(tuple(sorted(kept)), frozenset(repeated - set(kept)))


def _antecedents(found: Sequence[Candidate], kept: Sequence[int], lengths: Sequence[int], room: int) -> list[int]:
    """What 「それ」 of a kept sentence points to: the sentence before it, where there is room."""
    added: list[int] = []
    for at in sorted(kept):
        before = at - 1
        if before < 0 or before in kept or before in added or not leans_back(found[at].text):
            continue
        if lengths[before] <= room:
            added.append(before)
            room -= lengths[before]
    return added


def _asking(found: Sequence[Candidate]) -> frozenset[int]:
    """Sentences that ask; one that only announces its topic counts where no other asks."""
    every = frozenset(i for i, c in enumerate(found) if asks(c.text))
    return frozenset(i for i in every if not announces(found[i].text)) or every


def _needed(found: Sequence[Candidate], asking: frozenset[int]) -> set[int]:
    """Sentences that others lean on.

    Every point of a list, what 「この点について」 of a question points to, and both sides of a contrast: leaving out
    「ただ、…」 would make a commitment look firmer than it was.
    """
    needed = {i for i, c in enumerate(found) if numbered_point(c.text)}
    needed |= {i - 1 for i in asking if i and leans_back(found[i].text)}
    needed |= {i + step for i, c in enumerate(found) if i and contrasts(c.text) for step in (-1, 0)}
    return needed


def _differs(candidate: Candidate, kept: Sequence[Candidate]) -> bool:
    """Vectors hardly see figures, so two sentences with different digits never count as the same."""
    digits = [ch for ch in candidate.text if ch.isdigit() or ch in "一二三四五六七八九十百千万億"]
    return all(digits != [ch for ch in k.text if ch.isdigit() or ch in "一二三四五六七八九十百千万億"] for k in kept)
