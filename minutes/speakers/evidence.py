"""Evidence per stretch: what the label says, what is said in it, and what others say before and after it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from minutes.agenda_location import item_at
from minutes.meeting import Meeting
from minutes.speakers.acts import inquires, proceeds, requests
from minutes.speakers.chair import chair_family, chair_of_roster
from minutes.speakers.cues import Hint
from minutes.speakers.hearing import Heard
from minutes.speakers.labels import match_label
from minutes.speakers.roster import Roster
from minutes.speakers.segments import Segment
from minutes.speakers.weights import BIND, WEIGHTS, Cue

_EXPLAINS = re.compile(
    r"ご?(?:説明|報告|紹介)(?:を|させて|いた|申し|し|に)|資料\d|(?:説明|報告|紹介)は以上|以上でございます|私からは以上"
)
REACH = 3
"""Stretches between a call and the one called; a 「はい」 or a word about the microphone may lie between."""


@dataclass(frozen=True)
class Evidence:
    cue: Cue
    ids: tuple[str, ...]
    weight: float
    quote: str
    at: tuple[str, ...]
    """Utterance ids that hold the words."""


@dataclass
class Case:
    segment: Segment
    evidence: list[Evidence] = field(default_factory=list)
    stranger: str | None = None

    @property
    def labelled(self) -> bool:
        return any(e.cue is Cue.LABEL and e.weight >= BIND for e in self.evidence)


Owners = Mapping[str, frozenset[str | None]]
"""Person → labels that are his voice throughout."""


def gather(found: Sequence[Segment], heard: Sequence[Heard], roster: Roster, owners: Owners) -> list[Case]:
    cases = [Case(s) for s in found]
    _labels(cases, heard, roster)
    _spoken(cases, heard, owners)
    return cases


def _labels(cases: Sequence[Case], heard: Sequence[Heard], roster: Roster) -> None:
    known: dict[str | None, tuple[Evidence, ...]] = {}
    chair = chair_of_roster(roster)
    family = tuple(sorted(chair_family(roster)))
    for case in cases:
        s = case.segment
        if s.chair and chair is not None and acts_as_chair(s, heard):
            case.evidence.append(Evidence(Cue.CHAIRS, (chair,), WEIGHTS[Cue.CHAIRS], s.label or "", ()))
        elif family and (act := next((h for h in heard[s.first : s.last + 1] if h.presiding), None)):
            # Weaker than the whole label's: it tells that the chair or a deputy speaks here.
            case.evidence.append(Evidence(Cue.PRESIDES, family, WEIGHTS[Cue.PRESIDES], act.text.raw[:40], (act.id,)))
        if s.label not in known:
            known[s.label] = tuple(
                Evidence(Cue.LABEL, (m.attendee_id,), m.weight, s.label or "", ()) for m in match_label(s.label, roster)
            )
        case.evidence.extend(known[s.label])
        # A display name outweighs words that merely sound like an introduction.
        if not case.labelled or "と申し" in (s.stranger or ""):
            case.stranger = s.stranger


def _spoken(cases: Sequence[Case], heard: Sequence[Heard], owners: Owners) -> None:
    substantial = [not all(h.slight for h in heard[c.segment.first : c.segment.last + 1]) for c in cases]
    some_chair = any(c.segment.chair for c in cases)
    for number, case in enumerate(cases):
        s = case.segment
        if s.intro:
            case.evidence.append(_evidence(s.intro, heard[s.intro_at]))
        opening, closing = heard[s.first], heard[s.last]
        own = next((h for h in heard[s.first : s.last + 1] if h.own_org), None)
        if own and own.own_org:
            case.evidence.append(_evidence(own.own_org, own))
        chairing = s.chair or s.shared or not some_chair
        for hint, h in _forward(heard, s, chairing):
            target = _next(cases, number, substantial, hint, owners)
            if target is not None and _may_answer(cases[target], hint, heard):
                cases[target].evidence.append(_evidence(hint, h))
        if not (opening.thanks or opening.reply) or (back := _previous(cases, number, substantial, heard)) is None:
            continue
        thanked = opening.thanks
        if thanked and (s.chair or (s.shared and closing.call is not None)):
            cases[back].evidence.append(_evidence(thanked, opening))
        elif named := thanked or opening.reply:
            weak = replace(named, cue=Cue.REPLY, weight=min(named.weight, WEIGHTS[Cue.REPLY]))
            cases[back].evidence.append(_evidence(weak, opening))


def _forward(heard: Sequence[Heard], s: Segment, chairing: bool) -> list[tuple[Hint, Heard]]:
    """The last call of a segment, else the last hand-over; a chair may add a line or two after it."""
    for index in range(s.last, max(s.first, s.last - 2) - 1, -1):
        h = heard[index]
        called = h.call if chairing and not (s.shared and requests(h.text.key)) else h.request
        found = called or h.handover or (h.addressee if index == s.last else None)
        if found:
            return [(found, h)]
    return []


def _next(cases: Sequence[Case], number: int, substantial: Sequence[bool], hint: Hint, owners: Owners) -> int | None:
    here = cases[number].segment
    own = owners.get(hint.ids[0], frozenset()) if len(hint.ids) == 1 else frozenset()
    following = range(number + 1, min(number + 1 + REACH, len(cases)))
    if own and here.label not in own:
        # Somebody else may throw in a word; the one called is known by his own label.
        for index in following:
            if cases[index].segment.label in own:
                return index
            if cases[index].segment.chair and substantial[index]:
                break
    for index in following:
        s = cases[index].segment
        if s.chair or (s.label == here.label and not s.shared):
            if s.chair and not here.chair:
                continue
            if s.chair:
                return None
            continue
        if substantial[index] or not _followed(cases, index, substantial):
            return index
    return None


def _followed(cases: Sequence[Case], index: int, substantial: Sequence[bool]) -> bool:
    """Whether a brief 「はい」 stands before somebody else's real answer."""
    after = index + 1
    return after < len(cases) and not cases[after].segment.chair and substantial[after]


