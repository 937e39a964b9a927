"""Where every utterance ended: exactly one disposition each, derived from the sentences that cite it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

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
    utterance_ids: Sequence[str],
    sections: Iterable[Section],
    left_out: Mapping[str, LeftOut],
    otherwise: LeftOut,
    before: Iterable[Disposition] = (),
) -> tuple[Disposition, ...]:
    """One disposition per utterance in order; ``otherwise`` is the reason where nothing else is known. Those ``before``
    are taken over where they still hold: making 1,500 anew costs an edit 4 ms."""
    cited = cited_by(sections)
    stood = {each.utterance_id: each for each in before}

    def end(utterance_id: str) -> Disposition:
        sentence_ids = cited.get(utterance_id, ())
        kind: Literal["cited", "left_out"] = "cited" if sentence_ids else "left_out"
        reason = None if sentence_ids else left_out.get(utterance_id, otherwise)
        was = stood.get(utterance_id)
        if was is not None and (was.kind, was.reason, was.sentence_ids) == (kind, reason, sentence_ids):
            return was
        return Disposition(utterance_id=utterance_id, kind=kind, reason=reason, sentence_ids=sentence_ids)

    return tuple(end(each) for each in utterance_ids)
