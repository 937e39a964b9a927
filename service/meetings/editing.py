"""Editing the draft: every change is a new version with its checks run again; no version is ever overwritten.

The text changes only in 確認待ち and 発言者確認. What is submitted stays as it is until it is returned, so that an
approver decides on exactly the text that was handed in; after approval it is frozen.
"""

import unicodedata
from collections.abc import Sequence

from sqlalchemy import Engine

from minutes import edits
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import Block, Fix, MinutesDocument, Sentence
from minutes.edits import SentenceEdit
from minutes.errors import InputError
from service.audit import AuditEventName
from service.auth import Principal
from service.db.engine import reading
from service.db.tables import DraftVersion
from service.meetings.house_style import profile_of
from service.meetings.new_version import save_edit
from service.meetings.queries import get_meeting

SENTENCE_LIMIT = 4000
"""Characters; far above any sentence, low enough to keep one field from becoming a store."""

SENTENCES_LIMIT = 500
"""Sentences of one block."""

SPEAKER_DECIDED = "発言者の確定"
"""Begins the words of a version in which a speaker was decided; the raw label follows."""

FIXES_LIMIT = 500
"""Changes accepted at once."""


def edit_sentence(
    engine: Engine, principal: Principal, meeting_id: str, sentence_id: str, text: str, *, if_match: int
) -> DraftVersion:
    """Replace the text of one sentence; its evidence stays. ``if_match`` is the version the person saw.

    What others changed elsewhere since then is kept. Raises PreconditionFailed when this sentence reads otherwise by
    now, Conflict when the draft may not change now, InputError for the text.
    """
    printable(text, "text")
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: edits.edit_sentence(document, sentence_id, text),
        if_match=if_match,
        change=f"文の修正（{sentence_id}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"sentence": sentence_id},
        rests_on=lambda document: _text_of(document, [sentence_id]),
    )


def edit_block(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    block_id: str,
    sentences: Sequence[SentenceEdit],
    *,
    if_match: int,
) -> DraftVersion:
    """Replace all sentences of one block. Errors as for ``edit_sentence``."""
    if len(sentences) > SENTENCES_LIMIT:
        raise InputError("文が多すぎます。", where="sentences", remedy=f"{SENTENCES_LIMIT} 文以内にしてください。")
    for index, sentence in enumerate(sentences):
        printable(sentence.text, f"sentences[{index}].text")
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: edits.edit_block(document, block_id, sentences),
        if_match=if_match,
        change=f"発言の修正（{block_id}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"block": block_id},
        rests_on=lambda document: _block(document, block_id),
    )


def delete_sentence(
    engine: Engine, principal: Principal, meeting_id: str, sentence_id: str, *, if_match: int
) -> DraftVersion:
    """Take one sentence out; what only it cited becomes left out as 要約. Errors as for ``edit_sentence``."""

    def edit(document: MinutesDocument) -> MinutesDocument:
        block = _block_of_sentence(document, sentence_id)
        kept = [_as_it_is(each) for each in block.sentences if each.id != sentence_id]
        return edits.edit_block(document, block.id, kept)

    return save_edit(
        engine,
        principal,
        meeting_id,
        edit,
        if_match=if_match,
        change=f"文の削除（{sentence_id}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"deleted": sentence_id},
        rests_on=lambda document: _text_of(document, [sentence_id]),
    )


def add_sentence(
    engine: Engine,
    principal: Principal,
    meeting_id: str,
    block_id: str,
    *,
    text: str,
    evidence: Sequence[str],
    after: str | None,
    if_match: int,
) -> tuple[DraftVersion, str]:
    """Add a sentence to a block, behind the sentence ``after`` (None: at its beginning), and return its new id too.

    InputError without evidence: what a person adds must be as traceable as what the model wrote. Other errors as for
    ``edit_sentence``.
    """
    printable(text, "text")
    if not evidence:
        raise InputError(
            "根拠の発言が選ばれていません。", where="evidence", remedy="この文の根拠になる発言を選んでください。"
        )
    added: list[str] = []

    def edit(document: MinutesDocument) -> MinutesDocument:
        block = next((each for each in blocks_of(document.sections) if each.id == block_id), None)
        before = block.sentences if block is not None else ()
        ids = [each.id for each in before]
        if after is not None and after not in ids:
            raise InputError(
                f"文「{after}」はこの発言にありません。", where="after", remedy="加える位置を選び直してください。"
            )
        wanted = [_as_it_is(each) for each in before]
        wanted.insert(0 if after is None else ids.index(after) + 1, SentenceEdit(text=text, evidence=tuple(evidence)))
        edited = edits.edit_block(document, block_id, wanted)
        (fresh,) = {each.id for each in sentences_of(edited.sections)} - {
            each.id for each in sentences_of(document.sections)
        }
        added.append(fresh)
        return edited

    saved = save_edit(
        engine,
        principal,
        meeting_id,
        edit,
        if_match=if_match,
        change=f"文の追加（{block_id}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"block": block_id},
        rests_on=lambda document: _block(document, block_id),
    )
    return saved, added[-1]


