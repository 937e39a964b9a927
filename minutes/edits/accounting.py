"""Keeping the books while a draft changes: places looked up, fresh ids, dispositions anew."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from minutes.dispositions import blocks_of, dispositions_of, sentences_of
from minutes.document import Block, DraftUtterance, MinutesDocument, Section
from minutes.errors import InputError
from minutes.unit import LeftOut

RELOAD = "画面を読み込み直してください。"


def rebuilt(document: MinutesDocument, change: Callable[[Block], Block]) -> MinutesDocument:
    """The document with every block changed, its dispositions anew and its findings gone."""
    return with_blocks(document, lambda section: (change(block) for block in section.blocks))


def with_blocks(
    document: MinutesDocument,
    change: Callable[[Section], Iterable[Block]],
    reasons: Mapping[str, LeftOut] | None = None,
) -> MinutesDocument:
    """The document with the blocks of every section changed. ``reasons``: why utterances are left out from now on,
    where no sentence cites them; else they keep their reason, and what lost its last sentence is left out as 要約."""
    sections = tuple(section.model_copy(update={"blocks": tuple(change(section))}) for section in document.sections)
    known = {each.utterance_id: each.reason for each in document.dispositions if each.reason is not None}
    known.update(reasons or {})
    dispositions = dispositions_of(
        tuple(each.id for each in document.utterances), sections, known, LeftOut.CONDENSED, document.dispositions
    )
    sentence_ids = {each.id for each in sentences_of(sections)}
    block_ids = {each.id for each in blocks_of(sections)}
    return document.model_copy(
        update={
            "sections": sections,
            "dispositions": dispositions,
            "findings": (),
            "notes": tuple(
                each
                for each in document.notes
                if (each.sentence_id or each.block_id) in (sentence_ids if each.sentence_id else block_ids)
            ),
            "waivers": tuple(
                each
                for each in document.waivers
                if each.place.sentence_id is None or each.place.sentence_id in sentence_ids
            ),
        }
    )


def block_named(document: MinutesDocument, block_id: str) -> Block:
    for block in blocks_of(document.sections):
        if block.id == block_id:
            return block
    raise InputError(f"発言「{block_id}」はありません。", where="block_id", remedy=RELOAD)


def section_holding(document: MinutesDocument, block_id: str) -> Section:
    """The section of a block that is known to exist."""
    return next(each for each in document.sections if any(block.id == block_id for block in each.blocks))


def block_of_sentence(document: MinutesDocument, sentence_id: str) -> Block:
    for block in blocks_of(document.sections):
        if any(each.id == sentence_id for each in block.sentences):
            return block
    raise InputError(f"文「{sentence_id}」はありません。", where="sentence_id", remedy=RELOAD)


def utterances_named(document: MinutesDocument, utterance_ids: Sequence[str]) -> tuple[DraftUtterance, ...]:
    """In the order of the transcript. InputError for an unknown id, and for none."""
    wanted = set(utterance_ids)
    found = tuple(each for each in document.utterances if each.id in wanted)
    if not wanted:
        raise InputError("発言が選ばれていません。", where="utterance_ids", remedy="発言を選んでください。")
    if len(found) != len(wanted):
        (unknown, *_) = sorted(wanted - {each.id for each in found})
        raise InputError(f"発言「{unknown}」はありません。", where="utterance_ids", remedy=RELOAD)
    return found


def fresh_ids(prefix: str, used: Iterable[str]) -> Iterator[str]:
    """``s0007`` … behind the last number in use: an id that was deleted is not given again while a later one stands."""
    last = max((int(each[1:]) for each in used if each[1:].isdecimal()), default=0)
    return (f"{prefix}{n:04}" for n in range(last + 1, last + 100_000))


def fresh_sentence_ids(document: MinutesDocument) -> Iterator[str]:
    return fresh_ids("s", (each.id for each in sentences_of(document.sections)))


def fresh_block_ids(document: MinutesDocument) -> Iterator[str]:
    return fresh_ids("b", (each.id for each in blocks_of(document.sections)))


def one_line(text: str, *, where: str, empty: str, remedy: str) -> str:
    """What a person typed, on one line; InputError where nothing remains."""
    clean = "".join(text.splitlines()).strip()
    if not clean:
        raise InputError(empty, where=where, remedy=remedy)
    return clean
