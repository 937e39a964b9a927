"""How much of a reference a draft holds: character bigrams and content words (ROUGE-1)."""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from minutes.style.morphology import morphemes

_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "連体詞"})
# Light verbs and formal nouns occur everywhere and say nothing about the topic (the NTCIR PoliInfo scorer drops them).
_LIGHT = frozenset(
    {"する", "為る", "いる", "居る", "おる", "なる", "成る", "ある", "有る", "こと", "もの", "よう", "ため"}
)


def folded(text: str) -> str:
    """Letters and digits alone, NFKC: white space, marks and width make no difference."""
    return "".join(each for each in unicodedata.normalize("NFKC", text).casefold() if each.isalnum())


def bigrams(text: str) -> frozenset[str]:
    """Character bigrams of a folded text; a single character stands for itself."""
    plain = folded(text)
    return frozenset(plain[at : at + 2] for at in range(max(1, len(plain) - 1)) if plain)


def bigram_recall(reference: str, draft: str) -> float:
    """The share of the reference's bigrams that occur in the draft."""
    wanted, given = bigrams(reference), folded(draft)
    return sum(each in given for each in wanted) / len(wanted) if wanted else 1.0


def content_words(text: str) -> tuple[str, ...]:
    """Lemmas that carry content, in order."""
    # Sudachi takes at most about 49,000 bytes at once.
    return tuple(
        m.lemma
        for line in unicodedata.normalize("NFKC", text).split("\n")
        for piece in line.split("。")
        for m in morphemes(piece[:10_000])
        if m.word_class in _CONTENT and m.pos[1] != "非自立可能" and m.lemma not in _LIGHT and m.lemma.strip()
    )


@dataclass(frozen=True)
class Rouge:
    recall: float
    precision: float

    @property
    def f1(self) -> float:
        total = self.recall + self.precision
        return 2 * self.recall * self.precision / total if total else 0.0


def rouge1(reference: str, draft: str) -> Rouge:
    """ROUGE-1 over content words, each counted as often as it occurs on both sides."""
    wanted, given = Counter(content_words(reference)), Counter(content_words(draft))
    common = (wanted & given).total()
    return Rouge(recall=common / wanted.total() if wanted else 1.0, precision=common / given.total() if given else 0.0)
