"""Which utterances go to the model, in what portions, and which are left out with a reason."""

import re
from collections import Counter
from collections.abc import Sequence

from minutes.corrected import put_right
from minutes.document import DraftTurn
from minutes.folding import fold
from minutes.hearing.invented import invented_ids
from minutes.meeting import Attendee, Meeting, Side
from minutes.profile import Profile
from minutes.speakers.segments import is_backchannel
from minutes.structure.proposals import proposals
from minutes.structure.wording import is_inaudible, is_small_talk
from minutes.transcript.model import Transcript, Utterance
from minutes.turn import Structure, Turn, TurnKind
from minutes.unit import LeftOut, Unit
from minutes.value import Value

_DROPPED = {
    TurnKind.CHAIRING: LeftOut.CHAIRING,
    TurnKind.BACKCHANNEL: LeftOut.BACKCHANNEL,
    TurnKind.SMALL_TALK: LeftOut.SMALL_TALK,
}
_BODY = re.compile(r"[市区町村]$")


class UnitPlan(Value):
    """Every utterance is in exactly one unit or in ``left_out``, never in both."""

    units: tuple[Unit, ...]
    left_out: tuple[tuple[str, LeftOut], ...]


def build_units(transcript: Transcript, structure: Structure, meeting: Meeting, profile: Profile) -> UnitPlan:
    """One unit per turn that the minutes keep, in order; closed turns too, marked ``closed``.

    Left out: 進行, 相づち, 雑談; presenters' explanations where the profile prints only title and presenter; the chair's
    opinions where the profile does not keep them; inaudible and made-up utterances; inside a kept turn also utterances
    that are nothing but a back-channel or talk about the microphone; utterances that a correction replaced. A turn that
    answers with a single はい is kept. A decision that only points back (そのように決定) has the chair's proposal in its
    unit.
    """
    reading = put_right(transcript, structure)
    attendees = {a.id: a for a in meeting.roster}
    chairs = chair_ids(structure.turns)
    texts = {turn: "".join(u.text for u in said) for turn, said in reading.turns.items()}
    questions = _questions(structure)
    made_up = invented_ids(transcript.utterances)
    dropped = {turn.id: _dropped(turn, meeting, profile, chairs) for turn in structure.turns}
    proposed = proposals(structure.turns, reading.turns, {turn for turn, why in dropped.items() if why})
    taken = {u.id for u in proposed.values()}
    units: list[Unit] = []
    left: list[tuple[str, LeftOut]] = [(i, LeftOut.DUPLICATE) for i in reading.emptied]
    for turn in structure.turns:
        reason = dropped[turn.id]
        kept: list[Utterance] = []
        for u in reading.turns[turn.id]:
            if u.id in taken:
                continue
            why = LeftOut.MISHEARD if u.id in made_up else reason
            if why is None or is_inaudible(u.text):
                why = _inside(u)
            if why is None:
                kept.append(u)
            else:
                left.append((u.id, why))
        if not kept and turn.kind is TurnKind.ANSWER:
            kept = [u for u in reading.turns[turn.id] if u.id not in made_up and not is_inaudible(u.text)]
            left = [(i, why) for i, why in left if all(i != u.id for u in kept)]
        if turn.id in proposed:
            kept = [proposed[turn.id], *kept]
        if kept:
            asked = [texts[q] for q in questions.get(turn.id, ())]
            own = _own_words(attendees.get(turn.attendee_id or ""), meeting, profile)
            units.append(_unit(turn, kept, asked, own, profile))
    return UnitPlan(units=tuple(units), left_out=tuple(left))


def spoken_by(unit: Unit, attendee_id: str | None, meeting: Meeting, profile: Profile) -> Unit:
    """The same unit said by somebody else: a person has found out who spoke."""
    speaker = next((a for a in meeting.roster if a.id == attendee_id), None)
    own = _own_words(speaker, meeting, profile)
    return unit.model_copy(update={"attendee_id": attendee_id, "own_words": own})


