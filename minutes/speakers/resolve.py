"""Evidence gathered per segment, summed per person, bound or left open."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from minutes.agenda_location import item_at, locate
from minutes.meeting import Meeting
from minutes.speakers.chair import chair_of_roster
from minutes.speakers.cues import BIND, MARGIN, SHARED_CONTINUITY, WEIGHTS, Cue, Hint, own_org, reply, thanks
from minutes.speakers.labels import match_label
from minutes.speakers.roster import Roster
from minutes.speakers.segments import Heard, Segment, hear, segments
from minutes.transcript.model import Transcript
from minutes.turn import Attribution

_EXPLAINS = re.compile(
    r"ご?(?:説明|報告|紹介)(?:を|させて|いた|申し|し|に)|資料\d|(?:説明|報告|紹介)は以上|以上でございます|私からは以上"
)


@dataclass(frozen=True)
class Evidence:
    cue: Cue
    ids: tuple[str, ...]
    weight: float
    quote: str
    at: tuple[str, ...]
    """Utterance ids that hold the words."""


@dataclass
class _Voice:
    """What a label is bound to at this point of the reading."""

    person: str | None = None
    since: tuple[str, ...] = ()
    age: int = 0
    """Segments of this label since the last evidence of its own."""
    doubted: bool = False


@dataclass
class _Case:
    segment: Segment
    evidence: list[Evidence] = field(default_factory=list)
    stranger: str | None = None


def attribute(transcript: Transcript, meeting: Meeting) -> tuple[Attribution, ...]:
    """Who spoke each utterance, in order; ``attendee_id`` None with a reason wherever the evidence does not suffice.

    Evidence (label, self-introduction, call, hand-over, thanks …) is summed per segment and person. A person is
    bound at 0.8 with a lead of 0.3. Under a label of one voice the binding holds on until a new introduction or
    call speaks against it; under a room's label only within the segment, unless another cue supports it.
    """
    roster, heard = hear(transcript, meeting)
    cases = [_Case(s) for s in segments(heard)]
    _labels(cases, roster)
    _spoken(cases, heard, roster)
    _presenters(cases, heard, meeting)
    voices: dict[str, _Voice] = defaultdict(_Voice)
    found: list[Attribution] = []
    for case in cases:
        found.extend(_settle(case, heard, voices, roster))
    return tuple(found)


def _labels(cases: Sequence[_Case], roster: Roster) -> None:
    known: dict[str | None, tuple[Evidence, ...]] = {}
    chair = chair_of_roster(roster)
    for case in cases:
        label = case.segment.label
        if case.segment.chair and chair is not None:
            case.evidence.append(Evidence(Cue.CHAIRS, (chair,), WEIGHTS[Cue.CHAIRS], label or "", ()))
        if label not in known:
            known[label] = tuple(
                Evidence(Cue.LABEL, (m.attendee_id,), m.weight, label or "", ()) for m in match_label(label, roster)
            )
        case.evidence.extend(known[label])
        # A display name outweighs words that merely sound like an introduction.
        certain = any(e.weight >= BIND for e in known[label])
        if not certain or "と申し" in (case.segment.stranger or ""):
            case.stranger = case.segment.stranger


def _spoken(cases: Sequence[_Case], heard: Sequence[Heard], roster: Roster) -> None:
    substantial = [not all(h.slight for h in heard[c.segment.first : c.segment.last + 1]) for c in cases]
    for number, case in enumerate(cases):
        s = case.segment
        if s.intro:
            case.evidence.append(_evidence(s.intro, heard[s.intro_at]))
        opening, closing = heard[s.first], heard[s.last]
        if hint := own_org(opening.text, roster):
            case.evidence.append(_evidence(hint, opening))
        target = _next(cases, number, substantial)
        for hint, h in _forward(heard, s):
            if target is not None and _may_answer(cases[target], hint):
                cases[target].evidence.append(_evidence(hint, h))
        back = _previous(cases, number, substantial)
        if back is None:
            continue
        chairing = s.chair or (s.shared and closing.call is not None)
        thanked = thanks(opening.text, roster)
        if thanked and chairing:
            cases[back].evidence.append(_evidence(thanked, opening))
        elif thanked or (replied := reply(opening.text, roster)):
            hint = thanked or replied
            asker = _previous(cases, number, substantial, skip_chair=True)
            if hint and asker is not None:
                weak = Hint(Cue.REPLY, hint.ids, min(hint.weight, WEIGHTS[Cue.REPLY]), hint.quote)
                cases[asker].evidence.append(_evidence(weak, opening))


def _forward(heard: Sequence[Heard], s: Segment) -> list[tuple[Hint, Heard]]:
    """The last call of a segment, else the last hand-over; a chair may add a line or two after it."""
    for index in range(s.last, max(s.first, s.last - 2) - 1, -1):
        h = heard[index]
        if h.call:
            return [(h.call, h)]
        if h.handover:
            return [(h.handover, h)]
    return []


def _next(cases: Sequence[_Case], number: int, substantial: Sequence[bool]) -> int | None:
    here = cases[number].segment
    for index in range(number + 1, min(number + 4, len(cases))):
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


def _followed(cases: Sequence[_Case], index: int, substantial: Sequence[bool]) -> bool:
    """Whether a brief 「はい」 stands before somebody else's real answer."""
    after = index + 1
    return after < len(cases) and not cases[after].segment.chair and substantial[after]


