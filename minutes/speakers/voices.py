"""What a label is as a whole: one person's voice, several people's, or not known.

A recogniser's label (SPEAKER_03, 話者2) says nothing by itself, may join two people and may split one. So all that
points to a person in any stretch of the label is laid side by side. Where one person fits everything, and the sum
suffices, the label is that person's throughout. Where nobody does, the label is shared and each stretch stands alone.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from minutes.speakers.acts import answers, asks, inquires, requests
from minutes.speakers.evidence import Case, Evidence
from minutes.speakers.hearing import Heard
from minutes.speakers.weights import BIND, BIND_LABEL, DOUBTFUL, MARGIN, POINTING, REPEATED, REPEATED_AT_MOST, Cue

_EXPLAINS = re.compile(
    r"ご?(?:説明|報告)(?:いたし|申し上げ|させていただき|します)|(?:説明|報告)は以上|私からは以上|以上でございます"
)
WEIGHTY = 40
"""Characters from which a stretch takes a side."""
TOLD = 0.5
"""Share of weighty stretches that must themselves point to the person, else the sides are compared."""


class Side(Enum):
    ASKS = "asks"
    EXPLAINS = "explains"


SIDES = 3
"""Questions and answers under one label from which it is two people; a guest may both ask and be asked once."""
SPEECH = 80
"""Characters after a call that are no longer a chair's remark about the microphone."""


@dataclass(frozen=True)
class Voice:
    person: str | None = None
    since: tuple[str, ...] = ()
    """Utterances whose words bind the label."""
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
    answered = _answered(cases, heard)
    return {label: _voice(held, heard, answered, label in mixed) for label, held in of.items()}


def _voice(cases: Sequence[Case], heard: Sequence[Heard], answered: frozenset[int], mixed: bool) -> Voice:
    pointing = [[e for e in c.evidence if _points(e)] for c in cases]
    supported = _supported(pointing)
    if mixed or any(_two_in_one(c, heard) for c in cases) or _asks_and_answers(cases, heard, answered):
        return Voice(mixed=True, supported=supported)
    told = [e for of in pointing for e in of]
    if not told:
        return Voice()
    named = frozenset(i for c in cases for h in heard[c.segment.first : c.segment.last + 1] for i in h.names)
    fitting = set.intersection(*(set(e.ids) for e in told)) - named
    if not fitting or any(c.stranger for c in cases):
        return Voice(mixed=True, supported=supported)
    sums = sorted(((_sum(pointing, p), p) for p in fitting), reverse=True)
    best, person = sums[0]
    if best < BIND_LABEL - 1e-9 or (len(sums) > 1 and best - sums[1][0] < MARGIN):
        return Voice()
    if _two_sides(cases, pointing, person, heard):
        return Voice(mixed=True, supported=supported)
    since = dict.fromkeys(i for e in sorted(told, key=lambda e: -e.weight) for i in e.at)
    return Voice(person, tuple(since)[:3])


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


def _two_sides(
    cases: Sequence[Case], pointing: Sequence[Sequence[Evidence]], person: str, heard: Sequence[Heard]
) -> bool:
    """Few stretches are told to be the person's, and a silent one takes the other side: it asks where he answers."""
    told = [any(person in e.ids for e in of) for of in pointing]
    sides = [_side(c, heard) for c in cases]
    weighty = [_length(c, heard) >= WEIGHTY for c in cases]
    cued = sum(t and w for t, w in zip(told, weighty, strict=True))
    only_chairs = all(e.cue in (Cue.CHAIRS, Cue.PRESIDES) for of in pointing for e in of)
    if not only_chairs and cued >= TOLD * sum(weighty):
        return False
    own = {s for s, t in zip(sides, told, strict=True) if t and s}
    other = {s for s, t in zip(sides, told, strict=True) if not t and s}
    return Side.ASKS in other if only_chairs else bool(other - own) and bool(own or len(other) > 1)


def _side(case: Case, heard: Sequence[Heard]) -> Side | None:
    inside = heard[case.segment.first : case.segment.last + 1]
    if _length(case, heard) < WEIGHTY:
        return None
    if any(answers(h.text.key) or _EXPLAINS.search(h.text.key) for h in inside):
        return Side.EXPLAINS
    return Side.ASKS if any(inquires(h.text.key) for h in inside) or asks(inside[-1].text.key) else None


def _length(case: Case, heard: Sequence[Heard]) -> int:
    return sum(len(h.text.key) for h in heard[case.segment.first : case.segment.last + 1])


def _supported(pointing: Sequence[Sequence[Evidence]]) -> frozenset[str]:
    times: Counter[str] = Counter()
    for stretch in pointing:
        for person in {e.ids[0] for e in stretch if len(e.ids) == 1 and e.cue is not Cue.CHAIRS}:
            sure = any(e.cue is Cue.INTRODUCTION and e.weight >= BIND for e in stretch if e.ids == (person,))
            times[person] += 2 if sure else 1
    return frozenset(p for p, n in times.items() if n >= 2)


def _two_in_one(case: Case, heard: Sequence[Heard]) -> bool:
    """Within one stretch a question is answered, or the floor is given to somebody and the same label goes on."""
    s = case.segment
    spoken, called = 0, False
    for h in heard[s.first : s.last + 1]:
        if h.index > s.first and h.starts and answers(h.text.key) and asks(heard[h.index - 1].text.key):
            return True
        if h.floor and (s.chair or not requests(h.text.key)):
            called, spoken = True, 0
        elif h.chairing or h.presiding:
            called = False
        elif called:
            spoken += len(h.text.key)
            if spoken >= SPEECH:
                return True
    return False


def _answered(cases: Sequence[Case], heard: Sequence[Heard]) -> frozenset[int]:
    """Stretches (by their first utterance) that somebody else answers in so many words."""
    found: set[int] = set()
    asked: Case | None = None
    for case in cases:
        s = case.segment
        if s.chair:
            continue
        if asked and asked.segment.label != s.label and answers(heard[s.first].text.key):
            found.add(asked.segment.first)
        asked = case
    return frozenset(found)


def _asks_and_answers(cases: Sequence[Case], heard: Sequence[Heard], answered: frozenset[int]) -> bool:
    """Under one label both questions that others answer and answers: two sides of the table, so two people."""
    asked = sum(c.segment.first in answered for c in cases)
    replied = sum(answers(heard[c.segment.first].text.key) for c in cases)
    chairs = any(c.segment.chair for c in cases)
    return bool(replied and (chairs or (asked and asked + replied >= SIDES)))


def owners(found: Mapping[str | None, Voice]) -> dict[str, frozenset[str | None]]:
    held: dict[str, set[str | None]] = defaultdict(set)
    for label, voice in found.items():
        if voice.person:
            held[voice.person].add(label)
    return {person: frozenset(labels) for person, labels in held.items()}