def _dropped(turn: Turn, meeting: Meeting, profile: Profile, chairs: frozenset[str]) -> LeftOut | None:
    if turn.kind is TurnKind.REPORT and not profile.summarise_reports:
        # What no title stands for must not vanish: only presenters whom the form prints are left out.
        return LeftOut.REPORT_AS_TITLE if turn.attendee_id in printed_presenters(turn.agenda_no, meeting) else None
    if turn.kind is TurnKind.OPINION and turn.attendee_id in chairs and not profile.keep_chair_opinions:
        return LeftOut.CHAIRING
    return _DROPPED.get(turn.kind)


def printed_presenters(agenda_no: int | None, meeting: Meeting) -> frozenset[str]:
    """Who stands with a title in the form: the presenters of sub-items, or the item's only presenter."""
    item = next((i for i in meeting.agenda if i.no == agenda_no), None)
    if item is None:
        return frozenset()
    of_subitems = {p for s in item.subitems for p in s.presenter_ids}
    alone = item.presenter_ids if len(item.presenter_ids) == 1 else ()
    return frozenset({*of_subitems, *alone})


def _inside(u: Utterance) -> LeftOut | None:
    if is_inaudible(u.text):
        return LeftOut.INAUDIBLE
    if is_backchannel(fold(u.text).key):
        return LeftOut.BACKCHANNEL
    if is_small_talk(u.text):
        return LeftOut.SMALL_TALK
    return None


def chair_ids(turns: Sequence[Turn] | Sequence[DraftTurn]) -> frozenset[str]:
    """Whoever decides or does most of the chairing; others ask for the floor at most."""
    kinds = Counter((t.attendee_id, t.kind) for t in turns if t.attendee_id)
    most = max((n for (_, kind), n in kinds.items() if kind is TurnKind.CHAIRING), default=0)
    return frozenset(
        person
        for (person, kind), n in kinds.items()
        if person and (kind is TurnKind.DECISION or (kind is TurnKind.CHAIRING and n == most))
    )


def _questions(structure: Structure) -> dict[str, list[str]]:
    """Turn id of an answer -> its questions, nearest first. Never across the border of a closed stretch."""
    order = {t.id: n for n, t in enumerate(structure.turns)}
    closed = {t.id: t.closed for t in structure.turns}
    found: dict[str, list[str]] = {}
    for exchange in structure.exchanges:
        for answer in exchange.answer_turn_ids:
            asked = [q for q in exchange.question_turn_ids if closed[q] == closed[answer]]
            found.setdefault(answer, []).extend(q for q in asked if q not in found.get(answer, []))
    return {a: sorted(qs, key=lambda q: order[q], reverse=True) for a, qs in found.items()}


def _unit(
    turn: Turn,
    kept: Sequence[Utterance],
    context: Sequence[str],
    own_words: tuple[tuple[str, str], ...],
    profile: Profile,
) -> Unit:
    source = sum(len(u.text) for u in kept)
    return Unit(
        id=turn.id,
        kind=turn.kind,
        attendee_id=turn.attendee_id,
        agenda_no=turn.agenda_no,
        closed=turn.closed,
        utterances=tuple(kept),
        context=tuple(context),
        budget=profile.budget(turn.kind.value).target(source),
        bullets=turn.kind is TurnKind.GREETING,
        own_words=own_words,
    )


def _own_words(speaker: Attendee | None, meeting: Meeting, profile: Profile) -> tuple[tuple[str, str], ...]:
    """How the speaker's own body and the own side are written: 「うちの市」 → 「当市」, 「私ども」 and 「御庁」 → 「都」.

    A profile lent to another body must not rename it, so the own side's word is used only where the meeting's title
    has it: never 「都」 for a prefecture.
    """
    if speaker is None:
        return ()
    host = profile.own_side_word if profile.own_side_word in meeting.title else ""
    if speaker.side is Side.OWN:
        return (("私ども", host), ("私共", host)) if host else ()
    addressed = tuple((word, host) for word in ("御庁", "貴庁", f"{host}さん")) if host else ()
    body = _BODY.search(speaker.org)
    if speaker.side is Side.GUEST and body:
        kind = body.group()
        own = tuple((f"{word}{kind}", f"当{kind}") for word in ("うちの", "私どもの", "弊", "本"))
        return (*own, ("私ども", f"当{kind}"), *addressed)
    return addressed
