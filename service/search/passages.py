"""The passages of a meeting: what of it can be found, and which of it only those who may read closed talk find."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from minutes.dispositions import sentences_of
from minutes.document import BlockType, DraftUtterance, MinutesDocument
from minutes.withheld import withheld_view

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
    """Headings and sentences of the draft, then the utterances. Closed is what 「（非公開）」 stands for on the pages of
    people who may not read it (``minutes.withheld``), so the search tells them no more than those pages."""
    shown = withheld_view(document)
    headings = {section.agenda_no: section.heading for section in shown.sections}
    titles = {block.id: block.title for section in shown.sections for block in section.blocks}
    sentences = {each.id: each.text for each in sentences_of(shown.sections)}
    said = {each.id: each.text for each in shown.utterances}
    for section in document.sections:
        closed = headings.get(section.agenda_no) != section.heading
        yield Wanted(Part.DRAFT, f"agenda-{section.agenda_no}", section.heading, closed=closed)
        for block in section.blocks:
            if block.title and block.type is not BlockType.NOTE:
                yield Wanted(Part.DRAFT, block.id, block.title, closed=titles.get(block.id) != block.title)
            for sentence in block.sentences:
                closed = sentences.get(sentence.id) != sentence.text
                yield Wanted(Part.DRAFT, sentence.id, sentence.text, block.label, closed=closed)
    names = {each.id: " ".join(filter(None, (each.org, each.post, each.name))) for each in document.meeting.roster}
    for utterance in document.utterances:
        if not utterance.text:
            continue  # disposed of
        closed = said.get(utterance.id) != utterance.text
        yield Wanted(Part.TRANSCRIPT, utterance.id, utterance.text, _speaker(utterance, names), closed=closed)


def _speaker(utterance: DraftUtterance, names: dict[str, str]) -> str | None:
    return names.get(utterance.attendee_id, utterance.label) if utterance.attendee_id else utterance.label