def apply_fixes(
    engine: Engine, principal: Principal, meeting_id: str, fixes: Sequence[Fix], *, if_match: int
) -> DraftVersion:
    """Accept changes that findings of this version offer. Errors as for ``edit_sentence``.

    InputError also for a change that no finding offers: what a person thinks of is an edit, and is recorded as one.
    """
    if not 0 < len(fixes) <= FIXES_LIMIT:
        raise InputError(
            "修正案の数が合いません。", where="fixes", remedy=f"1件から{FIXES_LIMIT}件までを選んでください。"
        )

    def edit(document: MinutesDocument) -> MinutesDocument:
        offered = {each.fix for each in document.findings}
        for index, fix in enumerate(fixes):
            if fix not in offered:
                raise InputError(
                    "この修正案は、今の点検結果にありません。",
                    where=f"fixes[{index}]",
                    remedy="点検結果を読み込み直してください。",
                )
        return edits.apply_fixes(document, tuple(dict.fromkeys(fixes)))

    sentences = list(dict.fromkeys(each.sentence_id for each in fixes))
    return save_edit(
        engine,
        principal,
        meeting_id,
        edit,
        if_match=if_match,
        change=f"修正案の採用（{'、'.join(sentences[:20])}{' ほか' if len(sentences) > 20 else ''}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"fixed": "、".join(sentences)},
        rests_on=lambda document: _text_of(document, sentences),
    )


def leave_out(engine: Engine, principal: Principal, meeting_id: str, block_id: str, *, if_match: int) -> DraftVersion:
    """Take all sentences of a block out as 省略: a person's decision. Errors as for ``edit_sentence``."""
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: edits.leave_out(document, block_id),
        if_match=if_match,
        change=f"発言の省略（{block_id}）",
        event=AuditEventName.DRAFT_EDITED,
        detail={"left_out": block_id},
        rests_on=lambda document: _block(document, block_id),
    )


def assign_speaker(
    engine: Engine, principal: Principal, meeting_id: str, label: str | None, attendee_id: str, *, if_match: int
) -> DraftVersion:
    """Say who the speaker with this raw label is, everywhere in the draft. Errors as for ``edit_sentence``."""
    with reading(engine) as session:
        profile = profile_of(session, get_meeting(session, principal, meeting_id))
    return save_edit(
        engine,
        principal,
        meeting_id,
        lambda document: edits.assign_speaker(document, profile, label, attendee_id),
        if_match=if_match,
        change=f"{SPEAKER_DECIDED}（{(label or 'ラベルなし')[:100]}）",
        event=AuditEventName.SPEAKER_ASSIGNED,
        detail={"attendee": attendee_id},
        rests_on=lambda document: [
            (each.id, each.attendee_id) for each in document.utterances if (each.label or "") == (label or "")
        ],
    )


def _text_of(document: MinutesDocument, sentence_ids: Sequence[str]) -> list[tuple[str, str]]:
    return [(each.id, each.text) for each in sentences_of(document.sections) if each.id in sentence_ids]


def _block(document: MinutesDocument, block_id: str) -> Block | None:
    return next((each for each in blocks_of(document.sections) if each.id == block_id), None)


def _block_of_sentence(document: MinutesDocument, sentence_id: str) -> Block:
    for block in blocks_of(document.sections):
        if any(each.id == sentence_id for each in block.sentences):
            return block
    raise InputError(f"文「{sentence_id}」はありません。", where="sentence_id", remedy="画面を読み込み直してください。")


def _as_it_is(sentence: Sentence) -> SentenceEdit:
    return SentenceEdit(id=sentence.id, text=sentence.text)


def printable(text: str, where: str) -> None:
    """Raises InputError for a text that no sentence may be."""
    if len(text) > SENTENCE_LIMIT:
        raise InputError("文が長すぎます。", where=where, remedy=f"{SENTENCE_LIMIT} 文字以内にしてください。")
    # A control character would make the DOCX unreadable.
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\t\r\n" for c in text):
        raise InputError("使えない文字（制御文字）があります。", where=where, remedy="その文字を取り除いてください。")
