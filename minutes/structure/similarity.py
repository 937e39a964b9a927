"""How alike two texts are: cosine of TF-IDF over character bigrams and trigrams."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from minutes.folding import fold

_WORDS = re.compile(r"[一-鿿々]+|[ァ-ヶー]+|[A-Za-z]+|\d+")
_COMMON = re.compile(r"^(?:質問|説明|お願|願|回答|答|思|考|今|方|皆様|皆|様|本日|点|件|申|上|中|後|先)$")


def grams(text: str) -> Counter[str]:
    """Bigrams and trigrams inside runs of one script; hiragana carries grammar, not topic, and is left out."""
    found: Counter[str] = Counter()
    for run in _WORDS.findall(fold(text).raw):
        if _COMMON.match(run):
            continue
        for n in (2, 3):
            for i in range(len(run) - n + 1):
                found[run[i : i + n]] += 1
    return found


class Similarity:
    """Weighted once over all texts of a meeting; ``between`` answers in time linear in the two texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [grams(t) for t in texts]
        documents: Counter[str] = Counter()
        for c in counts:
            documents.update(c.keys())
        total = len(texts) + 1
        self._vectors = [{g: (1 + math.log(n)) * math.log(total / documents[g]) for g, n in c.items()} for c in counts]
        self._norms = [math.sqrt(sum(w * w for w in v.values())) for v in self._vectors]

    def between(self, a: int, b: int) -> float:
        """0.0 to 1.0."""
        if not self._norms[a] or not self._norms[b]:
            return 0.0
        short, long = sorted((self._vectors[a], self._vectors[b]), key=len)
        dot = sum(w * long[g] for g, w in short.items() if g in long)
        return min(1.0, dot / (self._norms[a] * self._norms[b]))
