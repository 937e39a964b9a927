"""The body: one section per agenda item in order, and the blocks of each turn in the form its kind asks for."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from minutes.document import Block, BlockType, Section, Sentence
from minutes.headings import section_heading
from minutes.labels import presenters_label, speaker_label
from minutes.meeting import AgendaItem, AgendaKind, Meeting
from minutes.profile import Profile
from minutes.turn import Structure, Turn, TurnKind
from minutes.unit import UnitSummary


def compose_sections(
    meeting: Meeting, profile: Profile, structure: Structure, summaries: Mapping[str, UnitSummary]
) -> tuple[Section, ...]:
    """Sections with all blocks, those of closed items too: what is public is decided by ``minutes.public`` alone."""
    located = {span.agenda_no: span.located for span in structure.spans}
    turns = _by_item(meeting, structure.turns)
    composer = _Composer(meeting, profile, summaries)
    return tuple(
        Section(
            agenda_no=item.no,
            heading=section_heading(item, meeting, profile),
            disclosure=item.disclosure,
            located=located.get(item.no, True),
            blocks=tuple(composer.blocks(item, turns[item.no])),
        )
        for item in meeting.agenda
    )


def _by_item(meeting: Meeting, turns: Sequence[Turn]) -> dict[int, list[Turn]]:
    """Turns by item. A turn of no item (before the opening, between items) joins the item before it, else the first."""
    found: dict[int, list[Turn]] = {item.no: [] for item in meeting.agenda}
    current = meeting.agenda[0].no
    for turn in turns:
        if turn.agenda_no in found:
            current = turn.agenda_no if turn.agenda_no is not None else current
        found[current].append(turn)
    return found


class _Composer:
    """Numbers blocks and sentences through one document."""

    def __init__(self, meeting: Meeting, profile: Profile, summaries: Mapping[str, UnitSummary]) -> None:
        self._meeting = meeting
        self._profile = profile
        self._summaries = summaries
        self._block_ids = (f"b{n:04}" for n in count(1))
        self._sentence_ids = (f"s{n:04}" for n in count(1))

    def blocks(self, item: AgendaItem, turns: Sequence[Turn]) -> Iterator[Block]:
        reports = [turn for turn in turns if turn.kind is TurnKind.REPORT]
        greetings = item.kind is AgendaKind.GREETING
        yield from self._reports(item, reports)
        rest = [turn for turn in turns if turn.kind is not TurnKind.REPORT and self._sentences_of(turn)]
        discussed = any(turn.kind is not TurnKind.GREETING for turn in rest)
        reported = bool(reports) or item.kind is AgendaKind.REPORT
        if reported and discussed and not greetings and self._profile.layout.qa_heading:
            yield self._block(BlockType.NOTE, title=self._profile.layout.qa_heading)
        for turn in rest:
            if turn.kind is TurnKind.GREETING:
                for sentence in self._take(turn):
                    yield self._spoken(BlockType.BULLET, turn, (sentence,))
            else:
                yield self._spoken(BlockType.STATEMENT, turn, self._take(turn))

    def _reports(self, item: AgendaItem, turns: Sequence[Turn]) -> Iterator[Block]:
        """A block per sub-item with the explanations of its presenters; what fits no sub-item is a statement."""
        remaining = list(turns)
        for index, subitem in enumerate(item.subitems):
            later = {each for other in item.subitems[index + 1 :] for each in other.presenter_ids}
            own = [turn for turn in remaining if turn.attendee_id in subitem.presenter_ids]
            if later & set(subitem.presenter_ids):
                # One person presents several items: the first explanation belongs to the first of them.
                own = own[:1]
            remaining = [turn for turn in remaining if turn not in own]
            yield self._block(
                BlockType.REPORT,
                title=subitem.title,
                label=presenters_label(subitem.presenter_ids, self._meeting, self._profile) or None,
                attendee_id=subitem.presenter_ids[0] if len(subitem.presenter_ids) == 1 else None,
                turn_ids=tuple(turn.id for turn in own),
                # With several presenters each one's sentences need the speaker's own label.
                sentences=self._take(*own) if len(subitem.presenter_ids) == 1 else (),
            )
            if len(subitem.presenter_ids) != 1:
                yield from self._explanations(own)
        yield from self._explanations(remaining)

    def _explanations(self, turns: Sequence[Turn]) -> Iterator[Block]:
        for turn in turns:
            if self._sentences_of(turn):
                yield self._spoken(BlockType.STATEMENT, turn, self._take(turn))

    def _spoken(self, type: BlockType, turn: Turn, sentences: tuple[Sentence, ...]) -> Block:
        return self._block(
            type,
            label=speaker_label(turn.attendee_id, turn.label, self._meeting, self._profile),
            attendee_id=turn.attendee_id,
            turn_ids=(turn.id,),
            sentences=sentences,
        )

    def _block(
        self,
        type: BlockType,
        *,
        title: str | None = None,
        label: str | None = None,
        attendee_id: str | None = None,
        turn_ids: tuple[str, ...] = (),
        sentences: tuple[Sentence, ...] = (),
    ) -> Block:
        return Block(
            id=next(self._block_ids),
            type=type,
            title=title,
            label=label,
            attendee_id=attendee_id,
            turn_ids=turn_ids,
            sentences=sentences,
        )

    def _sentences_of(self, turn: Turn) -> bool:
        return turn.id in self._summaries and bool(self._summaries[turn.id].sentences)

    def _take(self, *turns: Turn) -> tuple[Sentence, ...]:
        return tuple(
            Sentence(id=next(self._sentence_ids), text=each.text, evidence=tuple(dict.fromkeys(each.evidence)))
            for turn in turns
            if turn.id in self._summaries
            for each in self._summaries[turn.id].sentences
        )
