"""Changing statements as wholes: parted, joined, moved, taken out."""

from collections.abc import Sequence
from typing import Literal

from minutes.document import Block, BlockType, MinutesDocument, Section, Sentence
from minutes.edits.accounting import block_named, fresh_block_ids, rebuilt, section_holding, with_blocks
from minutes.errors import InputError
from minutes.meeting import Disclosure
from minutes.public import closed_ids
from minutes.unit import LeftOut

_SPOKEN = (BlockType.STATEMENT, BlockType.BULLET)


def split_statement(document: MinutesDocument, block_id: str, sentence_id: str) -> MinutesDocument:
    """Part a statement before one of its sentences; the first part keeps the id.

    Raises InputError unless it is a statement and the sentence is one of its later ones.
    """
    block = _statement(document, block_id)
    at = next((n for n, each in enumerate(block.sentences) if each.id == sentence_id), 0)
    if at == 0:
        raise InputError(
            f"文「{sentence_id}」の前では分けられません。",
            where="sentence_id",
            remedy="この発言の2つ目以降の文を選んでください。",
        )
    parts = (block.sentences[:at], block.sentences[at:])
    turns = _turns_of_parts(document, block, parts)
    first = block.model_copy(update={"sentences": parts[0], "turn_ids": turns[0]})
    second = block.model_copy(
        update={"id": next(fresh_block_ids(document)), "sentences": parts[1], "turn_ids": turns[1]}
    )
    return _replaced(document, block.id, (first, second))


def merge_statement(document: MinutesDocument, block_id: str) -> MinutesDocument:
    """Join a statement to the one right before it, which keeps its id.

    Raises InputError where none of the same speaker stands there, and where one is 非公開 and the other is not: the
    open one would be lost to the public version.
    """
    block = _statement(document, block_id)
    blocks = section_holding(document, block_id).blocks
    at = next(n for n, each in enumerate(blocks) if each.id == block_id)
    before = blocks[at - 1] if at else None
    if before is None or before.type is not BlockType.STATEMENT or _speaker(before) != _speaker(block):
        raise InputError(
            "すぐ前に同じ発言者の発言がないため、つなげられません。",
            where="block_id",
            remedy="同じ発言者の発言が並ぶように移してから、つなげてください。",
        )
    if said_closed(document, before) != said_closed(document, block):
        raise InputError(
            "非公開の発言と公開の発言は、つなげられません。",
            where="block_id",
            remedy="非公開の範囲を直してから、つなげてください。",
        )
    joined = before.model_copy(
        update={
            "sentences": (*before.sentences, *block.sentences),
            "turn_ids": tuple(dict.fromkeys((*before.turn_ids, *block.turn_ids))),
        }
    )
    return _replaced(_replaced(document, block.id, ()), before.id, (joined,))


def move_statement(document: MinutesDocument, block_id: str, agenda_no: int, after: str | None) -> MinutesDocument:
    """Put a statement behind the block ``after`` of an agenda item; None: at its beginning.

    Raises InputError for an unknown place, for lines of the form itself, and where something 非公開 would come to stand
    in an open item.
    """
    block = _spoken(document, block_id)
    origin = section_holding(document, block_id)
    target = next((each for each in document.sections if each.agenda_no == agenda_no), None)
    if target is None:
        raise InputError(f"議事{agenda_no}はありません。", where="agenda_no", remedy="議事の番号を確かめてください。")
    if after == block_id:
        return document.model_copy(update={"findings": ()})
    if after is not None and all(each.id != after for each in target.blocks):
        raise InputError(
            f"発言「{after}」は議事{agenda_no}にありません。", where="after", remedy="移す先を選び直してください。"
        )
    if block.type is BlockType.BULLET and target.agenda_no != origin.agenda_no:
        raise InputError(
            "挨拶の項目は、ほかの議事へ移せません。", where="agenda_no", remedy="同じ議事の中で移してください。"
        )
    hidden = origin.disclosure is Disclosure.CLOSED or said_closed(document, block)
    if hidden and target.disclosure is Disclosure.PUBLIC:
        raise InputError(
            "非公開の発言は、公開の議事へ移せません。",
            where="agenda_no",
            remedy="非公開の範囲を直してから移してください。",
        )

    def change(section: Section) -> list[Block]:
        blocks = [each for each in section.blocks if each.id != block_id]
        if section.agenda_no == agenda_no:
            at = 0 if after is None else next(n for n, each in enumerate(blocks) if each.id == after) + 1
            blocks.insert(at, block)
        return blocks

    return with_blocks(document, change)