def _previous(cases: Sequence[Case], number: int, substantial: Sequence[bool], heard: Sequence[Heard]) -> int | None:
    here = cases[number].segment
    for index in range(number - 1, max(number - 5, -1), -1):
        s = cases[index].segment
        if s.chair or not substantial[index] or (s.label == here.label and not s.shared):
            continue
        return None if s.shared and _chaired(s, heard) else index
    return None


def _chaired(s: Segment, heard: Sequence[Heard]) -> bool:
    """Whether somebody chairs in this stretch; under a shared label that is the only sign of it."""
    return any(h.chairing or h.presiding or h.floor for h in heard[s.first : s.last + 1])


def acts_as_chair(s: Segment, heard: Sequence[Heard]) -> bool:
    """A stretch of the chair's label with an act of chairing; another may be a merged voice and needs more evidence."""
    inside = heard[s.first : s.last + 1]
    return any(h.presiding or proceeds(h.text.key) or (h.floor and not inquires(h.text.key)) for h in inside)


def _may_answer(case: Case, hint: Hint, heard: Sequence[Heard]) -> bool:
    """Not where the speaker's own words or display name say that somebody else answered the call."""
    s = case.segment
    for e in case.evidence:
        if e.cue in (Cue.LABEL, Cue.INTRODUCTION) and e.weight >= BIND and not set(e.ids) & set(hint.ids):
            return False
    if case.stranger is not None or set(hint.ids) <= set(heard[s.first].spoken_to):
        return False
    if s.intro and s.intro.weight >= BIND:
        return bool(set(s.intro.ids) & set(hint.ids))
    # Under a shared label the chair may go on speaking after the call.
    inside = heard[s.first : s.last + 1]
    return not (s.shared and (_chaired(s, heard) or all(h.slight for h in inside)))


def _evidence(hint: Hint, h: Heard) -> Evidence:
    return Evidence(hint.cue, hint.ids, hint.weight, hint.quote, (h.id,))


def add_presenters(
    cases: Sequence[Case], heard: Sequence[Heard], meeting: Meeting, starts: Sequence[int | None]
) -> None:
    """The item's only presenter: for the first explaining segment, and as support under a shared label."""
    if not meeting.agenda or all(s is None for s in starts):
        return
    of = item_at(starts, len(heard))
    explained: set[int] = set()
    for case in cases:
        s = case.segment
        item = meeting.agenda[of[s.first]]
        ids = dict.fromkeys((*item.presenter_ids, *(p for sub in item.subitems for p in sub.presenter_ids)))
        if s.chair or len(ids) != 1:
            continue
        words = "".join(h.text.key for h in heard[s.first : s.last + 1])
        first = of[s.first] not in explained and len(words) >= 60 and bool(_EXPLAINS.search(words))
        if first:
            explained.add(of[s.first])
        if first or s.shared:
            opener = starts[of[s.first]]
            at = (heard[opener].id,) if opener is not None else ()
            case.evidence.append(Evidence(Cue.PRESENTER, tuple(ids), WEIGHTS[Cue.PRESENTER], item.title, at))
