"""What the checks look up: the document indexed once per run."""

from dataclasses import dataclass
from functools import cached_property

from minutes.document import Block, DraftUtterance, Finding, Fix, MinutesDocument, Place, Section, Sentence, Severity
from minutes.folding import fold_key
from minutes.meeting import Attendee
from minutes.mishearing import Mishearing, text_as_meant
from minutes.profile import Profile


@dataclass(frozen=True)
class Written:
    """A sentence where it stands."""

    section: Section
    block: Block
    sentence: Sentence

    def finding(self, rule: str, severity: Severity, message: str, fix: Fix | None = None) -> Finding:
        return Finding(
            rule=rule,
            severity=severity,
            message=message,
            place=self._place,
            fix=fix,
        )

    def here(self, finding: Finding) -> Finding:
        """What was found of this sentence where it stood before, with the place where it stands now."""
        return finding if finding.place == self._place else finding.model_copy(update={"place": self._place})

    @property
    def _place(self) -> Place:
        return Place(sentence_id=self.sentence.id, block_id=self.block.id, agenda_no=self.section.agenda_no)

    def fix(self, start: int, end: int, replacement: str) -> Fix:
        replaced = self.sentence.text[start:end]
        return Fix(sentence_id=self.sentence.id, start=start, replaced=replaced, replacement=replacement)


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

    @cached_property
    def own_names(self) -> tuple[str, ...]:
        """Names as this meeting spells them: rules on spelling leave them alone."""
        meeting = self.document.meeting
        people = [part for each in meeting.roster for part in (each.org, each.post, each.name, *each.name.split())]
        agenda = [title for item in meeting.agenda for title in (item.title, *(sub.title for sub in item.subitems))]
        found = (*people, *agenda, meeting.title, meeting.venue, *meeting.materials)
        return _longest_first({each for each in found if len(each) > 1})

    @cached_property
    def listed_names(self) -> tuple[str, ...]:
        """Surnames and bodies of the roster; a body of one character (都) is no name to look for."""
        roster = self.document.meeting.roster
        found = {part for each in roster for part in (each.surname, each.org, *each.aliases) if len(part) > 1}
        return _longest_first(found)

    @cached_property
    def everything_said(self) -> str:
        """All talk, the agenda and the header, folded: where a name may come from besides the cited turn."""
        return "\n".join(fold_key(each) for each in (*(u.text for u in self.document.utterances), *self.own_names))

    @cached_property
    def _partners(self) -> dict[str, tuple[str, ...]]:
        """Turn id -> utterances of the questions it answers and of the answers it got."""
        turns = {turn.id: turn.utterance_ids for turn in self.document.turns}
        found: dict[str, tuple[str, ...]] = {}
        for exchange in self.document.exchanges:
            for own, others in (
                (exchange.answer_turn_ids, exchange.question_turn_ids),
                (exchange.question_turn_ids, exchange.answer_turn_ids),
            ):
                spoken = tuple(each for turn in others for each in turns.get(turn, ()))
                for turn in own:
                    found[turn] = (*found.get(turn, ()), *spoken)
        return found

    def own_of(self, written: Written) -> str:
        """The speaker's own body and post, the title of the report and the own side's word, folded."""
        return "\n".join(fold_key(each) for each in self._own(written))

    def context_of(self, written: Written) -> str:
        """What the speaker may name without saying it again, folded: own body, the item, the question answered."""
        found = self._contexts.get(written.block.id)
        if found is None:
            found = self._contexts[written.block.id] = "\n".join(fold_key(each) for each in self.around(written))
        return found

    @cached_property
    def _contexts(self) -> dict[str, str]:
        """By block: all its sentences have the same."""
        return {}

    def around(self, written: Written) -> tuple[str, ...]:
        """As ``context_of``, but as it was written and said."""
        item = next((each for each in self.document.meeting.agenda if each.no == written.section.agenda_no), None)
        titles = (item.title, *(each.title for each in item.subitems)) if item else ()
        turns = dict.fromkeys(each for turn in written.block.turn_ids for each in self._partners.get(turn, ()))
        spoken = (self.utterances[each].text for each in turns if each in self.utterances)
        return (*self._own(written), *titles, self.document.meeting.title, *spoken)

    def _own(self, written: Written) -> tuple[str, ...]:
        speaker = self.roster.get(written.block.attendee_id or "")
        body = (speaker.org, speaker.post) if speaker else ("", "")
        return (*body, written.block.title or "", self.profile.own_side_word)

    def evidence(self, sentence: Sentence) -> tuple[DraftUtterance, ...]:
        return tuple(self.utterances[each] for each in sentence.evidence if each in self.utterances)

    def cited_turns(self, sentence: Sentence) -> tuple[DraftUtterance, ...]:
        """The utterances of the turns a sentence cites: an answer often names the year once and the amount later."""
        ids = dict.fromkeys(
            each for cited in sentence.evidence for each in self.turn_of.get(cited, (cited,)) if each in self.utterances
        )
        return tuple(self.utterances[each] for each in ids)


def _longest_first(names: set[str]) -> tuple[str, ...]:
    """Those of one length in an order of their own, so that findings do not change places from one run to the next."""
    return tuple(sorted(names, key=lambda each: (-len(each), each)))
