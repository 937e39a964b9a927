"""Which sentences of a unit to keep: important ones, within the budget, none twice, in the order spoken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
from models.extractive.similarity import Likeness, Matrix, likeness
from models.extractive.topics import names_matter

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
_MATTER = 1.0
# The least share of the words of a question in the sentence that answers it; what that sentence gains.
_TAKEN = 0.25
_ANSWERS = 0.4
PARAMETERS: dict[str, str | int | float | bool] = {
    "similarity": "tf-idf",
    "redundancy": _REDUNDANCY,
    "context_weight": _CONTEXT,
}
"""What a reviewer may know of how sentences were chosen: part of the model's card."""
# How far what belongs together (points of a list, the subject of a question) may go beyond the budget.
_TOGETHER = 1.6
# Room is scarce, so of two sentences that matter alike the shorter one goes first. In characters.
_USUAL, _LEAST_LENGTH, _LENGTH = 60, 20, 0.8


@dataclass(frozen=True)
class Selection:
    kept: tuple[int, ...]
    """Positions in the candidates given, ascending."""
    repeated: frozenset[int]
    """Positions left out because a kept sentence says the same."""
    needed: frozenset[int] = frozenset()
    """Those kept that ask, that answer what was asked, or that others lean on: whoever drops one changes what was said."""


def select(found: Sequence[Candidate], *, budget: int, asked: Sequence[str], question: bool) -> Selection:
    """Maximal marginal relevance under ``budget`` characters.

    At least one sentence is kept where there is any, unless the budget is too small for any sentence at all; a unit
    of a single sentence is never shortened away. Lengths are those of the cleaned sentences, near enough to the
    printed ones. One sentence that asks is kept even beyond the budget, since a question without its asking says
    nothing, and further ones up to twice the budget.
    """
    if len(found) <= 1:
        every = range(len(found))
        return Selection(tuple(every), frozenset(), frozenset(every))
    if budget < _NOTHING:
        return Selection((), frozenset())
    lengths = [len(c.text) for c in found]
    words = tuple(content_words(c.text) for c in found)
    sought = tuple(each for each in map(content_words, asked) if each)
    alike = likeness(words, sought)
    asking = _asking(found) if question else frozenset()
    score = _scores(found, words, sought, alike, asking, question=question)
    size = (np.maximum(np.asarray(lengths, dtype=np.float32), _LEAST_LENGTH) / _USUAL) ** _LENGTH
    answering = _answering(words, sought)
    score = score + _ANSWERS * np.isin(np.arange(len(found)), list(answering))
    needed = _needed(found, asking) | answering | asking
    kept: list[int] = []
    repeated: set[int] = set()
    left = np.ones(len(found), dtype=bool)
    nearest = np.zeros(len(found), dtype=np.float32)
    room = budget
    reach = round(budget * (_TOGETHER - 1.0))
    while left.any():
        value = score - _REDUNDANCY * nearest
        # Sums differ in the last digits with the machine; the choice must not.
        gain = np.round(np.where(value > 0, value / size, value), 4)
        best = int(np.argmax(np.where(left, gain, -np.inf)))
        left[best] = False
        if nearest[best] >= _SAME and not _differs(found[best], [found[k] for k in kept]):
            repeated.add(best)
            continue
        allowed = room + (budget if best in asking else reach if best in needed else 0)
        together = _with_antecedent(found, best, kept)
        if sum(lengths[at] for at in together) > max(allowed, room + reach if len(together) > 1 else 0):
            if kept and (best not in asking or lengths[best] > allowed):
                continue
            together = (best,)
        for at in together:
            kept.append(at)
            left[at] = False
            nearest = np.maximum(nearest, alike.sentences[at])
            room -= lengths[at]
    return Selection(tuple(sorted(kept)), frozenset(repeated - set(kept)), frozenset(needed.intersection(kept)))


def _scores(
    found: Sequence[Candidate],
    words: Sequence[frozenset[str]],
    sought: Sequence[frozenset[str]],
    alike: Likeness,
    asking: frozenset[int],
    *,
    question: bool,
) -> Matrix:
    """Centrality in the unit + closeness to what was asked + cue words; in a question, what asks and names its matter."""
    central = (alike.sentences.sum(axis=1) - 1.0) / (len(found) - 1)
    extra = [
        weight(c.text)
        + (_TAKEN_UP * max(len(words[at] & each) / len(each) for each in sought) if sought else 0.0)
        + (_ASKING if at in asking else _MATTER if question and names_matter(c.text) else 0.0)
        - (_LEANING if leans_back(c.text) else 0.0)
        - (0.3 if len(c.text) < _SHORT else 0.0)
        + (_NUMBERED if numbered_point(c.text) else 0.0)
        for at, c in enumerate(found)
    ]
    return np.asarray(central + _CONTEXT * alike.asked + np.asarray(extra), dtype=np.float32)


def _with_antecedent(found: Sequence[Candidate], at: int, kept: Sequence[int]) -> tuple[int, ...]:
    """A sentence and the one before it that its 「それ」 points to: without it the reader would take it for another's."""
    return (at - 1, at) if at and at - 1 not in kept and leans_back(found[at].text) else (at,)


def _answering(words: Sequence[frozenset[str]], sought: Sequence[frozenset[str]]) -> set[int]:
    """For each thing asked, the sentence that takes up most of its words: no question is left without its answer."""
    found: set[int] = set()
    for asked in sought:
        shares = [len(each & asked) / len(asked) for each in words]
        best = max(shares)
        if best >= _TAKEN:
            found.add(shares.index(best))
    return found


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
    """Content words hardly see figures, so two sentences with different digits never count as the same."""
    digits = [ch for ch in candidate.text if ch.isdigit() or ch in "一二三四五六七八九十百千万億"]
    return all(digits != [ch for ch in k.text if ch.isdigit() or ch in "一二三四五六七八九十百千万億"] for k in kept)
