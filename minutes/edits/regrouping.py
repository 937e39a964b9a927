"""Turns and statements cut anew after somebody said who spoke or what is 非公開.

A turn has one speaker and is either open or closed; a statement prints one speaker, and nothing closed may take an open
statement out of the public version with it.
"""

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

from minutes.document import Block, BlockType, DraftExchange, DraftTurn, MinutesDocument, Sentence
from minutes.edits.accounting import fresh_block_ids, fresh_ids, with_blocks
from minutes.labels import speaker_label
from minutes.profile import Profile
from minutes.public import closed_ids


class _Kind(NamedTuple):
    attendee_id: str | None
    label: str | None
    closed: bool


def regrouped(document: MinutesDocument, profile: Profile, touched: Collection[str]) -> MinutesDocument:
    """Part what the touched utterances no longer hold together. What is parted first keeps its id."""
    closed = closed_ids(document)
    spoken = {(each.attendee_id, each.label) for each in document.utterances}
    labels = {each: speaker_label(*each, document.meeting, profile) for each in spoken}
    kinds = {
        each.id: _Kind(each.attendee_id, labels[each.attendee_id, each.label], each.id in closed)
        for each in document.utterances
    }
    pieces = _turns(document, kinds, set(touched))
    order = {each.id: n for n, each in enumerate(document.utterances)}
    turns = sorted((each for own in pieces.values() for each in own), key=lambda turn: order[turn.utterance_ids[0]])
    cut = document.model_copy(
        update={"turns": tuple(turns), "exchanges": tuple(_exchange(each, pieces) for each in document.exchanges)}
    )
    parting = _Parting(cut, kinds, pieces, set(touched), closed)
    return with_blocks(cut, lambda section: (new for block in section.blocks for new in parting.parted(block)))


def _turns(document: MinutesDocument, kinds: dict[str, _Kind], touched: set[str]) -> dict[str, tuple[DraftTurn, ...]]:
    """Old id -> what became of the turn, in order."""
    fresh = fresh_ids("t", (each.id for each in document.turns))
    found: dict[str, tuple[DraftTurn, ...]] = {}
    for turn in document.turns:
        if touched.isdisjoint(turn.utterance_ids):
            found[turn.id] = (turn,)
            continue
        runs = [tuple(run) for _, run in groupby(turn.utterance_ids, key=kinds.__getitem__)]
        keeper = next((n for n, run in enumerate(runs) if kinds[run[0]].attendee_id == turn.attendee_id), 0)
        found[turn.id] = tuple(
            DraftTurn(
                id=turn.id if n == keeper else next(fresh),
                utterance_ids=run,
                attendee_id=kinds[run[0]].attendee_id,
                kind=turn.kind,
            )
            for n, run in enumerate(runs)
        )
    return found


def _exchange(exchange: DraftExchange, pieces: dict[str, tuple[DraftTurn, ...]]) -> DraftExchange:
    """A question stays one although part of it was closed; what turned out to be somebody else's leaves it."""

    def still(turn_ids: tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for turn_id in turn_ids:
            own = pieces.get(turn_id, ())
            speaker = next((each.attendee_id for each in own if each.id == turn_id), None)
            found += [each.id for each in own if each.attendee_id == speaker]
        return tuple(found)

    return exchange.model_copy(
        update={
            "question_turn_ids": still(exchange.question_turn_ids),
            "answer_turn_ids": still(exchange.answer_turn_ids),
        }
    )


class _Parting:
    def __init__(
        self,
        document: MinutesDocument,
        kinds: dict[str, _Kind],
        pieces: dict[str, tuple[DraftTurn, ...]],
        touched: set[str],
        closed: frozenset[str],
    ) -> None:
        self._kinds = kinds
        self._pieces = pieces
        self._touched = touched
        self._closed = closed
        self._turn_of = {each: turn.id for turn in document.turns for each in turn.utterance_ids}
        self._order = {turn.id: n for n, turn in enumerate(document.turns)}
        self._said = {turn.id: turn.utterance_ids for turn in document.turns}
        self._fresh = fresh_block_ids(document)

    def parted(self, block: Block) -> Iterator[Block]:
        turns = [each.id for old in block.turn_ids for each in self._pieces.get(old, ())]
        spoken = {each for turn in turns for each in self._said[turn]}
        cited = {each for sentence in block.sentences for each in sentence.evidence}
        if block.type is BlockType.NOTE or self._touched.isdisjoint(spoken | cited):
            yield block
            return
        runs = self._runs(block)
        own = self._own(block, turns)
        keeper = next((n for n, (kind, _) in enumerate(runs) if kind == own), 0)
        if block.type is BlockType.REPORT:
            # Its title and presenter come from the agenda: it stays, and what is not its presenter's stands behind it.
            kept = tuple(each for kind, run in runs if self._fits(block, kind) for each in run)
            yield self._block(block, block.id, own, kept, turns)
            runs, keeper = [(kind, run) for kind, run in runs if not self._fits(block, kind)], -1
        elif not runs:
            yield self._block(block, block.id, own, (), turns)
        for n, (kind, run) in enumerate(runs):
            leftover = turns if n == keeper else []
            yield self._block(block, block.id if n == keeper else next(self._fresh), kind, run, leftover)

    def _runs(self, block: Block) -> list[tuple[_Kind, tuple[Sentence, ...]]]:
        kinds: list[_Kind] = []
        for sentence in block.sentences:
            found = {self._kinds[each] for each in sentence.evidence}
            speakers = {kind[:2] for kind in found}
            # Cited from several speakers it stays where it stands, and the checks say so.
            speaker = speakers.pop() if len(speakers) == 1 else (block.attendee_id, block.label)
            if not found and kinds:
                kinds.append(kinds[-1])
            else:
                kinds.append(_Kind(*speaker, any(kind.closed for kind in found)))
        pairs = zip(kinds, block.sentences, strict=True)
        return [(kind, tuple(each for _, each in run)) for kind, run in groupby(pairs, key=lambda pair: pair[0])]

    def _own(self, block: Block, turns: list[str]) -> _Kind:
        """The kind of the block as it was, or of all its talk where that is of one kind."""
        found = {self._kinds[each] for turn in turns for each in self._said[turn]}
        if not block.sentences and len(found) == 1 and block.type is not BlockType.REPORT:
            return found.pop()
        return _Kind(block.attendee_id, block.label, False)

    def _fits(self, block: Block, kind: _Kind) -> bool:
        return kind.attendee_id == block.attendee_id and not kind.closed

    def _block(
        self, block: Block, block_id: str, kind: _Kind, sentences: tuple[Sentence, ...], leftover: list[str]
    ) -> Block:
        cited = {self._turn_of[each] for sentence in sentences for each in sentence.evidence}
        uncited = {
            each
            for each in leftover
            if all(self._kinds[u][:2] == kind[:2] and self._kinds[u].closed == kind.closed for u in self._said[each])
        }
        same = block.id == block_id
        return block.model_copy(
            update={
                "id": block_id,
                "type": block.type if same or block.type is not BlockType.REPORT else BlockType.STATEMENT,
                "title": block.title if same else None,
                "attendee_id": block.attendee_id if same and block.title is not None else kind.attendee_id,
                "label": block.label if same and block.title is not None else kind.label,
                "turn_ids": tuple(sorted(cited | uncited, key=self._order.__getitem__)),
                "sentences": sentences,
            }
        )
