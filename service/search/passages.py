"""The passages of a meeting: what of it can be found, and which of it only those who may take the 保存版 find."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from minutes.dispositions import sentences_of
from minutes.document import BlockType, DraftUtterance, MinutesDocument
from minutes.meeting import Disclosure
from minutes.public import closed_ids, public_view

SHIFT = 24
"""Bits of a passage's id for its number within the meeting: more than 20 MB of transcript can have."""


class Part(StrEnum):
    TITLE = "title"
    DRAFT = "draft"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True)
class Wanted:
    """A passage as it should be in the index."""

    part: Part
    place: str
    """Anchor on the review page: ``s0001``, ``u0001``, ``b0001``, ``agenda-1``; empty for the title."""
    text: str
    speaker: str | None = None
    closed: bool = False


def title_passage(title: str) -> Wanted:
    return Wanted(Part.TITLE, "", title)


def passages_of(document: MinutesDocument) -> Iterator[Wanted]:
    """Headings and sentences of the draft, then the utterances. What the 公開版 does not show is closed."""
    closed = closed_ids(document)
    shown = public_view(document) if closed or _has_closed_item(document) else document
    public = {each.id for each in sentences_of(shown.sections)}
    public |= {block.id for section in shown.sections for block in section.blocks}
    for section in document.sections:
        yield Wanted(Part.DRAFT, f"agenda-{section.agenda_no}", section.heading)
        for block in section.blocks:
            if block.title and block.type is not BlockType.NOTE:
                yield Wanted(Part.DRAFT, block.id, block.title, closed=block.id not in public)
            for sentence in block.sentences:
                yield Wanted(Part.DRAFT, sentence.id, sentence.text, block.label, closed=sentence.id not in public)
    names = {each.id: " ".join(filter(None, (each.org, each.post, each.name))) for each in document.meeting.roster}
    for utterance in document.utterances:
        yield Wanted(
            Part.TRANSCRIPT, utterance.id, utterance.text, _speaker(utterance, names), closed=utterance.id in closed
        )


def _speaker(utterance: DraftUtterance, names: dict[str, str]) -> str | None:
    return names.get(utterance.attendee_id, utterance.label) if utterance.attendee_id else utterance.label


def _has_closed_item(document: MinutesDocument) -> bool:
    return any(section.disclosure is Disclosure.CLOSED for section in document.sections)