def _previous(cases: Sequence[_Case], number: int, substantial: Sequence[bool], skip_chair: bool = True) -> int | None:
    here = cases[number].segment
    for index in range(number - 1, max(number - 5, -1), -1):
        s = cases[index].segment
        if (s.chair and skip_chair) or not substantial[index] or (s.label == here.label and not s.shared):
            continue
        return index
    return None


def _may_answer(case: _Case, hint: Hint) -> bool:
    """Not where the speaker's own introduction or display name says that somebody else answered the call."""
    for e in case.evidence:
        if e.cue in (Cue.LABEL, Cue.INTRODUCTION) and e.weight >= BIND and not set(e.ids) & set(hint.ids):
            return False
    return case.stranger is None and not (
        case.segment.intro and case.segment.intro.weight >= BIND and not set(case.segment.intro.ids) & set(hint.ids)
    )


def _evidence(hint: Hint, h: Heard) -> Evidence:
    return Evidence(hint.cue, hint.ids, hint.weight, hint.quote, (h.id,))


def _presenters(cases: Sequence[_Case], heard: Sequence[Heard], meeting: Meeting) -> None:
    """The item's only presenter: for the first explaining segment, and as support under a shared label."""
    starts = locate([h.text.raw for h in heard], [h.chair for h in heard], meeting)
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


def _settle(case: _Case, heard: Sequence[Heard], voices: dict[str, _Voice], roster: Roster) -> list[Attribution]:
    s = case.segment
    own = [e for e in case.evidence if e.cue is not Cue.PRESENTER]
    voice = voices[s.label] if s.label else _Voice()
    evidence = list(case.evidence)
    labelled = any(e.cue is Cue.LABEL and e.weight >= BIND for e in evidence)
    contradicted = case.stranger is not None or any(
        e.cue in (Cue.CALL, Cue.ORG_CALL, Cue.HANDOVER, Cue.INTRODUCTION)
        and voice.person not in e.ids
        and (s.shared or e.cue is Cue.INTRODUCTION)
        for e in own
    )
    if case.stranger is not None or (voice.doubted and not s.intro):
        evidence = [e for e in evidence if e.cue is not Cue.PRESENTER]
    if voice.person and not contradicted and not labelled and not voice.doubted:
        weight = WEIGHTS[Cue.CONTINUITY]
        if s.shared:
            weight = max(0.0, SHARED_CONTINUITY - 0.05 * voice.age)
        evidence.append(Evidence(Cue.CONTINUITY, (voice.person,), weight, s.label or "", voice.since))
    elif s.shared:
        # The item's presenter supports another cue; alone or against a fresh call it says nothing about a room.
        evidence = [
            e
            for e in evidence
            if e.cue is not Cue.PRESENTER or set(e.ids) & {i for x in own for i in x.ids} or not s.label
        ]
    if voice.doubted and not s.intro and labelled:
        evidence = [e for e in evidence if e.cue is not Cue.LABEL]
    person, confidence, reason, at = _decide(evidence, case, roster)
    if s.label:
        fresh = [e for e in own if e.cue is not Cue.LABEL]
        _remember(voice, person, fresh, s, heard)
        if labelled and s.intro and person is None:
            voice.doubted = True
        elif s.intro and person:
            voice.doubted = False
        if labelled and case.stranger:
            voice.doubted = True
    return [
        Attribution(utterance_id=h.id, attendee_id=person, confidence=confidence, reason=reason, evidence=at or (h.id,))
        for h in heard[s.first : s.last + 1]
    ]


