"""Plain LexRank (Erkan and Radev 2004): TF-IDF over nouns, verbs and adjectives, cosine, power iteration."""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from minutes.style.morphology import morphemes

_CLASSES = ("名詞", "動詞", "形容詞")
_DAMPING = 0.85
_STEPS = 50


def lexrank(sentences: Sequence[str], count: int) -> tuple[int, ...]:
    """Positions of the ``count`` most central sentences, ascending."""
    words = [Counter(m.lemma for m in morphemes(s) if m.word_class in _CLASSES) for s in sentences]
    vocabulary = {word: at for at, word in enumerate(sorted({w for counts in words for w in counts}))}
    documents = Counter(word for counts in words for word in counts)
    matrix = np.zeros((len(sentences), max(1, len(vocabulary))), dtype=np.float32)
    for row, counts in enumerate(words):
        for word, times in counts.items():
            matrix[row, vocabulary[word]] = times * math.log(len(sentences) / documents[word] + 1.0)
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= np.where(norms > 0, norms, 1.0)
    likeness = matrix @ matrix.T + 1e-6
    likeness /= likeness.sum(axis=1, keepdims=True)
    rank = np.full(len(sentences), 1.0 / len(sentences))
    for _ in range(_STEPS):
        rank = (1 - _DAMPING) / len(sentences) + _DAMPING * (likeness.T @ rank)
    return tuple(sorted(int(i) for i in np.argsort(-rank)[:count]))
