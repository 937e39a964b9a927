"""Corruptions of whole drafts, by kind."""

from collections.abc import Callable
from random import Random

from evaluation.corruptions import wording
from evaluation.corruptions.corruption import Corruption, Kind, placed
from minutes.document import Block, BlockType, MinutesDocument
from minutes.edits import edit_block, edit_sentence
from minutes.labels import attendee_label
from minutes.meeting import Disclosure
from minutes.profile import Profile
from minutes.turn import TurnKind

_TRIES = 200
_LEAK = 12
"""Shortest run of closed words that counts as a leak, in characters."""

_CHANGES: dict[Kind, wording.Change] = {
    Kind.FIGURE: wording.figure,
    Kind.DATE: wording.date,
    Kind.NAME: wording.name,
    Kind.NEGATION: wording.negation,
    Kind.MODALITY: wording.modality,
    Kind.UNIT: wording.unit,
    Kind.CLAUSE: wording.clause,
}


def make(document: MinutesDocument, profile: Profile, kind: Kind, chance: Random) -> Corruption | None:
    """One corruption of that kind; None where the draft offers no place for it."""
    if kind in _CHANGES:
        return _reworded(document, kind, _CHANGES[kind], chance)
    return _WHOLE[kind](document, profile, chance)


def _reworded(document: MinutesDocument, kind: Kind, change: wording.Change, chance: Random) -> Corruption | None:
    sentences = [sentence for _, _, sentence in placed(document) if sentence.evidence]
    texts = [each.text for each in sentences]
    if not sentences:
        return None
    for _ in range(_TRIES):
        sentence = chance.choice(sentences)
        new = change(sentence.text, chance, texts)
        if new is not None and new != sentence.text:
            changed = edit_sentence(document, sentence.id, new)
            return Corruption(kind, document, changed, sentence.id, sentence.text, new)
    return None


def _speaker(document: MinutesDocument, profile: Profile, chance: Random) -> Corruption | None:
    """A statement under another person's name, as the roster prints it."""
    blocks = [each for section in document.sections for each in section.blocks if each.sentences and each.attendee_id]
    if not blocks or len(document.meeting.roster) < 2:
        return None
    block = chance.choice(blocks)
    other = chance.choice([each for each in document.meeting.roster if each.id != block.attendee_id])
    label = attendee_label(other, profile)
    changed = _with_block(document, block.model_copy(update={"attendee_id": other.id, "label": label}))
    return Corruption(Kind.SPEAKER, document, changed, block.id, block.label or "", label)


def _question(document: MinutesDocument, profile: Profile, chance: Random) -> Corruption | None:
    kinds = {turn.id: turn.kind for turn in document.turns}
    blocks = [
        each
        for section in document.sections
        for each in section.blocks
        if each.sentences and each.turn_ids and all(kinds.get(turn) is TurnKind.QUESTION for turn in each.turn_ids)
    ]
    if not blocks:
        return None
    block = chance.choice(blocks)
    text = "".join(each.text for each in block.sentences)
    return Corruption(Kind.QUESTION, document, edit_block(document, block.id, []), block.id, text, "")


def _closed(document: MinutesDocument, profile: Profile, chance: Random) -> Corruption | None:
    """A clause of a statement that was made in closed talk, put into an open sentence."""
    blocks = [
        (section, block)
        for section in document.sections
        for block in section.blocks
        if block.sentences and block.turn_ids and block.type is BlockType.STATEMENT
    ]
    already = [(section, block) for section, block in blocks if section.disclosure is Disclosure.CLOSED]
    opened = [(section, block) for section, block in blocks if section.disclosure is not Disclosure.CLOSED]
    if not opened or len(blocks) < 2:
        return None
    _, secret = chance.choice(already or opened)
    base = document if already else _closing(document, secret)
    leaks = [part for each in secret.sentences for part in each.text.rstrip("。").split("、") if len(part) >= _LEAK]
    targets = [each for _, block in opened if block.id != secret.id for each in block.sentences]
    if not leaks or not targets:
        return None
    target, leak = chance.choice(targets), chance.choice(leaks)
    new = f"{leak}ことから、{target.text}"
    return Corruption(Kind.CLOSED, base, edit_sentence(base, target.id, new), target.id, target.text, new)


def _closing(document: MinutesDocument, secret: Block) -> MinutesDocument:
    """The same meeting, with what stands behind one block said in closed session."""
    closed = {each for turn in document.turns if turn.id in secret.turn_ids for each in turn.utterance_ids}
    utterances = tuple(
        each.model_copy(update={"closed": True}) if each.id in closed else each for each in document.utterances
    )
    return document.model_copy(update={"utterances": utterances})


def _with_block(document: MinutesDocument, block: Block) -> MinutesDocument:
    sections = tuple(
        section.model_copy(update={"blocks": tuple(block if each.id == block.id else each for each in section.blocks)})
        for section in document.sections
    )
    return document.model_copy(update={"sections": sections, "findings": ()})


_WHOLE: dict[Kind, Callable[[MinutesDocument, Profile, Random], Corruption | None]] = {
    Kind.SPEAKER: _speaker,
    Kind.QUESTION: _question,
    Kind.CLOSED: _closed,
}
