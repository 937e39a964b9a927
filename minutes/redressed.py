"""A draft in another house style: headings, labels and the line above the questions anew, every sentence as it stands.

How long sentences are and what was left out was decided when the draft was made; another profile does not change it.
"""

from collections.abc import Iterator

from minutes.document import Block, BlockType, MinutesDocument, Section
from minutes.edits.accounting import fresh_block_ids
from minutes.headings import section_heading
from minutes.labels import attendee_label, presenters_label
from minutes.meeting import AgendaItem, AgendaKind
from minutes.profile import Profile
from minutes.turn import TurnKind
from minutes.units import chair_ids, printed_presenters
from minutes.withheld import WITHHELD


def redressed(document: MinutesDocument, profile: Profile) -> MinutesDocument:
    """The same draft as this profile prints it. Its findings are those of before: they are to be made anew."""
    items = {item.no: item for item in document.meeting.agenda}
    dressing = _Dressing(document, profile)
    return document.model_copy(
        update={
            "profile": profile.id,
            "sections": tuple(dressing.section(each, items[each.agenda_no]) for each in document.sections),
        }
    )


def pared(document: MinutesDocument, profile: Profile) -> MinutesDocument:
    """Without what this profile leaves out of a new draft. What another profile left out does not come back: for showing
    what a profile does, never for a draft that people work on."""
    kinds = {turn.id: turn.kind for turn in document.turns}
    chairs = chair_ids(document.turns)

    def kept(section: Section) -> Iterator[Block]:
        titled = printed_presenters(section.agenda_no, document.meeting)
        for block in section.blocks:
            said = {kinds[each] for each in block.turn_ids}
            explained = said == {TurnKind.REPORT} and block.attendee_id in titled and not profile.summarise_reports
            chaired = said == {TurnKind.OPINION} and block.attendee_id in chairs and not profile.keep_chair_opinions
            if block.type is BlockType.REPORT and not profile.summarise_reports:
                yield block.model_copy(update={"sentences": ()})
            elif not explained and not chaired:
                yield block

    sections = tuple(each.model_copy(update={"blocks": tuple(kept(each))}) for each in document.sections)
    return document.model_copy(update={"sections": sections})


class _Dressing:
    def __init__(self, document: MinutesDocument, profile: Profile) -> None:
        self._meeting = document.meeting
        self._profile = profile
        self._kinds = {turn.id: turn.kind for turn in document.turns}
        self._reported = _reported_items(document)
        self._fresh = fresh_block_ids(document)

    def section(self, section: Section, item: AgendaItem) -> Section:
        blocks = [self._labelled(each, item) for each in section.blocks]
        return section.model_copy(
            update={
                "heading": section_heading(item, self._meeting, self._profile),
                "blocks": tuple(self._with_line(blocks, item)),
            }
        )

    def _labelled(self, block: Block, item: AgendaItem) -> Block:
        presenters = next((each.presenter_ids for each in item.subitems if each.title == block.title), ())
        if block.type is BlockType.REPORT and presenters:
            label = presenters_label(presenters, self._meeting, self._profile)
        elif block.attendee_id is not None:
            label = attendee_label(self._meeting.attendee(block.attendee_id), self._profile)
        else:
            return block
        return block.model_copy(update={"label": label})

    def _with_line(self, blocks: list[Block], item: AgendaItem) -> Iterator[Block]:
        """With the line above the questions where this profile has one: where it stood, else as a new draft has it."""
        title = self._profile.layout.qa_heading
        notes = [each for each in blocks if _is_line(each)]
        before = None if notes or not title else self._first_asked(blocks, item)
        for block in blocks:
            if block is before:
                yield Block(id=next(self._fresh), type=BlockType.NOTE, title=title, label=None, attendee_id=None)
            if not _is_line(block):
                yield block
            elif title:
                yield block.model_copy(update={"title": title})

    def _first_asked(self, blocks: list[Block], item: AgendaItem) -> Block | None:
        reported = item.kind is AgendaKind.REPORT or item.no in self._reported
        if not reported or item.kind is AgendaKind.GREETING:
            return None
        spoken = (each for each in blocks if each.type not in {BlockType.REPORT, BlockType.NOTE})
        rest = [each for each in spoken if not self._is(each, TurnKind.REPORT)]
        return rest[0] if any(not self._is(each, TurnKind.GREETING) for each in rest) else None

    def _is(self, block: Block, kind: TurnKind) -> bool:
        return bool(block.turn_ids) and all(self._kinds[each] is kind for each in block.turn_ids)


def _is_line(block: Block) -> bool:
    """The form's own line, and not one that stands for withheld talk."""
    return block.type is BlockType.NOTE and block.title != WITHHELD


def _reported_items(document: MinutesDocument) -> frozenset[int | None]:
    """Items in which somebody reported, also where the draft prints no word of it. Talk of no item belongs to the item
    before it."""
    item_of: dict[str, int | None] = {}
    current: int | None = document.meeting.agenda[0].no
    for each in document.utterances:
        current = current if each.agenda_no is None else each.agenda_no
        item_of[each.id] = current
    reports = (turn for turn in document.turns if turn.kind is TurnKind.REPORT)
    return frozenset(item_of[turn.utterance_ids[0]] for turn in reports)
