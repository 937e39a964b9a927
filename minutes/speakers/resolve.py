"""Evidence summed per person for each stretch, bound or left open."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minutes.agenda_location import locate
from minutes.meeting import Meeting
from minutes.speakers import reasons
from minutes.speakers.chair import chairs_among, shared_among
from minutes.speakers.evidence import Case, Evidence, add_presenters, gather
from minutes.speakers.hearing import Heard, listen
from minutes.speakers.roster import Roster
from minutes.speakers.segments import segments
from minutes.speakers.voices import Voice, owners, voices
from minutes.speakers.weights import BIND, FADES, MARGIN, WEIGHTS, Cue
from minutes.transcript.model import Transcript
from minutes.turn import Attribution

ROUNDS = 4
"""Each round may find that a label is shared, which moves the limits of its stretches; two are the rule."""


@dataclass
class _Screen:
    """What a display name or a room's label is bound to at this point of the reading."""

    person: str | None = None
    since: tuple[str, ...] = ()
    age: int = 0
    """Segments of this label since the last evidence of its own."""
    doubted: bool = False


def attribute(transcript: Transcript, meeting: Meeting) -> tuple[Attribution, ...]:
    """Who spoke each utterance, in order; ``attendee_id`` None with a reason wherever the evidence does not suffice.

    Evidence (label, self-introduction, call, hand-over, thanks …) is summed per segment and person, and over all
    segments of a label that is one voice. A person is bound at 0.8 with a lead of 0.3. Under the label of a room, or
    of two voices that a recogniser has joined, the binding holds only within the segment.
    """
    roster = Roster.of(meeting)
    heard = listen(transcript, roster)
    cases, found = _rounds(heard, roster, meeting)
    screens: dict[str, _Screen] = defaultdict(_Screen)
    attributions: list[Attribution] = []
    for case in cases:
        attributions.extend(_settle(case, heard, found.get(case.segment.label, Voice()), screens, roster))
    return tuple(attributions)


def _rounds(heard: Sequence[Heard], roster: Roster, meeting: Meeting) -> tuple[list[Case], Mapping[str | None, Voice]]:
    common = shared_among(heard)
    labels = {h.label for h in heard}
    # One label for everything is a recording without any separation of voices.
    alone = frozenset(labels - common) if len(labels) == 1 and len(roster.attendees) > 1 else frozenset()
    mixed = alone
    held: dict[str, frozenset[str | None]] = {}
    for _ in range(ROUNDS):
        shared = common | mixed
        chairs = chairs_among(heard, roster, shared)
        stretches = segments(heard, common | alone, mixed - alone, chairs)
        cases = gather(stretches, heard, roster, held)
        found = voices(cases, heard, mixed)
        joined = mixed | {label for label, v in found.items() if v.mixed}
        if joined == mixed and owners(found) == held:
            break
        mixed, held = joined, owners(found)
    starts = locate([h.text.raw for h in heard], [h.label in chairs for h in heard], meeting)
    add_presenters(cases, heard, meeting, starts)
    return cases, found


def _settle(
    case: Case, heard: Sequence[Heard], voice: Voice, screens: dict[str, _Screen], roster: Roster
) -> list[Attribution]:
    s = case.segment
    own = [e for e in case.evidence if e.cue is not Cue.PRESENTER]
    screen = screens[s.label] if s.label else _Screen()
    evidence = _with_continuity(case, own, voice, screen)
    person, confidence, reason, at = _decide(evidence, case, roster)
    if person and voice.mixed and s.label and not (person in voice.supported or s.intro):
        cues = [e for e in evidence if person in e.ids]
        reason = reasons.mixed(cues, roster, person, s.label)
        person, confidence = None, 0.0
    if s.label:
        _remember(screen, person, [e for e in own if e.cue is not Cue.LABEL], case, heard)
    return [
        Attribution(utterance_id=h.id, attendee_id=person, confidence=confidence, reason=reason, evidence=at or (h.id,))
        for h in heard[s.first : s.last + 1]
    ]


def _with_continuity(case: Case, own: Sequence[Evidence], voice: Voice, screen: _Screen) -> list[Evidence]:
    s, evidence = case.segment, list(case.evidence)
    if case.stranger is not None or (screen.doubted and not s.intro):
        evidence = [e for e in evidence if e.cue is not Cue.PRESENTER]
    if case.labelled:
        return [e for e in evidence if e.cue is not Cue.LABEL] if screen.doubted and not s.intro else evidence
    if not s.shared:
        if voice.person and s.first not in voice.silent:
            weight = WEIGHTS[Cue.CONTINUITY]
            evidence.append(Evidence(Cue.CONTINUITY, (voice.person,), weight, s.label or "", voice.since))
        return evidence
    # A cue that may mean several people is not decided by who spoke last in the room.
    contradicted = case.stranger is not None or any(e.ids != (screen.person,) for e in own)
    # The item's presenter supports another cue; alone or against a fresh call it says nothing about a room.
    pointed = {i for e in own for i in e.ids}
    if screen.person and not contradicted and not voice.mixed:
        pointed.add(screen.person)
    evidence = [e for e in evidence if e.cue is not Cue.PRESENTER or pointed & set(e.ids) or not s.label]
    if screen.person and not contradicted:
        weight = max(0.0, WEIGHTS[Cue.ROOM_CONTINUITY] - FADES * screen.age)
        evidence.append(Evidence(Cue.ROOM_CONTINUITY, (screen.person,), weight, s.label or "", screen.since))
    return evidence


def _remember(
    screen: _Screen, person: str | None, fresh: Sequence[Evidence], case: Case, heard: Sequence[Heard]
) -> None:
    s = case.segment
    if case.labelled and (case.stranger or (s.intro and person is None)):
        screen.doubted = True
    elif s.intro and person:
        screen.doubted = False
    if person is None:
        if s.intro or s.stranger or s.shared:
            screen.person = None
    elif person != screen.person or any(person in e.ids and e.at for e in fresh):
        screen.person, screen.since, screen.age = person, (heard[s.intro_at].id,), 0
    else:
        screen.age += 1


def _decide(evidence: Sequence[Evidence], case: Case, roster: Roster) -> tuple[str | None, float, str, tuple[str, ...]]:
    if case.stranger is not None:
        return None, 0.0, reasons.strange(case.stranger), ()
    best_of: dict[str, dict[Cue, Evidence]] = defaultdict(dict)
    for e in evidence:
        for i in e.ids:
            held = best_of[i].get(e.cue)
            if held is None or held.weight < e.weight:
                best_of[i][e.cue] = e
    if not best_of:
        return None, 0.0, reasons.nothing(case), ()
    sums = sorted(((sum(e.weight for e in cues.values()), i) for i, cues in best_of.items()), key=lambda x: -x[0])
    top, person = sums[0]
    second = sums[1][0] if len(sums) > 1 else 0.0
    cues = sorted(best_of[person].values(), key=lambda e: -e.weight)
    at = tuple(dict.fromkeys(i for e in cues for i in e.at))
    if top >= BIND and top - second >= MARGIN - 1e-9:
        confidence = round(min(1.0, top) * top / (top + second), 2)
        return person, confidence, reasons.bound(cues, roster, person), at
    if top < BIND:
        return None, 0.0, reasons.weak(cues, roster, person), at
    tied = [i for total, i in sums if top - total < MARGIN - 1e-9]
    return None, 0.0, reasons.undecided(tied, best_of, roster), at
