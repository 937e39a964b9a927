"""The 公開版: the same document without anything that was said, or that rests on what was said, in closed talk.

Rule: no closed content may be in the public version, whatever a model wrote or a person typed. Therefore a sentence
is judged by its words as well as by its evidence: 8 characters in a row that only closed talk has are a leak.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from minutes.dispositions import dispositions_of, sentences_of
from minutes.document import (
    Block,
    BlockType,
    DraftExchange,
    DraftTurn,
    DraftUtterance,
    Finding,
    MinutesDocument,
    Section,
    Sentence,
)
from minutes.headings import disclosed_title
from minutes.labels import full_name, unresolved_label
from minutes.meeting import AgendaItem, Disclosure, Meeting
from minutes.mishearing import Mishearing, text_as_meant
from minutes.unit import LeftOut

GRAM = 8
"""Length in characters of a run of words that counts as taken from closed talk."""

WITHHELD = "（非公開の部分にもとづくため表示しない。）"


def closed_ids(document: MinutesDocument) -> frozenset[str]:
    """Utterances of closed items and closed stretches."""
    closed = {item.no for item in document.meeting.agenda if item.disclosure is Disclosure.CLOSED}
    return frozenset(each.id for each in document.utterances if each.closed or each.agenda_no in closed)


class ClosedWords:
    """Knows every run of 8 characters that closed talk has and nothing public has."""

    def __init__(self, document: MinutesDocument) -> None:
        closed = closed_ids(document)
        self._document = document
        self._closed = closed
        self._grams: set[str] = set()
        self._heard_in_public: dict[str, bool] = {}
        applied = _applied(document)
        for each in document.utterances:
            if each.id in closed:
                for said in _forms(each, applied):
                    self._grams.update(_runs(said))

    def found_in(self, text: str) -> str | None:
        """The first such run in the text, normalised; None where there is none."""
        if not self._grams:
            return None
        return next((run for run in _runs(text) if run in self._grams and not self._is_public(run)), None)

    def _is_public(self, run: str) -> bool:
        # Public talk is long and few runs are asked for: it is searched, not cut into all of its runs.
        found = self._heard_in_public.get(run)
        if found is None:
            found = self._heard_in_public[run] = run in self._public
        return found

    @cached_property
    def _public(self) -> str:
        """All public texts in both forms. No run reaches over a line break, since none has one."""
        texts = dict.fromkeys(_public_texts(self._document, self._closed))
        return "\n".join(form for text in texts for form in _plain_forms(text))

    def clean(self, sentences: Iterable[Sentence], before: str = "") -> tuple[Sentence, ...]:
        """The sentences without those that leak, alone or run together with what is kept ``before`` them."""
        kept: list[Sentence] = []
        for each in sentences:
            if self.found_in(before + each.text) is None:
                kept.append(each)
                before = (before + each.text)[-GRAM * 4 :]
        return tuple(kept)


def public_view(document: MinutesDocument) -> MinutesDocument:
    """The document as it may be published. A public document is its own public view."""
    closed = closed_ids(document)
    words = ClosedWords(document)
    turns = tuple(turn for turn in document.turns if closed.isdisjoint(turn.utterance_ids))
    turn_ids = {turn.id for turn in turns}
    sections = tuple(_section(section, closed, turn_ids, words) for section in document.sections)
    utterances = tuple(
        each.model_copy(update={"reason": WITHHELD if words.found_in(each.reason) else each.reason})
        for each in document.utterances
        if each.id not in closed
    )
    reasons = {each.utterance_id: each.reason for each in document.dispositions if each.reason is not None}
    return document.model_copy(
        update={
            "meeting": _meeting(document.meeting, words),
            "provenance": document.provenance.model_copy(
                update={"rewritten": tuple(each for each in document.provenance.rewritten if each.turn_id in turn_ids)}
            ),
            "utterances": utterances,
            "turns": turns,
            "exchanges": tuple(_exchanges(document.exchanges, turns)),
            "sections": sections,
            "dispositions": dispositions_of(tuple(each.id for each in utterances), sections, reasons, LeftOut.CLOSED),
            # They may quote the file, closed parts too, and tell nothing about the published text.
            "notices": (),
            "waivers": (),
            "notes": (),
            "closings": (),
            "mishearings": tuple(
                each.model_copy(update={"reason": WITHHELD}) if words.found_in(each.reason) else each
                for each in document.mishearings
                if each.utterance_id not in closed
            ),
            "replacements": tuple(
                each.model_copy(update={"reason": WITHHELD}) if words.found_in(each.reason) else each
                for each in document.replacements
                if each.turn_id in turn_ids
            ),
            "findings": tuple(_findings(document, sections, closed, words)),
        }
    )


def _section(section: Section, closed: frozenset[str], turn_ids: set[str], words: ClosedWords) -> Section:
    if section.disclosure is Disclosure.CLOSED:
        return section.model_copy(update={"blocks": ()})
    blocks: list[Block] = []
    before = ""
    for block in section.blocks:
        if turn_ids.issuperset(block.turn_ids):
            # Bullets may be printed as one paragraph; other blocks begin with a label or a title.
            before = before if block.type is BlockType.BULLET else ""
            open_sentences = [each for each in block.sentences if closed.isdisjoint(each.evidence)]
            blocks.append(block.model_copy(update={"sentences": words.clean(open_sentences, before)}))
            before += "".join(each.text for each in blocks[-1].sentences)
    kept = [each for each in blocks if each.sentences or each.type in {BlockType.REPORT, BlockType.NOTE}]
    if all(each.type is BlockType.REPORT for each in kept if each.type is not BlockType.NOTE):
        # A 質疑応答 without questions would tell that there were some.
        kept = [each for each in kept if each.type is not BlockType.NOTE]
    return section.model_copy(update={"blocks": tuple(kept)})


def _meeting(meeting: Meeting, words: ClosedWords) -> Meeting:
    return meeting.model_copy(update={"agenda": tuple(_item(item, words) for item in meeting.agenda)})


def _item(item: AgendaItem, words: ClosedWords) -> AgendaItem:
    reason = None if item.reason and words.found_in(item.reason) else item.reason
    if item.disclosure is Disclosure.CLOSED:
        return item.model_copy(update={"presenter_ids": (), "subitems": (), "reason": reason})
    return item.model_copy(update={"reason": reason})


def _exchanges(exchanges: Iterable[DraftExchange], turns: Iterable[DraftTurn]) -> Iterator[DraftExchange]:
    known = {turn.id for turn in turns}
    for each in exchanges:
        questions = tuple(turn for turn in each.question_turn_ids if turn in known)
        answers = tuple(turn for turn in each.answer_turn_ids if turn in known)
        if questions and answers:
            yield each.model_copy(update={"question_turn_ids": questions, "answer_turn_ids": answers})


def _findings(
    document: MinutesDocument, sections: tuple[Section, ...], closed: frozenset[str], words: ClosedWords
) -> Iterator[Finding]:
    sentences = {each.id for each in sentences_of(sections)}
    blocks = {block.id for section in sections for block in section.blocks}
    closed_items = {item.no for item in document.meeting.agenda if item.disclosure is not Disclosure.PUBLIC}
    for finding in document.findings:
        place = finding.place
        if place.sentence_id is not None and place.sentence_id not in sentences:
            continue
        if place.block_id is not None and place.block_id not in blocks:
            continue
        if place.utterance_id in closed or place.agenda_no in closed_items or words.found_in(finding.message):
            continue
        yield finding


def _public_texts(document: MinutesDocument, closed: frozenset[str]) -> Iterator[str]:
    """Everything that is public anyhow: open talk, the header, the agenda without closed children, the roster."""
    meeting = document.meeting
    applied = _applied(document)
    for each in document.utterances:
        if each.id not in closed:
            yield from _forms(each, applied)
            if each.attendee_id is None:
                yield unresolved_label(each.label)
    yield from (meeting.title, meeting.series_label or "", meeting.venue, meeting.format, *meeting.materials)
    for item in meeting.agenda:
        yield disclosed_title(item)
        if item.disclosure is not Disclosure.CLOSED:
            yield from (subitem.title for subitem in item.subitems)
    for attendee in meeting.roster:
        # With and without the honorific, as labels print it.
        yield f"{full_name(attendee)} 様"


def _applied(document: MinutesDocument) -> dict[str, list[Mishearing]]:
    found: dict[str, list[Mishearing]] = {}
    for each in document.mishearings:
        if each.applied:
            found.setdefault(each.utterance_id, []).append(each)
    return found


def _forms(utterance: DraftUtterance, applied: Mapping[str, list[Mishearing]]) -> tuple[str, ...]:
    """What was said as it was heard and as the draft was made from it: a sentence may have either."""
    own = applied.get(utterance.id)
    return (utterance.text, text_as_meant(utterance.text, own)) if own else (utterance.text,)


def _runs(text: str) -> Iterator[str]:
    for form in _plain_forms(text):
        for start in range(len(form) - GRAM + 1):
            yield form[start : start + GRAM]


def _plain_forms(text: str) -> tuple[str, ...]:
    """The text without white space, then its letters and digits alone: a moved comma hides nothing."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    letters = "".join(each for each in plain if each.isalnum())
    return (plain,) if plain == letters else (plain, letters)
