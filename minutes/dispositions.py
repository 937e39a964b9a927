"""Where every utterance ended: exactly one disposition each, derived from the sentences that cite it."""

from collections.abc import Iterable, Mapping, Sequence

from minutes.document import Block, Disposition, Section, Sentence
from minutes.unit import LeftOut


def blocks_of(sections: Iterable[Section]) -> list[Block]:
    return [block for section in sections for block in section.blocks]


def sentences_of(sections: Iterable[Section]) -> list[Sentence]:
    return [sentence for block in blocks_of(sections) for sentence in block.sentences]


def cited_by(sections: Iterable[Section]) -> dict[str, tuple[str, ...]]:
    """Utterance id -> ids of the sentences that cite it, in the order of the draft."""
    found: dict[str, list[str]] = {}
    for sentence in sentences_of(sections):
        for utterance_id in dict.fromkeys(sentence.evidence):
            found.setdefault(utterance_id, []).append(sentence.id)
    return {utterance_id: tuple(ids) for utterance_id, ids in found.items()}


def dispositions_of(
    utterance_ids: Sequence[str], sections: Iterable[Section], left_out: Mapping[str, LeftOut], otherwise: LeftOut
) -> tuple[Disposition, ...]:
    """One disposition per utterance in order; ``otherwise`` is the reason where nothing else is known."""
    cited = cited_by(sections)
    return tuple(
        Disposition(utterance_id=each, kind="cited", sentence_ids=cited[each])
        if each in cited
        else Disposition(utterance_id=each, kind="left_out", reason=left_out.get(each, otherwise))
        for each in utterance_ids
    )
