"""What a draft is measured against: the beginning, the end, TextRank and LexRank, at equal length.

TextRank and LexRank are those of sumy, over content words. They choose among the same sentences as the product.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.overlap import content_words
from minutes.errors import InputError
from minutes.style import split_sentences


def sentences_in(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(piece.strip() for text in texts for piece in split_sentences(text) if piece.strip())


def filled(sentences: Sequence[str], order: Iterable[int], limit: int) -> str:
    """Sentences taken in ``order`` while they fit within ``limit`` characters, printed as they were spoken."""
    kept: list[int] = []
    room = limit
    for at in order:
        size = len("".join(sentences[at].split()))
        if size <= room:
            kept.append(at)
            room -= size
    return "\n".join(sentences[at] for at in sorted(kept))


def lead(sentences: Sequence[str]) -> tuple[int, ...]:
    return tuple(range(len(sentences)))


def tail(sentences: Sequence[str]) -> tuple[int, ...]:
    return tuple(reversed(range(len(sentences))))


def textrank(sentences: Sequence[str]) -> tuple[int, ...]:
    return _ranked("TextRankSummarizer", sentences)


def lexrank(sentences: Sequence[str]) -> tuple[int, ...]:
    return _ranked("LexRankSummarizer", sentences)


BASELINES: dict[str, Callable[[Sequence[str]], tuple[int, ...]]] = {
    "lead": lead,
    "tail": tail,
    "TextRank": textrank,
    "LexRank": lexrank,
}


class _ContentWords:
    def to_words(self, sentence: str) -> tuple[str, ...]:
        return content_words(sentence)


@dataclass(frozen=True)
class _Document:
    sentences: tuple[Any, ...]


def _ranked(name: str, sentences: Sequence[str]) -> tuple[int, ...]:
    """Positions of the sentences, the highest rated first. Raises InputError where sumy is not installed."""
    try:
        from sumy.models.dom import Sentence
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ModuleNotFoundError as error:
        raise InputError(
            "比較用のライブラリ sumy がありません。",
            where="gijiyoshi evaluate",
            remedy="requirements-dev.lock を入れてから実行してください。",
        ) from error
    summarizer = {"TextRankSummarizer": TextRankSummarizer, "LexRankSummarizer": LexRankSummarizer}[name]()
    rated: list[tuple[float, int]] = []

    def every(infos: Any) -> Any:
        rated.extend((float(each.rating), each.order) for each in infos)
        return ()

    summarizer(_Document(tuple(Sentence(text, _ContentWords()) for text in sentences)), every)
    return tuple(order for rating, order in sorted(rated, key=lambda each: (-round(each[0], 9), each[1])))
