"""What the review page shows, computed from the draft: no database, no request, no HTML."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from minutes.dispositions import blocks_of, sentences_of
from minutes.document import (
    UNRESOLVED,
    Block,
    BlockType,
    Closing,
    Finding,
    Fix,
    MinutesDocument,
    Note,
    Place,
    ReadingNotice,
    Severity,
    Waiver,
)
from minutes.meeting import Disclosure
from minutes.mishearing import Mishearing
from minutes.proposal import rewritable
from minutes.public import closed_ids
from minutes.unit import LeftOut
from minutes.waivers import open_findings, waived
from minutes.withheld import WITHHELD
from service.web.label_view import LabelView, attendee_name, labels_of, shortened

_AROUND = 30
"""Characters shown on either side of a change: enough to read it in its sentence."""

RANK = {Severity.ERROR: 0, Severity.WARN: 1, Severity.INFO: 2}
"""Gravest first."""


@dataclass(frozen=True)
class SentenceView:
    id: str
    text: str
    evidence: tuple[str, ...]
    severity: Severity | None
    """The gravest open finding on this sentence."""
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class SourceView:
    """An utterance that a sentence of this block may cite: its speaker said it where the block stands."""

    id: str
    excerpt: str


@dataclass(frozen=True)
class TurnView:
    id: str
    closed: bool
    first: str
    """The first utterance: names the turn where a block holds several."""


@dataclass(frozen=True)
class BlockView:
    id: str
    type: BlockType
    title: str | None
    label: str | None
    unresolved: bool
    sentences: tuple[SentenceView, ...]
    sources: tuple[SourceView, ...]
    """Empty for a line of the form itself, to which nothing can be added."""
    omitted: bool
    """A person decided that nothing of it is to be in the record."""
    turns: tuple["TurnView", ...]
    """What can be written again here: a turn of several blocks has its place at the last of them."""
    joins: bool
    """The statement right before it is of the same speaker."""
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class SectionView:
    no: int
    heading: str
    disclosure: Disclosure
    reason: str | None
    located: bool
    """False where the beginning of the item was guessed, so that the disclosure may be cut wrongly."""
    blocks: tuple[BlockView, ...]

    @property
    def closed(self) -> bool:
        return self.disclosure is Disclosure.CLOSED


@dataclass(frozen=True)
class HeardText:
    """A stretch of what the transcript has; ``meant`` where it was probably misheard."""

    text: str
    meant: str | None = None
    applied: bool = False
    """The draft was made from ``meant``."""


@dataclass(frozen=True)
class UtteranceView:
    id: str
    start: float | None
    speaker: str
    unresolved: bool
    why_speaker: str
    kind: str
    text: tuple[HeardText, ...]
    closed: bool
    cited_by: tuple[str, ...]
    left_out: str | None
    """Why no sentence cites it; None where one does."""


@dataclass(frozen=True)
class FixView:
    """A change to accept with one click, between what stands before and behind it in the sentence."""

    fix: Fix
    head: str
    tail: str


@dataclass(frozen=True)
class FindingView:
    rule: str
    severity: Severity
    message: str
    where: str
    href: str | None
    fix: FixView | None
    place: Place
    of_rule: int
    """How many open findings of its rule have a fix."""
    waiver: Waiver | None = None
    """Who let it stand, and why."""


@dataclass(frozen=True)
class MisheardPlace:
    utterance_id: str
    cited_by: tuple[str, ...]


@dataclass(frozen=True)
class MisheardView:
    """One word that was probably misheard, with all its places."""

    heard: str
    meant: str
    applied: bool
    reason: str
    places: tuple[MisheardPlace, ...]


@dataclass(frozen=True)
class FindingsView:
    """The work list."""

    findings: tuple[FindingView, ...]
    """The open ones, gravest first."""
    waived: tuple[FindingView, ...]

    @property
    def errors(self) -> int:
        return sum(1 for f in self.findings if f.severity is Severity.ERROR)

    @property
    def warnings(self) -> int:
        return sum(1 for f in self.findings if f.severity is Severity.WARN)


@dataclass(frozen=True)
class ReviewView(FindingsView):
    sections: tuple[SectionView, ...]
    utterances: tuple[UtteranceView, ...]
    unknown: tuple[LabelView, ...]
    """Labels that nobody was found for."""
    known: tuple[LabelView, ...]
    misheard: tuple[MisheardView, ...]
    notices: tuple[ReadingNotice, ...]
    cited: int
    left_out: Mapping[str, int]
    closings: tuple[Closing, ...]


def gravest(document: MinutesDocument) -> dict[str, Severity]:
    """The gravest open finding of each sentence that has one."""
    found: dict[str, Severity] = {}
    for finding in open_findings(document):
        key = finding.place.sentence_id
        if key and (key not in found or RANK[finding.severity] < RANK[found[key]]):
            found[key] = finding.severity
    return found


def review_view(document: MinutesDocument) -> ReviewView:
    """Both panes, the findings (gravest first) and the unresolved speakers of one draft."""
    severities = gravest(document)
    notes: dict[str, list[Note]] = defaultdict(list)
    for note in document.notes:
        notes[note.sentence_id or note.block_id or ""].append(note)
    reasons = {item.no: item.reason for item in document.meeting.agenda}
    turns = {turn.id: turn.utterance_ids for turn in document.turns}
    reason_of = {each.utterance_id: each.reason for each in document.dispositions}
    spoken = {utterance.id: utterance.text for utterance in document.utterances}
    at = {turn: block.id for block in blocks_of(document.sections) for turn in block.turn_ids}
    again: dict[str, list[TurnView]] = defaultdict(list)
    for turn in _again(document):
        again[at[turn.id]].append(turn)
    sections = tuple(
        SectionView(
            section.agenda_no,
            section.heading,
            section.disclosure,
            reasons.get(section.agenda_no),
            section.located,
            tuple(
                BlockView(
                    block.id,
                    block.type,
                    block.title,
                    block.label,
                    block.label is not None and block.label.startswith(UNRESOLVED),
                    tuple(
                        SentenceView(s.id, s.text, s.evidence, severities.get(s.id), tuple(notes.get(s.id, ())))
                        for s in block.sentences
                    ),
                    tuple(SourceView(u, shortened(spoken[u], 60)) for u in _spoken_for(block, turns)),
                    _omitted(block, turns, reason_of),
                    tuple(again.get(block.id, ())),
                    _joins(before, block),
                    tuple(notes.get(block.id, ())),
                )
                for before, block in pairwise((None, *section.blocks))
                if block is not None
            ),
        )
        for section in document.sections
    )
    cited = _cited(document)
    utterances = _utterances(document, cited)
    listed = findings_view(document)
    labels = labels_of(document)
    return ReviewView(
        sections=sections,
        utterances=utterances,
        findings=listed.findings,
        waived=listed.waived,
        unknown=tuple(each for each in labels if each.attendee_id is None),
        known=tuple(each for each in labels if each.attendee_id is not None),
        misheard=_misheard(document, cited),
        notices=document.notices,
        cited=sum(1 for u in utterances if u.cited_by),
        left_out=Counter(u.left_out for u in utterances if u.left_out),
        closings=document.closings,
    )


def _joins(before: Block | None, block: Block) -> bool:
    return (
        before is not None
        and block.type is before.type is BlockType.STATEMENT
        and (before.attendee_id, before.label) == (block.attendee_id, block.label)
    )


def _again(document: MinutesDocument) -> tuple[TurnView, ...]:
    closed, possible = closed_ids(document), rewritable(document)
    return tuple(
        TurnView(turn.id, not closed.isdisjoint(turn.utterance_ids), turn.utterance_ids[0])
        for turn in document.turns
        if turn.id in possible
    )


def _spoken_for(block: Block, turns: Mapping[str, tuple[str, ...]]) -> list[str]:
    own = [each for turn_id in block.turn_ids for each in turns.get(turn_id, ())]
    cited = [each for sentence in block.sentences for each in sentence.evidence]
    return sorted({*own, *cited})


def _omitted(block: Block, turns: Mapping[str, tuple[str, ...]], reason_of: Mapping[str, LeftOut | None]) -> bool:
    own = [each for turn_id in block.turn_ids for each in turns.get(turn_id, ())]
    return not block.sentences and any(reason_of.get(each) is LeftOut.OMITTED for each in own)


def _cited(document: MinutesDocument) -> Mapping[str, tuple[str, ...]]:
    """The sentences that cite each utterance."""
    cited: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences_of(document.sections):
        for utterance_id in sentence.evidence:
            cited[utterance_id].append(sentence.id)
    return {utterance_id: tuple(ids) for utterance_id, ids in cited.items()}


def _utterances(document: MinutesDocument, cited: Mapping[str, tuple[str, ...]]) -> tuple[UtteranceView, ...]:
    disposition = {d.utterance_id: d for d in document.dispositions}
    misheard: dict[str, list[Mishearing]] = defaultdict(list)
    for each in document.mishearings:
        misheard[each.utterance_id].append(each)
    views = []
    for u in document.utterances:
        known = disposition.get(u.id)
        withheld = u.text == WITHHELD
        if withheld:
            speaker = ""
        elif u.attendee_id is None:
            speaker = f"{UNRESOLVED}：{u.label}" if u.label else UNRESOLVED
        else:
            speaker = attendee_name(document.meeting, u.attendee_id)
        by = cited.get(u.id, ())
        left_out = None if by else (known.reason.value if known is not None and known.reason else "扱い未定")
        views.append(
            UtteranceView(
                u.id,
                u.start,
                speaker,
                u.attendee_id is None and not withheld,
                u.reason,
                "" if withheld else u.kind.value,
                tuple(_heard(u.text, misheard[u.id])),
                u.closed,
                by,
                left_out,
            )
        )
    return tuple(views)


def _heard(text: str, mishearings: Iterable[Mishearing]) -> Iterator[HeardText]:
    """The text in stretches. Of proposals that overlap only one is shown, an applied one before others."""
    chosen: list[Mishearing] = []
    for each in sorted(mishearings, key=lambda m: (not m.applied, -m.confidence)):
        if all(each.end <= other.start or other.end <= each.start for other in chosen):
            chosen.append(each)
    done = 0
    for each in sorted(chosen, key=lambda m: m.start):
        if done < each.start:
            yield HeardText(text[done : each.start])
        yield HeardText(text[each.start : each.end], each.meant, each.applied)
        done = each.end
    if done < len(text):
        yield HeardText(text[done:])


def _misheard(document: MinutesDocument, cited: Mapping[str, tuple[str, ...]]) -> tuple[MisheardView, ...]:
    """What was applied first, then in the order of the transcript."""
    groups: dict[tuple[bool, str, str], list[Mishearing]] = defaultdict(list)
    for each in document.mishearings:
        groups[not each.applied, each.heard, each.meant].append(each)
    return tuple(
        MisheardView(
            heard,
            meant,
            not proposed,
            places[0].reason,
            tuple(
                MisheardPlace(utterance_id, cited.get(utterance_id, ()))
                for utterance_id in dict.fromkeys(each.utterance_id for each in places)
            ),
        )
        for (proposed, heard, meant), places in sorted(groups.items(), key=lambda group: group[0][0])
    )


def findings_view(document: MinutesDocument) -> FindingsView:
    """What somebody still has to decide on, and what was let stand."""
    found = open_findings(document)
    fixes = Counter(each.rule for each in found if each.fix is not None)
    texts = {each.id: each.text for each in sentences_of(document.sections)}
    return FindingsView(
        findings=tuple(_finding(f, texts, fixes[f.rule]) for f in sorted(found, key=lambda f: RANK[f.severity])),
        waived=tuple(replace(_finding(finding, {}, 0), waiver=waiver) for finding, waiver in waived(document)),
    )


def _finding(f: Finding, texts: Mapping[str, str], of_rule: int) -> FindingView:
    fix = _fix(f, texts) if texts else None
    return FindingView(f.rule, f.severity, f.message, *_place(f), fix, f.place, of_rule)


def _fix(finding: Finding, texts: Mapping[str, str]) -> FixView | None:
    fix = finding.fix
    if fix is None:
        return None
    text = texts[fix.sentence_id]
    head, tail = text[: fix.start], text[fix.start + len(fix.replaced) :]
    return FixView(fix, head if len(head) <= _AROUND else "…" + head[-_AROUND:], shortened(tail, _AROUND))


def _place(finding: Finding) -> tuple[str, str | None]:
    place = finding.place
    for words, anchor in (("文", place.sentence_id), ("段落", place.block_id), ("発言", place.utterance_id)):
        if anchor:
            return f"{words} {anchor}", f"#{anchor}"
    if place.agenda_no is not None:
        return f"議事{place.agenda_no}", f"#agenda-{place.agenda_no}"
    if place.field:
        return "会議の情報", "#header"
    return "全体", None