def shift_statement(document: MinutesDocument, block_id: str, direction: Literal["up", "down"]) -> MinutesDocument:
    """Move a statement one place up or down, over the edge of its agenda item into the next.

    Raises InputError at the beginning and the end of the draft, and as ``move_statement``.
    """
    _spoken(document, block_id)
    numbers = [each.agenda_no for each in document.sections]
    section = section_holding(document, block_id)
    ids = [each.id for each in section.blocks]
    at, here = ids.index(block_id), numbers.index(section.agenda_no)
    if direction == "up" and at:
        return move_statement(document, block_id, section.agenda_no, ids[at - 2] if at > 1 else None)
    if direction == "down" and at < len(ids) - 1:
        return move_statement(document, block_id, section.agenda_no, ids[at + 1])
    beyond = here + (1 if direction == "down" else -1)
    if not 0 <= beyond < len(numbers):
        raise InputError("これより先へは移せません。", where="direction", remedy="逆の向きへ移してください。")
    target = document.sections[beyond]
    last = target.blocks[-1].id if target.blocks else None
    return move_statement(document, block_id, target.agenda_no, last if direction == "up" else None)


def leave_out(document: MinutesDocument, block_id: str) -> MinutesDocument:
    """Take all sentences of a block out and record that a person decided so (省略), which a dropped question needs."""
    block = block_named(document, block_id)
    emptied = block.model_copy(update={"sentences": ()})
    changed = rebuilt(document, lambda each: emptied if each.id == block_id else each)
    spoken = {each for turn in document.turns if turn.id in block.turn_ids for each in turn.utterance_ids}
    dispositions = tuple(
        each.model_copy(update={"reason": LeftOut.OMITTED})
        if each.utterance_id in spoken and each.reason is LeftOut.CONDENSED
        else each
        for each in changed.dispositions
    )
    return changed.model_copy(update={"dispositions": dispositions})


def delete_statement(document: MinutesDocument, block_id: str) -> MinutesDocument:
    """Take a statement out together with its place; what only it cited is left out as 省略.

    Raises InputError for lines of the form itself.
    """
    block = _spoken(document, block_id)
    cited = {each for sentence in block.sentences for each in sentence.evidence}
    return with_blocks(
        document,
        lambda section: (each for each in section.blocks if each.id != block_id),
        dict.fromkeys(cited, LeftOut.OMITTED),
    )


def said_closed(document: MinutesDocument, block: Block) -> bool:
    """Whether anything that the block rests on was said behind closed doors."""
    closed = closed_ids(document)
    turns = {turn.id: turn.utterance_ids for turn in document.turns}
    spoken = {each for turn_id in block.turn_ids for each in turns.get(turn_id, ())}
    cited = {each for sentence in block.sentences for each in sentence.evidence}
    return not closed.isdisjoint(spoken | cited)


def _turns_of_parts(
    document: MinutesDocument, block: Block, parts: Sequence[Sequence[Sentence]]
) -> list[tuple[str, ...]]:
    """The turns that each part cites; one that none cites stays with the first."""
    turn_of = {each: turn.id for turn in document.turns for each in turn.utterance_ids}
    cited = [{turn_of[each] for sentence in part for each in sentence.evidence} for part in parts]
    owned = [tuple(each for each in block.turn_ids if each in own) for own in cited]
    told = {each for own in owned for each in own}
    # With no turn of its own a part would be taken for open talk wherever its sentences' evidence is taken away.
    owned = [own or block.turn_ids for own in owned]
    return [tuple(each for each in block.turn_ids if each in owned[0] or each not in told), *owned[1:]]


def _replaced(document: MinutesDocument, block_id: str, blocks: Sequence[Block]) -> MinutesDocument:
    return with_blocks(
        document,
        lambda section: (new for each in section.blocks for new in (blocks if each.id == block_id else (each,))),
    )


def _speaker(block: Block) -> tuple[str | None, str | None]:
    return block.attendee_id, block.label


def _statement(document: MinutesDocument, block_id: str) -> Block:
    block = block_named(document, block_id)
    if block.type is not BlockType.STATEMENT:
        raise InputError(
            "分けたりつなげたりできるのは、発言者の付いた発言だけです。",
            where="block_id",
            remedy="質疑や意見の発言を選んでください。",
        )
    return block


def _spoken(document: MinutesDocument, block_id: str) -> Block:
    block = block_named(document, block_id)
    if block.type not in _SPOKEN:
        raise InputError(
            "会議の情報から作られた行は、移したり消したりできません。",
            where="block_id",
            remedy="発言を選んでください。",
        )
    return block
