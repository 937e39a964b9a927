"""発言者確認: what one speaker is shown of a draft, and what becomes of the change that they propose.

A speaker sees the statements that are printed under their own name and nothing that somebody else said, but for the
question they answer where the profile says so. Of a closed item they see what they said in it themselves.
"""

import hashlib

from minutes.dispositions import blocks_of
from minutes.document import Block, BlockType, MinutesDocument, Section
from minutes.edits import SentenceEdit, edit_block
from minutes.errors import InputError
from minutes.meeting import Disclosure
from minutes.profile import Profile
from minutes.public import public_view
from minutes.style.sentences import split_sentences
from minutes.value import Value


class OwnStatement(Value):
    """One statement as its speaker sees it."""

    block_id: str
    heading: str
    closed: bool
    text: str
    question: str | None

    @property
    def sha256(self) -> str:
        return text_sha256(self.text)


def text_sha256(text: str) -> str:
    """What a confirmation names: the same words in the same order, whatever their sentence numbers."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def statement_text(block: Block) -> str:
    return "".join(sentence.text for sentence in block.sentences)


def speakers_of(document: MinutesDocument) -> tuple[str, ...]:
    """Attendees with a statement in the draft, in the order of the roster."""
    spoke = {block.attendee_id for block in blocks_of(document.sections) if _is_statement(block)}
    return tuple(each.id for each in document.meeting.roster if each.id in spoke)


def statements_of(document: MinutesDocument, attendee_id: str, profile: Profile) -> tuple[OwnStatement, ...]:
    """The speaker's own statements in the order of the draft."""
    questions = _questions(document) if profile.speaker_sees_question else {}
    return tuple(
        OwnStatement(
            block_id=block.id,
            heading=section.heading,
            closed=section.disclosure is Disclosure.CLOSED,
            text=statement_text(block),
            question=_question_of(block, section, questions),
        )
        for section in document.sections
        for block in section.blocks
        if block.attendee_id == attendee_id and _is_statement(block)
    )


def with_statement(document: MinutesDocument, block_id: str, text: str) -> MinutesDocument:
    """The document in which the statement reads as ``text``.

    Sentences that are kept or reworded keep id and evidence; a new one rests on all that the statement rests on, since
    the speaker vouches for it. Raises InputError for an unknown block or an empty text.
    """
    before = next((each for each in blocks_of(document.sections) if each.id == block_id), None)
    if before is None:
        raise InputError(f"発言「{block_id}」はありません。", where="block_id", remedy="画面を読み込み直してください。")
    sentences = [each.strip() for each in split_sentences(text) if each.strip()]
    if not sentences:
        raise InputError("修正案が空です。", where="proposed", remedy="発言の文を書いてください。")
    edited = edit_block(document, block_id, sentences)
    after = next(each for each in blocks_of(edited.sections) if each.id == block_id)
    if all(each.evidence for each in after.sentences):
        return edited
    ground = tuple(dict.fromkeys(each for sentence in before.sentences for each in sentence.evidence))
    wanted = [SentenceEdit(id=each.id, text=each.text, evidence=each.evidence or ground) for each in after.sentences]
    return edit_block(edited, block_id, wanted)


def _is_statement(block: Block) -> bool:
    return block.type in {BlockType.STATEMENT, BlockType.BULLET} and bool(block.sentences)


def _questions(document: MinutesDocument) -> dict[str, str]:
    """Answering turn -> the question as it may be published; one of a closed item is not in it."""
    asked = {
        turn_id: statement_text(block)
        for block in blocks_of(public_view(document).sections)
        if _is_statement(block)
        for turn_id in block.turn_ids
    }
    found: dict[str, str] = {}
    for exchange in document.exchanges:
        texts = list(dict.fromkeys(asked[each] for each in exchange.question_turn_ids if each in asked))
        if texts:
            found |= dict.fromkeys(exchange.answer_turn_ids, "".join(texts))
    return found


def _question_of(block: Block, section: Section, questions: dict[str, str]) -> str | None:
    if section.disclosure is Disclosure.CLOSED:
        return None
    return next((questions[each] for each in block.turn_ids if each in questions), None)
