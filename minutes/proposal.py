"""Sentences that a model proposes for one turn of a draft, until a person takes or discards them."""

from collections.abc import Callable, Iterator, Sequence

from minutes.dispositions import blocks_of
from minutes.document import (
    Block,
    BlockType,
    Finding,
    MinutesDocument,
    ModelCard,
    PromptRef,
    Replacement,
    Rewritten,
    Section,
    Sentence,
)
from minutes.draft import with_findings_since
from minutes.edits import SentenceEdit, edit_block, rebuilt
from minutes.errors import InputError
from minutes.profile import Profile
from minutes.unit import LeftOut, SummarySentence, UnitSummary
from minutes.value import Value

_PRINTED = frozenset({None, LeftOut.CONDENSED, LeftOut.OMITTED, LeftOut.DUPLICATE})
"""Where an utterance that a model was asked about may have ended; None: cited."""


class Proposal(Value):
    turn_id: str
    attendee_id: str | None
    """Who was taken for the speaker."""
    card: ModelCard
    prompts: tuple[PromptRef, ...]
    program_version: str
    sentences: tuple[SummarySentence, ...]
    left_out: tuple[tuple[str, LeftOut], ...]
    replaced: str
    """Why these are only sentences chosen from what was said, although a generating model was asked; else empty."""
    findings: tuple[Finding, ...]
    """What the checks say of the sentences as they would stand in the draft; ``sentence_id`` is that of the draft."""


def rewritable(document: MinutesDocument) -> frozenset[str]:
    """The turns that the draft has a place for and that a model was asked about."""
    reasons = {each.utterance_id: each.reason for each in document.dispositions}
    asked = {t.id for t in document.turns if any(reasons.get(each) in _PRINTED for each in t.utterance_ids)}
    return frozenset(each for block in blocks_of(document.sections) for each in block.turn_ids if each in asked)


def sentences_of_turn(document: MinutesDocument, turn_id: str) -> tuple[Sentence, ...]:
    """The sentences of the draft that taking a proposal for this turn would replace."""
    own = _spoken(document, turn_id)
    return tuple(
        sentence
        for block in blocks_of(document.sections)
        if turn_id in block.turn_ids
        for sentence in block.sentences
        if _belongs(sentence, block, own)
    )


def proposal_of(
    document: MinutesDocument,
    profile: Profile,
    summary: UnitSummary,
    *,
    attendee_id: str | None,
    card: ModelCard,
    prompts: tuple[PromptRef, ...],
    program_version: str,
) -> Proposal:
    """What came of one run, with what the checks would say of it in ``document``."""
    bare = Proposal(
        turn_id=summary.unit_id,
        attendee_id=attendee_id,
        card=card,
        prompts=prompts,
        program_version=program_version,
        sentences=summary.sentences,
        left_out=summary.left_out,
        replaced=summary.replaced,
        findings=(),
    )
    if not bare.sentences:
        return bare
    taken = with_findings_since(document, take(document, bare), profile)
    return bare.model_copy(update={"findings": tuple(_about(taken, bare.turn_id))})


def take(document: MinutesDocument, proposal: Proposal) -> MinutesDocument:
    """The draft with the proposed sentences in place of those of their turn, without findings.

    A sentence that is only reworded keeps its id. Raises InputError where the proposal is empty, and where the draft
    has no place for it.
    """
    if not proposal.sentences:
        raise InputError(
            "この案には文がありません。",
            where="proposal",
            remedy="載せないことにするときは、発言の「この発言を載せない」を使ってください。",
        )
    if proposal.turn_id not in rewritable(document):
        raise InputError(
            f"素案に発言「{proposal.turn_id}」の欄がありません。",
            where="turn_id",
            remedy="画面を読み込み直し、素案にある発言を選んでください。",
        )
    own = [block for block in blocks_of(document.sections) if proposal.turn_id in block.turn_ids]
    if own[0].type is BlockType.BULLET:
        written = _bullets(document, proposal, own)
    else:
        written = _in_block(document, proposal, _place(document, proposal, own))
    return _accounted(written, proposal)


def _place(document: MinutesDocument, proposal: Proposal, own: Sequence[Block]) -> Block:
    """Where several people present one report, its title names their turns and their sentences stand in blocks below."""
    spoken = _spoken(document, proposal.turn_id)
    holding = [block for block in own if any(_belongs(each, block, spoken) for each in block.sentences)]
    return holding[0] if holding else own[-1]


