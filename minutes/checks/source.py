"""What the checks look up: the document indexed once per run."""

from dataclasses import dataclass
from functools import cached_property

from minutes.document import Block, DraftUtterance, Finding, MinutesDocument, Place, Section, Sentence, Severity
from minutes.hearing.mishearing import Mishearing, text_as_meant
from minutes.meeting import Attendee
from minutes.profile import Profile


@dataclass(frozen=True)
class Written:
    """A sentence where it stands."""

    section: Section
    block: Block
    sentence: Sentence

    def finding(self, rule: str, severity: Severity, message: str) -> Finding:
        return Finding(
            rule=rule,
            severity=severity,
            message=message,
            place=Place(sentence_id=self.sentence.id, block_id=self.block.id, agenda_no=self.section.agenda_no),
        )


@dataclass(frozen=True)
class Source:
    document: MinutesDocument
    profile: Profile

    @cached_property
    def utterances(self) -> dict[str, DraftUtterance]:
        """As the draft was made from them: a sentence that was corrected must not be blamed for the correction."""
        places: dict[str, list[Mishearing]] = {}
        for each in self.document.mishearings:
            places.setdefault(each.utterance_id, []).append(each)
        return {
            each.id: each.model_copy(update={"text": text_as_meant(each.text, places[each.id])})
            if each.id in places
            else each
            for each in self.document.utterances
        }

    @cached_property
    def roster(self) -> dict[str, Attendee]:
        return {each.id: each for each in self.document.meeting.roster}

    @cached_property
    def turn_of(self) -> dict[str, tuple[str, ...]]:
        """Utterance id -> ids of all utterances of its turn."""
        return {each: turn.utterance_ids for turn in self.document.turns for each in turn.utterance_ids}

    @cached_property
    def written(self) -> tuple[Written, ...]:
        return tuple(
            Written(section, block, sentence)
            for section in self.document.sections
            for block in section.blocks
            for sentence in block.sentences
        )

    def cited_turns(self, sentence: Sentence) -> tuple[DraftUtterance, ...]:
        """The utterances of the turns a sentence cites: an answer often names the year once and the amount later."""
        ids = dict.fromkeys(
            each for cited in sentence.evidence for each in self.turn_of.get(cited, (cited,)) if each in self.utterances
        )
        return tuple(self.utterances[each] for each in ids)
