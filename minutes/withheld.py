"""The document for somebody who may read the meeting but not its closed talk: 「（非公開）」 stands in its place.

Unlike the 公開版 it keeps its shape, so that such a person sees that something was said and where, and a draft can be
looked at before it is known with certainty where closed talk begins and ends: then all talk is withheld.
"""

from collections.abc import Iterable, Sequence

from minutes.dispositions import dispositions_of
from minutes.document import (
    Block,
    BlockType,
    DraftUtterance,
    MinutesDocument,
    ReadingNotice,
    Sentence,
    Severity,
)
from minutes.meeting import AgendaItem, Disclosure, Meeting
from minutes.public import ClosedWords, closed_ids, public_view
from minutes.turn import TurnKind
from minutes.unit import LeftOut

WITHHELD = "（非公開）"


def withheld_view(document: MinutesDocument) -> MinutesDocument:
    """The same document with every word of closed talk, and all that rests on it, replaced by 「（非公開）」."""
    sure = document if _boundaries_known(document) else _all_closed(document)
    closed = closed_ids(sure)
    if not closed and all(each.disclosure is Disclosure.PUBLIC for each in sure.meeting.agenda):
        return document
    public = public_view(sure)
    kept = {each.id: each for each in public.utterances}
    utterances = tuple(kept.get(each.id) or _unsaid(each) for each in document.utterances)
    sections = tuple(
        section.model_copy(update={"blocks": _blocks(section.blocks, open_section.blocks)})
        for section, open_section in zip(document.sections, public.sections, strict=True)
    )
    reasons = {each.utterance_id: each.reason for each in public.dispositions if each.reason is not None}
    return public.model_copy(
        update={
            "meeting": withheld_meeting(document.meeting, ClosedWords(sure)),
            "utterances": utterances,
            "sections": sections,
            "dispositions": dispositions_of(
                tuple(each.id for each in utterances), sections, reasons, otherwise=LeftOut.CLOSED
            ),
            "notices": tuple(_notice(each, closed) for each in document.notices),
        }
    )


def withheld_meeting(meeting: Meeting, words: ClosedWords | None = None) -> Meeting:
    """The header without what closed items hold beside their title; ``words``: closed talk that a reason may quote."""
    return meeting.model_copy(update={"agenda": tuple(_item(item, words) for item in meeting.agenda)})


def withheld_text(document: MinutesDocument, text: str | None) -> str | None:
    """Words that a person typed about the meeting: 「（非公開）」 where they quote closed talk."""
    return withheld_texts(document, [text])[0]


def withheld_texts(document: MinutesDocument, texts: Sequence[str | None]) -> tuple[str | None, ...]:
    """As ``withheld_text``, for many: knowing all words of closed talk is what takes time."""
    words = ClosedWords(document) if _boundaries_known(document) else None
    return tuple(
        text if text is None or (words is not None and words.found_in(text) is None) else WITHHELD for text in texts
    )


def _boundaries_known(document: MinutesDocument) -> bool:
    """Gate G7 has an error of a whole item where the beginning or end of closed talk was guessed or not found."""
    return not any(
        each.rule == "G7" and each.severity is Severity.ERROR and each.place.sentence_id is None
        for each in document.findings
    )


def _all_closed(document: MinutesDocument) -> MinutesDocument:
    return document.model_copy(
        update={"utterances": tuple(each.model_copy(update={"closed": True}) for each in document.utterances)}
    )


def _item(item: AgendaItem, words: ClosedWords | None) -> AgendaItem:
    if item.disclosure is Disclosure.PUBLIC:
        return item
    quoted = item.reason is not None and words is not None and words.found_in(item.reason) is not None
    reason = WITHHELD if quoted else item.reason
    if item.disclosure is not Disclosure.CLOSED:
        return item.model_copy(update={"reason": reason})
    return item.model_copy(update={"presenter_ids": (), "subitems": (), "reason": reason})


def _unsaid(utterance: DraftUtterance) -> DraftUtterance:
    return utterance.model_copy(
        update={
            "label": None,
            "attendee_id": None,
            "confidence": 0.0,
            "reason": WITHHELD,
            "kind": TurnKind.CHAIRING,
            "closed": True,
            "text": WITHHELD,
            "start": None,
            "end": None,
        }
    )


def _blocks(blocks: Sequence[Block], kept: Iterable[Block]) -> tuple[Block, ...]:
    """The blocks that are open; each run of others is one line, so that not even their number is told."""
    by_id = {each.id: each for each in kept}
    shown: list[Block] = []
    for block in blocks:
        own = by_id.get(block.id)
        if own is not None:
            shown.append(own.model_copy(update={"sentences": _sentences(block.sentences, own.sentences)}))
        elif not shown or shown[-1].title != WITHHELD:
            shown.append(Block(id=block.id, type=BlockType.NOTE, label=None, attendee_id=None, title=WITHHELD))
    return tuple(shown)


def _sentences(sentences: Sequence[Sentence], kept: Iterable[Sentence]) -> tuple[Sentence, ...]:
    by_id = {each.id: each for each in kept}
    return tuple(by_id.get(each.id) or Sentence(id=each.id, text=WITHHELD, evidence=()) for each in sentences)


def _notice(notice: ReadingNotice, closed: frozenset[str]) -> ReadingNotice:
    # A notice may quote a line of the file in fewer characters than a leak is known by.
    near = None if notice.utterance_id in closed else notice.utterance_id
    return ReadingNotice(place=notice.place, what=WITHHELD, remedy="", utterance_id=near)