def _in_block(document: MinutesDocument, proposal: Proposal, block: Block) -> MinutesDocument:
    """Where several turns stand in one block, the sentences of the others stay before and behind."""
    spoken = _spoken(document, proposal.turn_id)
    at = next((n for n, each in enumerate(block.sentences) if _belongs(each, block, spoken)), len(block.sentences))
    others = [(n, each) for n, each in enumerate(block.sentences) if not _belongs(each, block, spoken)]
    kept = [(n, SentenceEdit(id=each.id, text=each.text)) for n, each in others]
    wanted = [
        *(edit for n, edit in kept if n < at),
        *_edits(proposal.sentences),
        *(edit for n, edit in kept if n >= at),
    ]
    return edit_block(document, block.id, wanted)


def _bullets(document: MinutesDocument, proposal: Proposal, own: Sequence[Block]) -> MinutesDocument:
    """Each sentence is a block of its own: as many blocks as there are sentences, the first ones with their old ids."""
    together = own[0].model_copy(update={"sentences": tuple(each for block in own for each in block.sentences)})
    gone = {each.id for each in own[1:]}
    one = rebuilt(document, lambda block: together if block.id == own[0].id else block)
    edited = edit_block(_without(one, gone), own[0].id, _edits(proposal.sentences))
    sentences = next(each for each in blocks_of(edited.sections) if each.id == own[0].id).sentences
    last = max(int(each.id[1:]) for each in blocks_of(document.sections))
    ids = [*(each.id for each in own), *(f"b{n:04}" for n in range(last + 1, last + 1 + len(sentences)))]
    fresh = [
        own[0].model_copy(update={"id": block_id, "sentences": (each,)})
        for block_id, each in zip(ids, sentences, strict=False)
    ]
    return _replacing(edited, own[0].id, fresh)


def _without(document: MinutesDocument, block_ids: set[str]) -> MinutesDocument:
    return _each_section(document, lambda section: tuple(b for b in section.blocks if b.id not in block_ids))


def _replacing(document: MinutesDocument, block_id: str, blocks: Sequence[Block]) -> MinutesDocument:
    return _each_section(
        document,
        lambda section: tuple(
            new for block in section.blocks for new in (blocks if block.id == block_id else (block,))
        ),
    )


def _each_section(document: MinutesDocument, blocks: Callable[[Section], tuple[Block, ...]]) -> MinutesDocument:
    sections = tuple(section.model_copy(update={"blocks": blocks(section)}) for section in document.sections)
    return document.model_copy(update={"sections": sections})


def _edits(sentences: Sequence[SummarySentence]) -> list[SentenceEdit]:
    return [SentenceEdit(text=each.text, evidence=each.evidence) for each in sentences]


def _accounted(document: MinutesDocument, proposal: Proposal) -> MinutesDocument:
    """Reasons of what is left out, the finding about a replaced unit and the provenance follow the new sentences."""
    reasons = dict(proposal.left_out)
    dispositions = tuple(
        each.model_copy(update={"reason": reasons[each.utterance_id]})
        if each.kind == "left_out" and each.utterance_id in reasons
        else each
        for each in document.dispositions
    )
    fallen_back = (Replacement(turn_id=proposal.turn_id, reason=proposal.replaced),) if proposal.replaced else ()
    run = Rewritten(turn_id=proposal.turn_id, model=proposal.card, prompts=proposal.prompts)
    provenance = document.provenance
    return document.model_copy(
        update={
            "dispositions": dispositions,
            "replacements": (*(r for r in document.replacements if r.turn_id != proposal.turn_id), *fallen_back),
            "provenance": provenance.model_copy(
                update={"rewritten": (*(r for r in provenance.rewritten if r.turn_id != proposal.turn_id), run)}
            ),
        }
    )


def _about(document: MinutesDocument, turn_id: str) -> Iterator[Finding]:
    blocks = {block.id for block in blocks_of(document.sections) if turn_id in block.turn_ids}
    sentences = {each.id for each in sentences_of_turn(document, turn_id)}
    for finding in document.findings:
        place = finding.place
        if place.sentence_id in sentences or (place.sentence_id is None and place.block_id in blocks):
            yield finding


def _spoken(document: MinutesDocument, turn_id: str) -> frozenset[str]:
    return frozenset(each for turn in document.turns if turn.id == turn_id for each in turn.utterance_ids)


def _belongs(sentence: Sentence, block: Block, spoken: frozenset[str]) -> bool:
    return len(block.turn_ids) == 1 or not spoken.isdisjoint(sentence.evidence)
