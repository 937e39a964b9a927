"""Reviewers' remarks on a sentence or a statement. They are no part of the record."""

from datetime import datetime

from minutes.document import MinutesDocument, Note
from minutes.edits.accounting import RELOAD, block_named, block_of_sentence, fresh_ids, one_line
from minutes.errors import InputError


def add_note(document: MinutesDocument, place: str, text: str, *, by: str, at: datetime) -> MinutesDocument:
    """Attach a remark to a sentence (``s0001``) or a block (``b0001``). Raises InputError for an unknown place or no
    text."""
    sentence = place.startswith("s")
    if sentence:
        block_of_sentence(document, place)
    else:
        block_named(document, place)
    note = Note(
        id=next(fresh_ids("n", (each.id for each in document.notes))),
        sentence_id=place if sentence else None,
        block_id=None if sentence else place,
        text=one_line(text, where="text", empty="メモが空です。", remedy="メモを書いてください。"),
        by=by,
        at=at,
    )
    return document.model_copy(update={"notes": (*document.notes, note)})


def remove_note(document: MinutesDocument, note_id: str) -> MinutesDocument:
    """Raises InputError for an unknown remark."""
    if all(each.id != note_id for each in document.notes):
        raise InputError(f"メモ「{note_id}」はありません。", where="note_id", remedy=RELOAD)
    return document.model_copy(update={"notes": tuple(each for each in document.notes if each.id != note_id)})
