"""How much of what people held to be important a draft keeps, beside four baselines of equal length."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from evaluation.baselines import BASELINES, filled, sentences_in
from evaluation.datasets.record import Record
from evaluation.drafting import at_most, draft_record, length, written
from evaluation.overlap import bigram_recall, rouge1

DRAFT = "Gijiyoshi"
WHOLE = "討論の全文"

Score = Callable[[Sequence[str], str], float]
"""References and a summary to a figure."""


def sub_question_recall(references: Sequence[str], summary: str) -> float:
    """The mean bigram recall of the sub-questions that were notified before the meeting."""
    return sum(bigram_recall(each, summary) for each in references) / len(references)


def points_recall(references: Sequence[str], summary: str) -> float:
    return rouge1("\n".join(references), summary).recall


def points_f1(references: Sequence[str], summary: str) -> float:
    return rouge1("\n".join(references), summary).f1


@dataclass(frozen=True)
class Standing:
    """One system over all records of a data set."""

    system: str
    share: float
    """Mean length as a share of the debate."""
    over: int
    """Records whose summary is longer than the limit although nothing shorter can be drafted."""
    scores: tuple[float, ...]
    """The mean of each score."""


def standings(records: Sequence[Record], share: float, scores: Sequence[Score]) -> tuple[Standing, ...]:
    """The product first, then the baselines, last the whole debate: what no choice of sentences can exceed.

    The product's budgets are scaled until its draft is within ``share`` of the debate's characters. Baselines may
    use as many characters as the limit or the draft has, whichever is more, so none is shorter for our sake.
    """
    summaries: dict[str, list[str]] = {name: [] for name in (DRAFT, *BASELINES, WHOLE)}
    sizes: list[int] = []
    for record in records:
        debate = record.debate()
        size = sum(map(length, debate))
        draft = shortened(record, round(size * share))
        sizes.append(size)
        summaries[DRAFT].append(draft)
        sentences = sentences_in(debate)
        for name, order in BASELINES.items():
            summaries[name].append(filled(sentences, order(sentences), max(round(size * share), length(draft))))
        summaries[WHOLE].append("\n".join(debate))
    return tuple(
        Standing(
            system=name,
            share=_mean([length(text) / size for text, size in zip(texts, sizes, strict=True)]),
            over=sum(length(text) > round(size * share) for text, size in zip(texts, sizes, strict=True)),
            scores=tuple(
                _mean([score(record.references, text) for record, text in zip(records, texts, strict=True)])
                for score in scores
            ),
        )
        for name, texts in summaries.items()
    )


def shortened(record: Record, limit: int) -> str:
    """The fullest draft within ``limit`` characters, made with the house style's budgets scaled down."""
    return at_most(lambda factor: written(draft_record(record, factor)), limit)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
