"""The checks of the finished draft, run on the sentences of one unit before they are accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from minutes.checks import SENTENCE_RULES
from minutes.checks.source import Source
from minutes.checks.wording import check_wording
from minutes.document import (
    Block,
    BlockType,
    DraftExchange,
    DraftTurn,
    DraftUtterance,
    Finding,
    Fix,
    MinutesDocument,
    Section,
    Sentence,
    Severity,
)
from minutes.labels import speaker_label
from minutes.meeting import Disclosure
from minutes.public import ClosedWords
from minutes.unit import SummarySentence, Unit
from models.base import Background

_REGISTER = frozenset(("K18", "K19", "K20"))
"""The register of the record: advice where a person wrote it, a fault in what a model was told to write."""
_REWORDING = frozenset(("K16", "K17"))
"""They put another word in: a person's choice, as with a sentence that was chosen from what was said."""
_QUOTE = 30
_SPELLINGS = 3
"""Rounds of the spelling rules: what one of them mends may be another's business."""
_CLOSED = "この文に、公開されない発言の語句がある。示された発言だけをもとに書く。"


@dataclass(frozen=True)
class Judged:
    sentences: tuple[SummarySentence, ...]
    """In the house's spelling."""
    faults: tuple[str, ...]
    """What bars them from the draft, in Japanese."""
    doubts: tuple[str, ...]
    """What the draft would carry as 注意 on what they say: worth another try, no reason to throw them away."""


class Judge:
    def __init__(self, background: Background) -> None:
        self._blank = background.blank
        self._profile = background.profile

    @cached_property
    def _utterances(self) -> dict[str, DraftUtterance]:
        return {each.id: each for each in self._blank.utterances}

    @cached_property
    def _turns(self) -> dict[str, DraftTurn]:
        return {each.id: each for each in self._blank.turns}

    @cached_property
    def _exchanges(self) -> dict[str, list[DraftExchange]]:
        found: dict[str, list[DraftExchange]] = {}
        for each in self._blank.exchanges:
            for turn in {*each.question_turn_ids, *each.answer_turn_ids}:
                found.setdefault(turn, []).append(each)
        return found

    @cached_property
    def _closed_words(self) -> ClosedWords:
        return ClosedWords(self._blank)

    def judged(self, unit: Unit, sentences: Sequence[SummarySentence]) -> Judged:
        spelt = self._spelt(unit, sentences)
        faults: list[str] = []
        doubts: list[str] = []
        source = Source(self._around(unit, spelt), self._profile)
        section = source.document.sections[0]
        public = not unit.closed and section.disclosure is not Disclosure.CLOSED
        for written in source.written:
            text = written.sentence.text
            quote = f"文「{text[:_QUOTE]}{'…' if len(text) > _QUOTE else ''}」: "
            for finding in (each for rule in SENTENCE_RULES for each in rule(source, written)):
                if finding.severity is Severity.ERROR or finding.rule in _REGISTER:
                    faults.append(quote + finding.message)
                elif finding.severity is Severity.WARN and finding.rule.startswith("G"):
                    doubts.append(quote + finding.message)
            if public and self._closed_words.found_in(text):
                faults.append(_CLOSED)
        return Judged(spelt, tuple(dict.fromkeys(faults)), tuple(dict.fromkeys(doubts)))

    def _spelt(self, unit: Unit, sentences: Sequence[SummarySentence]) -> tuple[SummarySentence, ...]:
        """Spelling has one right answer, which needs no model: 「3ヶ月」 becomes 「3か月」 without asking again."""
        spelt = tuple(sentences)
        for _ in range(_SPELLINGS):
            source = Source(self._around(unit, spelt), self._profile)
            mended = tuple(
                before.model_copy(update={"text": _mended(written.sentence.text, check_wording(source, written))})
                for before, written in zip(spelt, source.written, strict=True)
            )
            if mended == spelt:
                break
            spelt = mended
        return spelt

    def _around(self, unit: Unit, sentences: Sequence[SummarySentence]) -> MinutesDocument:
        """A draft of this unit alone: its turn, the turns it answers or that answer it, and the sentences."""
        exchanges = self._exchanges.get(unit.id, [])
        turns = {unit.id, *(t for each in exchanges for t in (*each.question_turn_ids, *each.answer_turn_ids))}
        known = [self._turns[each] for each in sorted(turns) if each in self._turns]
        ids = dict.fromkeys([*(u for turn in known for u in turn.utterance_ids), *(u.id for u in unit.utterances)])
        utterances = tuple(self._utterances[each] for each in sorted(ids) if each in self._utterances)
        return self._blank.model_copy(
            update={
                "utterances": utterances,
                "turns": tuple(known),
                "exchanges": tuple(exchanges),
                "sections": (self._section(unit, sentences),),
                "mishearings": tuple(each for each in self._blank.mishearings if each.utterance_id in ids),
            }
        )

    def _section(self, unit: Unit, sentences: Sequence[SummarySentence]) -> Section:
        own = (each for each in self._blank.sections if each.agenda_no == unit.agenda_no)
        section = next(own, self._blank.sections[0])
        block = Block(
            id="b0001",
            type=BlockType.BULLET if unit.bullets else BlockType.STATEMENT,
            label=speaker_label(unit.attendee_id, unit.utterances[0].label, self._blank.meeting, self._profile),
            attendee_id=unit.attendee_id,
            turn_ids=(unit.id,),
            sentences=tuple(
                Sentence(id=f"s{n:04}", text=each.text, evidence=each.evidence) for n, each in enumerate(sentences, 1)
            ),
        )
        return section.model_copy(update={"blocks": (block,)})


def _mended(text: str, findings: Iterator[Finding]) -> str:
    """With the fixes for spelling made, from the end, so that the places of the others stay right."""
    left = _REGISTER | _REWORDING
    fixes: list[Fix] = [each.fix for each in findings if each.fix is not None and each.rule not in left]
    before = len(text) + 1
    for fix in sorted(fixes, key=lambda each: each.start, reverse=True):
        if fix.start + len(fix.replaced) <= before:
            text, before = fix.applied_to(text), fix.start
    return text
