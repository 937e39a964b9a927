"""Composition: from what was understood and condensed to a MinutesDocument. No sentence is written here."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Protocol

from minutes.checks import check, recheck
from minutes.dispositions import dispositions_of
from minutes.document import (
    DraftExchange,
    DraftTurn,
    DraftUtterance,
    MinutesDocument,
    Provenance,
    ReadingNotice,
    Replacement,
)
from minutes.meeting import Disclosure, Meeting
from minutes.mishearing import Mishearing
from minutes.profile import Profile
from minutes.sections import compose_sections
from minutes.transcript.model import Transcript
from minutes.turn import Attribution, Structure, Turn
from minutes.unit import LeftOut, Unit, UnitSummary


class Plan(Protocol):
    """What ``minutes.units`` planned: every utterance is in one unit or left out before any model ran."""

    @property
    def units(self) -> tuple[Unit, ...]: ...

    @property
    def left_out(self) -> tuple[tuple[str, LeftOut], ...]: ...


class UnaccountedError(ValueError):
    """A stage lost or invented an utterance: a fault of the program, never of the user's input."""


def assemble(
    *,
    meeting: Meeting,
    profile: Profile,
    provenance: Provenance,
    transcript: Transcript,
    attributions: Sequence[Attribution],
    structure: Structure,
    plan: Plan,
    summaries: Sequence[UnitSummary],
    mishearings: Sequence[Mishearing] = (),
) -> MinutesDocument:
    """The draft without findings. Raises UnaccountedError unless every utterance is cited or left out, not both."""
    left_out = _accounts(transcript, structure, plan, summaries)
    sections = compose_sections(meeting, profile, structure, {each.unit_id: each for each in summaries})
    ids = tuple(each.id for each in transcript.utterances)
    return MinutesDocument(
        meeting=meeting,
        profile=profile.id,
        provenance=provenance,
        utterances=tuple(_utterances(meeting, transcript, attributions, structure)),
        turns=tuple(
            DraftTurn(id=turn.id, utterance_ids=turn.utterance_ids, attendee_id=turn.attendee_id, kind=turn.kind)
            for turn in structure.turns
        ),
        exchanges=tuple(
            DraftExchange(
                question_turn_ids=each.question_turn_ids,
                answer_turn_ids=each.answer_turn_ids,
                confidence=each.confidence,
            )
            for each in structure.exchanges
        ),
        sections=sections,
        dispositions=dispositions_of(ids, sections, left_out, LeftOut.CONDENSED),
        notices=tuple(_notices(transcript)),
        mishearings=tuple(mishearings),
        replacements=tuple(
            Replacement(turn_id=each.unit_id, reason=each.replaced) for each in summaries if each.replaced
        ),
    )


def with_findings(document: MinutesDocument, profile: Profile) -> MinutesDocument:
    """The same document with the findings of all checks, in place of any it had."""
    return document.model_copy(update={"findings": check(document, profile)})


def with_findings_since(before: MinutesDocument, document: MinutesDocument, profile: Profile) -> MinutesDocument:
    """As ``with_findings``, but only what changed since ``before`` is checked anew where the rules allow it."""
    return document.model_copy(update={"findings": recheck(document, profile, before)})


def _notices(transcript: Transcript) -> Iterator[ReadingNotice]:
    lines = [each.line for each in transcript.utterances]
    for notice in transcript.notices:
        before = bisect_right(lines, notice.line)
        yield ReadingNotice(
            place=transcript.place(notice.line),
            what=notice.what,
            remedy=notice.remedy,
            utterance_id=transcript.utterances[before - 1].id if before else None,
        )


def _utterances(
    meeting: Meeting, transcript: Transcript, attributions: Sequence[Attribution], structure: Structure
) -> Iterator[DraftUtterance]:
    said = {each.utterance_id: each for each in attributions}
    turn_of: dict[str, Turn] = {each: turn for turn in structure.turns for each in turn.utterance_ids}
    closed_items = {item.no for item in meeting.agenda if item.disclosure is Disclosure.CLOSED}
    for utterance in transcript.utterances:
        turn, attribution = turn_of[utterance.id], said[utterance.id]
        yield DraftUtterance(
            id=utterance.id,
            label=utterance.label,
            attendee_id=attribution.attendee_id,
            confidence=attribution.confidence,
            reason=attribution.reason,
            agenda_no=turn.agenda_no,
            kind=turn.kind,
            closed=turn.closed or turn.agenda_no in closed_items,
            text=utterance.text,
            start=utterance.start,
            end=utterance.end,
        )


def _accounts(
    transcript: Transcript, structure: Structure, plan: Plan, summaries: Sequence[UnitSummary]
) -> dict[str, LeftOut]:
    """Reasons of all utterances that no sentence cites, after proof that the books balance."""
    known = {each.id for each in transcript.utterances}
    in_turns = [each for turn in structure.turns for each in turn.utterance_ids]
    if sorted(in_turns) != sorted(known):
        raise UnaccountedError("every utterance must be in exactly one turn")
    units = {unit.id: {each.id for each in unit.utterances} for unit in plan.units}
    if sorted(units) != sorted(each.unit_id for each in summaries):
        raise UnaccountedError("units and summaries do not correspond one to one")
    cited: set[str] = set()
    reasons = list(plan.left_out)
    for summary in summaries:
        evidence = {each for sentence in summary.sentences for each in sentence.evidence}
        named = evidence | {utterance_id for utterance_id, _ in summary.left_out}
        if named != units[summary.unit_id]:
            raise UnaccountedError(f"unit {summary.unit_id}: {sorted(named ^ units[summary.unit_id])}")
        cited |= evidence
        reasons.extend(summary.left_out)
    left_out = dict(reasons)
    if len(left_out) != len(reasons) or cited & left_out.keys():
        raise UnaccountedError("an utterance has two dispositions")
    if cited | left_out.keys() != known:
        raise UnaccountedError(f"no disposition or an unknown utterance: {sorted((cited | left_out.keys()) ^ known)}")
    return left_out
