"""What a label is as a whole: one person's voice, several people's, or not known.

A recogniser's label (SPEAKER_03, 話者2) says nothing by itself, may join two people and may split one. So all that
points to a person in any stretch of the label is laid side by side. Where one person fits everything, and the sum
suffices, the label is that person's. Where nobody does, the label is shared and each stretch stands alone.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minutes.speakers.evidence import Case, Evidence, acts_as_chair
from minutes.speakers.hearing import Heard
from minutes.speakers.two_voices import answered, asks_and_answers, two_in_one, two_sides, weighty
from minutes.speakers.weights import (
    BIND,
    BIND_LABEL,
    CERTAIN_LABEL,
    COVERED,
    DOUBTFUL,
    MARGIN,
    POINTING,
    REPEATED,
    REPEATED_AT_MOST,
    Cue,
)


@dataclass(frozen=True)
class Voice:
    person: str | None = None
    since: tuple[str, ...] = ()
    """Utterances whose words bind the label."""
    silent: frozenset[int] = frozenset()
    """Stretches (by their first utterance) of the label for which too little tells that they are this person's."""
    mixed: bool = False
    supported: frozenset[str] = frozenset()
    """Of a mixed label: who has introduced himself under it or was pointed to at least twice."""


def voices(cases: Sequence[Case], heard: Sequence[Heard], mixed: frozenset[str | None]) -> dict[str | None, Voice]:
    """One voice per label that neither names a person nor a room."""
    of: dict[str | None, list[Case]] = defaultdict(list)
    for case in cases:
        s = case.segment
        if s.label and (not s.shared or s.label in mixed) and not case.labelled:
            of[s.label].append(case)
    replied = answered(cases, heard)
    periods = _periods(cases, heard)
    return {label: _voice(held, heard, replied, periods, label in mixed) for label, held in of.items()}


def _voice(
    cases: Sequence[Case], heard: Sequence[Heard], replied: frozenset[int], periods: Mapping[int, int], mixed: bool
) -> Voice:
    pointing = [[e for e in c.evidence if _points(e)] for c in cases]
    several = Voice(mixed=True, supported=_supported(pointing))
    if mixed or any(two_in_one(c, heard) for c in cases) or asks_and_answers(cases, heard, replied):
        return several
    told = [e for of in pointing for e in of]
    if not told:
        return Voice()
    named = frozenset(i for c in cases for h in heard[c.segment.first : c.segment.last + 1] for i in h.names)
    fitting = set.intersection(*(set(e.ids) for e in told)) - named
    if not fitting or any(c.stranger for c in cases):
        return several
    chairs_only = all(e.cue in (Cue.CHAIRS, Cue.PRESIDES) for e in told)
    if two_sides(cases, [bool(of) for of in pointing], heard, chairs_only=chairs_only):
        return several
    sums = sorted(((_sum(pointing, p), p) for p in fitting), reverse=True)
    best, person = sums[0]
    if best < BIND_LABEL - 1e-9 or (len(sums) > 1 and best - sums[1][0] < MARGIN):
        return Voice()
    since = dict.fromkeys(i for e in sorted(told, key=lambda e: -e.weight) for i in e.at)
    if best >= CERTAIN_LABEL - 1e-9:
        return Voice(person, tuple(since)[:3])
    return Voice(person, tuple(since)[:3], _silent(cases, pointing, periods, heard))


def _silent(
    cases: Sequence[Case], pointing: Sequence[Sequence[Evidence]], periods: Mapping[int, int], heard: Sequence[Heard]
) -> frozenset[int]:
    """Stretches outside the exchanges in which a cue fell, where cues fell in too few of the exchanges."""
    told = {periods[c.segment.first] for c, of in zip(cases, pointing, strict=True) if of}
    acting = [c for c in cases if c.segment.chair and acts_as_chair(c.segment, heard)]
    # Who names himself while he chairs is the one who chairs under this label.
    if any(of for c, of in zip(cases, pointing, strict=True) if c in acting and of):
        told |= {periods[c.segment.first] for c in acting}
    heavy = [c.segment.first for c in cases if weighty(c, heard)]
    covered = sum(periods[first] in told for first in heavy)
    if covered >= COVERED * len(heavy) - 1e-9:
        return frozenset()
    return frozenset(c.segment.first for c in cases if periods[c.segment.first] not in told)


def _periods(cases: Sequence[Case], heard: Sequence[Heard]) -> dict[int, int]:
    """Number of the exchange that a stretch belongs to: a new one begins when the chair has spoken."""
    found: dict[int, int] = {}
    number = 0
    for case in cases:
        s = case.segment
        inside = heard[s.first : s.last + 1]
        between = (s.chair and not all(h.slight for h in inside)) or any(h.call or h.presiding for h in inside)
        number += between
        found[s.first] = number
        number += between
    return found


def _points(e: Evidence) -> bool:
    return (e.cue in POINTING or e.cue is Cue.CHAIRS or e.cue is Cue.PRESIDES) and e.weight > DOUBTFUL


def _sum(pointing: Sequence[Sequence[Evidence]], person: str) -> float:
    """The best of each cue, and a little for every further stretch that tells the same."""
    best: dict[Cue, float] = {}
    times: Counter[Cue] = Counter()
    for stretch in pointing:
        for e in stretch:
            if person in e.ids:
                best[e.cue] = max(best.get(e.cue, 0.0), e.weight)
                times[e.cue] += e.cue is not Cue.CHAIRS
    return sum(w + min(REPEATED_AT_MOST, REPEATED * max(0, times[c] - 1)) for c, w in best.items())


def _supported(pointing: Sequence[Sequence[Evidence]]) -> frozenset[str]:
    times: Counter[str] = Counter()
    for stretch in pointing:
        for person in {e.ids[0] for e in stretch if len(e.ids) == 1 and e.cue is not Cue.CHAIRS}:
            sure = any(e.cue is Cue.INTRODUCTION and e.weight >= BIND for e in stretch if e.ids == (person,))
            times[person] += 2 if sure else 1
    return frozenset(p for p, n in times.items() if n >= 2)


def owners(found: Mapping[str | None, Voice]) -> dict[str, frozenset[str | None]]:
    held: dict[str, set[str | None]] = defaultdict(set)
    for label, voice in found.items():
        if voice.person:
            held[voice.person].add(label)
    return {person: frozenset(labels) for person, labels in held.items()}
