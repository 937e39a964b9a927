"""Pulling an utterance into the draft that no sentence cites: the answer to an omission."""

from collections.abc import Iterable, Iterator

from minutes.document import Block, BlockType, DraftTurn, DraftUtterance, MinutesDocument, Section, Sentence
from minutes.edits.accounting import fresh_block_ids, fresh_sentence_ids, utterances_named, with_blocks
from minutes.errors import InputError
from minutes.labels import speaker_label
from minutes.mishearing import text_as_meant
from minutes.profile import Profile
from minutes.style import written
from minutes.turn import TurnKind


def pull_in(document: MinutesDocument, profile: Profile, utterance_id: str) -> MinutesDocument:
    """The utterance as sentences in the written register, where its turn stands in the draft, else as a statement of
    its own at its time. Raises InputError for an unknown utterance and for one that is cited already."""
    (utterance,) = utterances_named(document, [utterance_id])
    cited = next((each.sentence_ids for each in document.dispositions if each.utterance_id == utterance_id), ())
    if cited:
        raise InputError(
            f"発言「{utterance_id}」は、文「{cited[0]}」がすでに引用しています。",
            where="utterance_id",
            remedy="その文を直してください。",
        )
    ids = fresh_sentence_ids(document)
    heard = text_as_meant(utterance.text, (m for m in document.mishearings if m.utterance_id == utterance_id))
    sentences = tuple(Sentence(id=next(ids), text=text, evidence=(utterance_id,)) for text in written(heard))
    turn = next(each for each in document.turns if utterance_id in each.utterance_ids)
    place = _Place(document, utterance, turn)
    home = place.home()
    if home is not None and home.type is not BlockType.BULLET:
        return with_blocks(
            document,
            lambda section: (
                place.extended(each, sentences) if each.id == home.id else each for each in section.blocks
            ),
        )
    fresh = fresh_block_ids(document)
    bullets = turn.kind is TurnKind.GREETING
    new = [
        Block(
            id=next(fresh),
            type=BlockType.BULLET if bullets else BlockType.STATEMENT,
            label=speaker_label(utterance.attendee_id, utterance.label, document.meeting, profile),
            attendee_id=utterance.attendee_id,
            turn_ids=(turn.id,),
            sentences=group,
        )
        for group in ([(each,) for each in sentences] if bullets else [sentences])
    ]
    return with_blocks(document, lambda section: place.inserted(section, new))


class _Place:
    """Where in the draft something that was said belongs, by the order of the transcript."""

    def __init__(self, document: MinutesDocument, utterance: DraftUtterance, turn: DraftTurn) -> None:
        self._document = document
        self._turn = turn
        self._order = {each.id: n for n, each in enumerate(document.utterances)}
        self._at = self._order[utterance.id]
        self._said = {each.id: each.utterance_ids for each in document.turns}
        self._agenda_no = self._item(utterance)

    def home(self) -> Block | None:
        """The block that already holds what was said in this turn right before or after."""
        own = [
            block
            for section in self._document.sections
            for block in section.blocks
            if self._turn.id in block.turn_ids
            and block.type is not BlockType.NOTE
            and block.attendee_id == self._turn.attendee_id
        ]
        before = [each for each in own if self._begins(each) <= self._at]
        return before[-1] if before else own[0] if own else None

    def extended(self, block: Block, sentences: tuple[Sentence, ...]) -> Block:
        at = sum(1 for each in block.sentences if self._first(each.evidence) <= self._at)
        return block.model_copy(update={"sentences": (*block.sentences[:at], *sentences, *block.sentences[at:])})

    def inserted(self, section: Section, new: Iterable[Block]) -> Iterator[Block]:
        if section.agenda_no != self._agenda_no:
            yield from section.blocks
            return
        earlier = [n for n, each in enumerate(section.blocks) if self._begins(each) <= self._at]
        at = earlier[-1] + 1 if earlier else 0
        yield from section.blocks[:at]
        yield from new
        yield from section.blocks[at:]

    def _item(self, utterance: DraftUtterance) -> int:
        """The item it was said in; what was said between items joins the one before, else the first."""
        known = {each.agenda_no for each in self._document.sections}
        for each in reversed(self._document.utterances[: self._at + 1]):
            if each.agenda_no in known and each.agenda_no is not None:
                return each.agenda_no
        return self._document.sections[0].agenda_no

    def _begins(self, block: Block) -> int:
        """Lines of the form come before everything said."""
        cited = [each for sentence in block.sentences for each in sentence.evidence]
        return self._first(cited or [each for turn in block.turn_ids for each in self._said.get(turn, ())])

    def _first(self, utterance_ids: Iterable[str]) -> int:
        return min((self._order[each] for each in utterance_ids), default=-1)