def _remember(voice: _Voice, person: str | None, fresh: list[Evidence], s: Segment, heard: Sequence[Heard]) -> None:
    if person is None:
        if s.intro or s.stranger or s.shared:
            voice.person = None
        return
    if person != voice.person or any(person in e.ids and e.at for e in fresh):
        voice.person, voice.since = person, (heard[s.intro_at].id,)
        voice.age = 0
    else:
        voice.age += 1


def _decide(
    evidence: Sequence[Evidence], case: _Case, roster: Roster
) -> tuple[str | None, float, str, tuple[str, ...]]:
    if case.stranger is not None:
        return None, 0.0, f"名簿にない方の名乗りとみられます「{case.stranger}」", ()
    best_of: dict[str, dict[Cue, Evidence]] = defaultdict(dict)
    for e in evidence:
        for i in e.ids:
            held = best_of[i].get(e.cue)
            if held is None or held.weight < e.weight:
                best_of[i][e.cue] = e
    if not best_of:
        return None, 0.0, _nothing(case), ()
    sums = sorted(((sum(e.weight for e in cues.values()), i) for i, cues in best_of.items()), key=lambda x: -x[0])
    top, person = sums[0]
    second = sums[1][0] if len(sums) > 1 else 0.0
    cues = sorted(best_of[person].values(), key=lambda e: -e.weight)
    at = tuple(dict.fromkeys(i for e in cues for i in e.at))
    if top >= BIND and top - second >= MARGIN - 1e-9:
        confidence = round(min(1.0, top) * top / (top + second), 2)
        return person, confidence, "、".join(_said(e, roster, person) for e in cues), at
    tied = [i for total, i in sums if top - total < MARGIN - 1e-9]
    if top < BIND:
        words = "、".join(_said(e, roster, person) for e in cues)
        return None, 0.0, f"手掛かりが弱いため確定していません（{words}）", at
    return None, 0.0, _open(tied, best_of, roster), at


def _nothing(case: _Case) -> str:
    label = case.segment.label
    if label and not case.segment.shared:
        return f"表示名「{label}」に当たる方が名簿になく、発言者を示す手掛かりがありません"
    if label:
        return f"表示名「{label}」は複数の方が使うことがあり、発言者を示す手掛かりがありません"
    return "発言者を示す手掛かりがありません"


def _open(tied: Sequence[str], best_of: dict[str, dict[Cue, Evidence]], roster: Roster) -> str:
    surnames = {roster.keys(i).surnames[0] for i in tied if roster.keys(i).surnames}
    shown = roster.shown(tied)
    if len(surnames) == 1:
        return f"同姓の候補が{len(tied)}名います（{shown}）"
    orgs = {roster.attendees[i].org for i in tied}
    if all(set(best_of[i]) <= {Cue.ORG_CALL, Cue.LABEL, Cue.OWN_ORG} for i in tied) and len(orgs) == 1 and orgs != {""}:
        return f"{orgs.pop()}の候補が{len(tied)}名います（{shown}）"
    told = "、".join(
        f"{_said(max(best_of[i].values(), key=lambda e: e.weight), roster, i)}→{roster.attendees[i].name}"
        for i in tied[:3]
    )
    return f"手掛かりが食い違います（{told}）"


def _said(e: Evidence, roster: Roster, person: str) -> str:
    if e.cue is Cue.LABEL:
        return f"表示名「{e.quote}」が名簿の「{roster.attendees[person].name}」と一致"
    if e.cue is Cue.CHAIRS:
        return f"表示名「{e.quote}」の方が会議を進行（名簿の進行役は「{roster.attendees[person].name}」）"
    if e.cue is Cue.CONTINUITY:
        return f"表示名「{e.quote}」の直前の発言者の続き"
    return f"{e.cue.value}「{e.quote}」"
