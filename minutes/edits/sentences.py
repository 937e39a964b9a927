"""Changing sentences: their text, their evidence, all those of one block."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from minutes.dispositions import sentences_of
from minutes.document import Block, Fix, MinutesDocument, Sentence
from minutes.edits.accounting import block_named, block_of_sentence, fresh_sentence_ids, one_line, rebuilt
from minutes.errors import InputError
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
    block_of_sentence(document, sentence_id)
    return _sentence_changed(document, sentence_id, {"text": _sentence_text(text, where="text")})


def cite(document: MinutesDocument, sentence_id: str, evidence: Sequence[str]) -> MinutesDocument:
    """Give one sentence this evidence in place of what it had; none at all is an error that the checks report.

    Raises InputError for an unknown sentence or utterance.
    """
    block_of_sentence(document, sentence_id)
    _require_known(document, list(enumerate(evidence)), "evidence[{}]")
    order = {each.id: n for n, each in enumerate(document.utterances)}
    return _sentence_changed(document, sentence_id, {"evidence": tuple(sorted(set(evidence), key=order.__getitem__))})


def edit_block(document: MinutesDocument, block_id: str, sentences: Sequence[str | SentenceEdit]) -> MinutesDocument:
    """Replace the sentences of one block.

    A sentence that is kept or only reworded keeps id and evidence; a new one has the evidence given with it, or none,
    which the checks report. What only removed sentences cited becomes left out as 要約.
    Raises InputError for an unknown block, sentence or utterance id and for empty texts.
    """
    block = block_named(document, block_id)
    wanted = [
        (each if isinstance(each, SentenceEdit) else SentenceEdit(text=each)).model_copy(
            update={"text": _sentence_text(each if isinstance(each, str) else each.text, where=f"sentences[{index}]")}
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


def _sentence_changed(
    document: MinutesDocument, sentence_id: str, values: dict[str, str | tuple[str, ...]]
) -> MinutesDocument:
    def change(block: Block) -> Block:
        if all(each.id != sentence_id for each in block.sentences):
            return block
        sentences = tuple(
            each.model_copy(update=values) if each.id == sentence_id else each for each in block.sentences
        )
        return block.model_copy(update={"sentences": sentences})

    return rebuilt(document, change)


def _sentence_text(text: str, *, where: str) -> str:
    return one_line(text, where=where, empty="文が空です。", remedy="文を書くか、発言の編集で文ごと削除してください。")


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
    cited = [(index, each) for index, edit in enumerate(wanted) for each in edit.evidence or ()]
    _require_known(document, cited, "sentences[{}].evidence")
    by_likeness = _likeness([each for each in block.sentences if each.id not in named], wanted)
    fresh = fresh_sentence_ids(document)
    result = []
    for index, edit in enumerate(wanted):
        kept = before[edit.id] if edit.id is not None else by_likeness.get(index)
        evidence = edit.evidence if edit.evidence is not None else (kept.evidence if kept else ())
        result.append(Sentence(id=kept.id if kept else next(fresh), text=edit.text, evidence=evidence))
    return tuple(result)


def _require_known(document: MinutesDocument, cited: Sequence[tuple[int, str]], where: str) -> None:
    known = {each.id for each in document.utterances}
    for index, utterance_id in cited:
        if utterance_id not in known:
            raise InputError(
                f"根拠の発言「{utterance_id}」はありません。",
                where=where.format(index),
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
