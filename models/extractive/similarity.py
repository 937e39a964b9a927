"""How alike the sentences of one unit are, and how near they come to what was asked: TF-IDF and cosine.

Counted within the unit alone, so a unit's summary depends on nothing but the unit. A sentence encoder was measured
beside this and earned nothing (docs/decisions/0006-tf-idf-instead-of-an-encoder.md).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Likeness:
    """Cosines, 0 to 1."""

    sentences: Matrix
    """Of each sentence with each."""
    asked: Matrix
    """Of each sentence with the nearest one asked; zeros where nothing was asked."""


def likeness(words: Sequence[frozenset[str]], asked: Sequence[frozenset[str]]) -> Likeness:
    """``words`` and ``asked`` are the content words of a unit's sentences and of the sentences it answers."""
    vectors = _vectors((*words, *asked))
    own, theirs = vectors[: len(words)], vectors[len(words) :]
    nearest = (own @ theirs.T).max(axis=1) if len(asked) else np.zeros(len(words), dtype=np.float32)
    return Likeness(own @ own.T, nearest)


def _vectors(texts: Sequence[frozenset[str]]) -> Matrix:
    """One unit vector a text; all zeros for a text without content words."""
    held = Counter(word for text in texts for word in text)
    # Sorted, so that sums come out the same whatever order a set is read in.
    place = {word: at for at, word in enumerate(sorted(held))}
    found = np.zeros((len(texts), len(place)), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text:
            found[row, place[word]] = log(1 + len(texts) / held[word])
    norms = np.linalg.norm(found, axis=1, keepdims=True)
    return np.asarray(found / np.where(norms == 0, 1, norms), dtype=np.float32)
