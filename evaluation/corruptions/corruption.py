"""One corruption: a draft made wrong in one place."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from minutes.document import Block, MinutesDocument, Section, Sentence


class Kind(StrEnum):
    FIGURE = "figure"
    DATE = "date"
    NAME = "name"
    SPEAKER = "speaker"
    NEGATION = "negation"
    MODALITY = "modality"
    UNIT = "unit"
    CLAUSE = "invented clause"
    CLOSED = "closed text"
    QUESTION = "dropped question"


@dataclass(frozen=True)
class Corruption:
    kind: Kind
    base: MinutesDocument
    """What it was made from: the findings of this one are not counted."""
    document: MinutesDocument
    place: str
    """Id of the sentence or block."""
    before: str
    after: str


def placed(document: MinutesDocument) -> Iterator[tuple[Section, Block, Sentence]]:
    for section in document.sections:
        for block in section.blocks:
            for sentence in block.sentences:
                yield section, block, sentence
