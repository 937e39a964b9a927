"""How alike two texts are: cosine of TF-IDF over character bigrams and trigrams."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from minutes.folding import fold

_WORDS = re.compile(r"[一-鿿々]+|[ァ-ヶー]+|[A-Za-z]+|\d+")
_COMMON = frozenset(["質問", "説明", "回答", "皆様", "本日", "意見", "委員", "部長", "課長", "答弁", "先程", "今回"])


def grams(text: str) -> Counter[str]:
    """Bigrams and trigrams inside runs of one script; hiragana carries grammar, not topic, and is left out."""
    found: list[str] = []
    for run in _WORDS.findall(fold(text).raw):
        if len(run) < 2 or run in _COMMON:
            continue
        found += [run[i : i + 2] for i in range(len(run) - 1)]
        found += [run[i : i + 3] for i in range(len(run) - 2)]
    return Counter(found)


class Similarity:
    """Weighted once over all texts of a meeting; ``between`` answers in time linear in the two texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts = [grams(t) for t in texts]
        documents: Counter[str] = Counter()
        for c in counts:
            documents.update(c.keys())
        total = len(texts) + 1
        rarity = {g: math.log(total / n) for g, n in documents.items()}
        self._vectors = [{g: rarity[g] * (1 + math.log(n) if n > 1 else 1) for g, n in c.items()} for c in counts]
        self._norms = [math.sqrt(sum(w * w for w in v.values())) for v in self._vectors]

    def between(self, a: int, b: int) -> float:
        """0.0 to 1.0."""
        if not self._norms[a] or not self._norms[b]:
            return 0.0
        short, long = sorted((self._vectors[a], self._vectors[b]), key=len)
        dot = sum(w * long[g] for g, w in short.items() if g in long)
        return min(1.0, dot / (self._norms[a] * self._norms[b]))
