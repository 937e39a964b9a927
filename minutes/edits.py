"""What people change in a draft. Each function returns a new document without findings; callers check it again."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher

from minutes.dispositions import blocks_of, dispositions_of, sentences_of
from minutes.document import Block, Fix, MinutesDocument, Sentence
from minutes.errors import InputError
from minutes.labels import NO_LABEL, attendee_label
from minutes.profile import Profile
from minutes.unit import LeftOut
from minutes.value import Value

# Below this likeness a replaced sentence is a new one: its evidence would be a guess.
_SAME_SENTENCE = 0.5


class SentenceEdit(Value):
    """A sentence as a person wants it. ``id`` None: found by likeness. ``evidence`` None: kept where the id is kept."""

    text: str
    id: str | None = None
    evidence: tuple[str, ...] | None = None


def edit_sentence(document: MinutesDocument, sentence_id: str, text: str) -> MinutesDocument:
    """Replace the text of one sentence; id and evidence stay. Raises InputError for an unknown id or an empty text."""
    if all(each.id != sentence_id for each in sentences_of(document.sections)):
        raise InputError(
            f"文「{sentence_id}」はありません。", where="sentence_id", remedy="画面を読み込み直してください。"
        )
    clean = _one_line(text, where="text")

    def change(block: Block) -> Block:
        if all(each.id != sentence_id for each in block.sentences):
            return block
        sentences = tuple(
            each.model_copy(update={"text": clean}) if each.id == sentence_id else each for each in block.sentences
        )
        return block.model_copy(update={"sentences": sentences})

    return rebuilt(document, change)


def edit_block(document: MinutesDocument, block_id: str, sentences: Sequence[str | SentenceEdit]) -> MinutesDocument:
    """Replace the sentences of one block.

    A sentence that is kept or only reworded keeps id and evidence; a new one has the evidence given with it, or none,
    which the checks report. What only removed sentences cited becomes left out as 要約.
    Raises InputError for an unknown block, sentence or utterance id and for empty texts.
    """
    block = next((each for each in blocks_of(document.sections) if each.id == block_id), None)
    if block is None:
        raise InputError(f"発言「{block_id}」はありません。", where="block_id", remedy="画面を読み込み直してください。")
    wanted = [
        (each if isinstance(each, SentenceEdit) else SentenceEdit(text=each)).model_copy(
            update={"text": _one_line(each if isinstance(each, str) else each.text, where=f"sentences[{index}]")}
        )
        for index, each in enumerate(sentences)
    ]
    replaced = block.model_copy(update={"sentences": _matched(document, block, wanted)})
    return rebuilt(document, lambda each: replaced if each.id == block_id else each)


def apply_fixes(document: MinutesDocument, fixes: Sequence[Fix]) -> MinutesDocument:
    """Replace what each fix names. Raises InputError for an unknown sentence, for one whose text has changed since the
    fix was offered, and for fixes of one sentence that overlap."""
    texts = {each.id: each.text for each in sentences_of(document.sections)}
    by_sentence: dict[str, list[Fix]] = {}
    for fix in fixes:
        if texts.get(fix.sentence_id, "")[fix.start :][: len(fix.replaced)] != fix.replaced or (
            fix.sentence_id not in texts or fix.start > len(texts[fix.sentence_id])
        ):
            raise InputError(
                f"文「{fix.sentence_id}」は、この修正案が出たあとで変わっています。",
                where="fixes",
                remedy="点検結果を読み込み直してください。",
            )
        by_sentence.setdefault(fix.sentence_id, []).append(fix)
    for sentence_id, own in by_sentence.items():
        text, before = texts[sentence_id], len(texts[sentence_id]) + 1
        # From the end, so that the places of the others stay right.
        for fix in sorted(own, key=lambda each: (each.start, len(each.replaced)), reverse=True):
            end = fix.start + len(fix.replaced)
            if end > before:
                raise InputError(
                    f"文「{sentence_id}」の修正案が重なっています。",
                    where="fixes",
                    remedy="1つずつ取り入れてください。",
                )
            text, before = fix.applied_to(text), fix.start
        document = edit_sentence(document, sentence_id, text)
    return document


def leave_out(document: MinutesDocument, block_id: str) -> MinutesDocument:
    """Take all sentences of a block out and record that a person decided so (省略), which a dropped question needs."""
    block = next((each for each in blocks_of(document.sections) if each.id == block_id), None)
    if block is None:
        raise InputError(f"発言「{block_id}」はありません。", where="block_id", remedy="画面を読み込み直してください。")
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


def assign_speaker(document: MinutesDocument, profile: Profile, label: str | None, attendee_id: str) -> MinutesDocument:
    """Bind every unresolved utterance of one raw label to an attendee, with turns, blocks and printed labels.

    Raises InputError when the attendee is not in the roster or no unresolved utterance has that label.
    """
    attendee = next((each for each in document.meeting.roster if each.id == attendee_id), None)
    if attendee is None:
        raise InputError(
            f"名簿に「{attendee_id}」はありません。", where="attendee_id", remedy="名簿にある出席者から選んでください。"
        )
    bound = {
        each.id for each in document.utterances if each.attendee_id is None and (each.label or "") == (label or "")
    }
    if not bound:
        raise InputError(
            f"発言者「{label or NO_LABEL}」の未確認の発言はありません。",
            where="label",
            remedy="すでに割り当てられていないか確認してください。",
        )
    utterances = tuple(
        each.model_copy(update={"attendee_id": attendee_id, "confidence": 1.0, "reason": "確認者が指定した。"})
        if each.id in bound
        else each
        for each in document.utterances
    )
    turns = tuple(
        turn.model_copy(update={"attendee_id": attendee_id})
        if turn.attendee_id is None and bound.issuperset(turn.utterance_ids)
        else turn
        for turn in document.turns
    )
    assigned = {
        turn.id for turn, before in zip(turns, document.turns, strict=True) if turn.attendee_id != before.attendee_id
    }

    def change(block: Block) -> Block:
        spoken = block.attendee_id is None and block.title is None and block.turn_ids
        if not spoken or not assigned.issuperset(block.turn_ids):
            return block
        return block.model_copy(update={"attendee_id": attendee_id, "label": attendee_label(attendee, profile)})

    return rebuilt(document.model_copy(update={"utterances": utterances, "turns": turns}), change)


def rebuilt(document: MinutesDocument, change: Callable[[Block], Block]) -> MinutesDocument:
    """The document with every block changed, its dispositions anew and its findings gone."""
    sections = tuple(
        section.model_copy(update={"blocks": tuple(change(block) for block in section.blocks)})
        for section in document.sections
    )
    reasons = {each.utterance_id: each.reason for each in document.dispositions if each.reason is not None}
    dispositions = dispositions_of(tuple(each.id for each in document.utterances), sections, reasons, LeftOut.CONDENSED)
    return document.model_copy(update={"sections": sections, "dispositions": dispositions, "findings": ()})


def _one_line(text: str, *, where: str) -> str:
    clean = "".join(text.splitlines()).strip()
    if not clean:
        raise InputError("文が空です。", where=where, remedy="文を書くか、発言の編集で文ごと削除してください。")
    return clean


def _matched(document: MinutesDocument, block: Block, wanted: Sequence[SentenceEdit]) -> tuple[Sentence, ...]:
    before = {each.id: each for each in block.sentences}
    for index, edit in enumerate(wanted):
        if edit.id is not None and edit.id not in before:
            raise InputError(
                f"文「{edit.id}」はこの発言にありません。",
                where=f"sentences[{index}].id",
                remedy="画面を読み込み直してください。",
            )
    named = [edit.id for edit in wanted if edit.id is not None]
    if len(named) != len(set(named)):
        raise InputError("同じ文の番号が2回あります。", where="sentences", remedy="一方の番号を外してください。")
    _require_known(document, wanted)
    by_likeness = _likeness([each for each in block.sentences if each.id not in named], wanted)
    fresh = _fresh_ids(document)
    result = []
    for index, edit in enumerate(wanted):
        kept = before[edit.id] if edit.id is not None else by_likeness.get(index)
        evidence = edit.evidence if edit.evidence is not None else (kept.evidence if kept else ())
        result.append(Sentence(id=kept.id if kept else next(fresh), text=edit.text, evidence=evidence))
    return tuple(result)


def _require_known(document: MinutesDocument, wanted: Sequence[SentenceEdit]) -> None:
    known = {each.id for each in document.utterances}
    for index, edit in enumerate(wanted):
        unknown = [each for each in edit.evidence or () if each not in known]
        if unknown:
            raise InputError(
                f"根拠の発言「{unknown[0]}」はありません。",
                where=f"sentences[{index}].evidence",
                remedy="書き起こしにある発言の番号を指定してください。",
            )


def _likeness(old: Sequence[Sentence], wanted: Sequence[SentenceEdit]) -> dict[int, Sentence]:
    """Which new text continues which old sentence: equal texts first, then the most alike pair, each used once."""
    pairs = [
        (1.0 if each.text == edit.text else SequenceMatcher(None, each.text, edit.text, autojunk=False).ratio(), -n, -m)
        for n, each in enumerate(old)
        for m, edit in enumerate(wanted)
        if edit.id is None
    ]
    found: dict[int, Sentence] = {}
    used: set[int] = set()
    for ratio, n, m in sorted(pairs, reverse=True):
        if ratio < _SAME_SENTENCE:
            break
        if -n not in used and -m not in found:
            used.add(-n)
            found[-m] = old[-n]
    return found


def _fresh_ids(document: MinutesDocument) -> Iterator[str]:
    last = max((int(each.id[1:]) for each in sentences_of(document.sections)), default=0)
    return (f"s{n:04}" for n in range(last + 1, last + 100_000))
