"""The structure of a meeting: which item, which turn, what kind, which answer to which question."""

from collections import Counter
from collections.abc import Mapping, Sequence

from minutes.agenda_location import item_at, locate
from minutes.folding import fold
from minutes.meeting import AgendaKind, Attendee, Meeting
from minutes.speakers.chair import CHAIRING, chairs_among, shared_among
from minutes.speakers.cues import call
from minutes.speakers.hearing import listen
from minutes.speakers.roster import Roster
from minutes.structure.closed import closed_flags, doubtful
from minutes.structure.corrections import Stated, corrections
from minutes.structure.exchanges import link
from minutes.structure.grouping import grouped
from minutes.structure.kinds import kinds_of
from minutes.structure.points import align
from minutes.structure.said import Said, is_official
from minutes.structure.sequels import deferrals, follow_ups
from minutes.structure.similarity import Similarity
from minutes.structure.spoken import spoken
from minutes.structure.wording import is_slight
from minutes.transcript.model import Transcript
from minutes.turn import AgendaSpan, Attribution, Structure, Turn


def analyse(transcript: Transcript, attributions: Sequence[Attribution], meeting: Meeting) -> Structure:
    """Agenda spans, turns and exchanges; every utterance is in exactly one turn, in order.

    ``attributions`` are one per utterance in the same order. The rule for closed stretches, and for closed items
    whose start nobody marked, is that of ``minutes.structure.closed.closed_flags``. The span of an unlocated item
    is the stretch it must lie in and may overlap its neighbours; a turn's ``agenda_no`` is that of located items.
    """
    utterances = transcript.utterances
    texts = [u.text for u in utterances]
    chair = chair_flags(transcript, attributions, meeting)
    starts = locate(texts, chair, meeting)
    of = item_at(starts, len(texts))
    closed = closed_flags(texts, chair, starts, meeting)
    greets = [_gives_address(a, meeting, i) for a, i in zip(attributions, of, strict=True)]
    groups = grouped(utterances, attributions, chair, of, closed=closed, greets=greets)
    attendees = {a.id: a for a in meeting.roster}
    officials = _labels_of_officials(transcript, attributions, attendees)
    said = [
        Said(
            text=_joined([texts[k] for k in group]),
            attendee=attendees.get(attributions[group[0]].attendee_id or ""),
            label=utterances[group[0]].label,
            chair=any(chair[k] for k in group),
            item=meeting.agenda[of[group[0]]] if meeting.agenda else None,
            closed=closed[group[0]],
            among_officials=utterances[group[0]].label in officials,
        )
        for group in groups
    ]
    kinds = kinds_of(said)
    ids = [f"t{n:04d}" for n in range(1, len(groups) + 1)]
    turns = tuple(
        Turn(
            id=ids[n],
            utterance_ids=tuple(utterances[k].id for k in group),
            attendee_id=attributions[group[0]].attendee_id,
            label=utterances[group[0]].label,
            kind=kinds[n],
            agenda_no=said[n].agenda_no,
            closed=said[n].closed,
        )
        for n, group in enumerate(groups)
    )
    similarity = Similarity([t.text for t in said])
    exchanges = link(said, kinds, ids, similarity)
    words = {ids[n]: spoken([utterances[k] for k in group]) for n, group in enumerate(groups)}
    aligned = align(exchanges, words)
    return Structure(
        spans=_spans(transcript, starts, meeting),
        turns=turns,
        exchanges=exchanges,
        points=aligned.points,
        answers=aligned.answers,
        follow_ups=follow_ups(said, kinds, ids, exchanges, similarity),
        deferrals=deferrals(said, kinds, ids, exchanges),
        corrections=corrections(
            [
                Stated(sentence, t.attendee_id or f"?{t.label}", t.id, t.closed)
                for t in turns
                for sentence in words[t.id]
            ]
        ),
    )


def chair_flags(transcript: Transcript, attributions: Sequence[Attribution], meeting: Meeting) -> tuple[bool, ...]:
    """Per utterance, whether the chair speaks: by label, by person, or (where nobody is known to) by the words."""
    roster = Roster.of(meeting)
    heard = listen(transcript, roster)
    shared = shared_among(heard)
    labels = chairs_among(heard, roster, shared)
    people = Counter(
        a.attendee_id for u, a in zip(transcript.utterances, attributions, strict=True) if u.label in labels
    )
    if not labels:
        people = Counter(
            a.attendee_id
            for u, a in zip(transcript.utterances, attributions, strict=True)
            if a.attendee_id and CHAIRING.search(fold(u.text).key)
        )
        people = Counter(dict(people.most_common(1)))
    chairs = {p for p in people if p}
    flags: list[bool] = []
    for u, a in zip(transcript.utterances, attributions, strict=True):
        if a.attendee_id is not None:
            flags.append(a.attendee_id in chairs)
        elif u.label in labels:
            flags.append(True)
        else:
            text = fold(u.text)
            unknown = u.label in shared or not labels
            flags.append(unknown and bool(CHAIRING.search(text.key) or call(text, roster, by_chair=True)))
    return tuple(flags)


def _labels_of_officials(
    transcript: Transcript, attributions: Sequence[Attribution], attendees: Mapping[str, Attendee]
) -> frozenset[str]:
    """Rooms and voices under which only officials were recognised."""
    sides: dict[str, set[bool]] = {}
    for u, a in zip(transcript.utterances, attributions, strict=True):
        person = attendees.get(a.attendee_id or "")
        if u.label and person:
            sides.setdefault(u.label, set()).add(is_official(person))
    return frozenset(label for label, found in sides.items() if found == {True})


def _gives_address(attribution: Attribution, meeting: Meeting, index: int) -> bool:
    if not meeting.agenda or meeting.agenda[index].kind is not AgendaKind.GREETING:
        return False
    return attribution.attendee_id in meeting.agenda[index].presenter_ids


def _joined(texts: Sequence[str]) -> str:
    """The words that give a turn its kind: slight utterances only count where there is nothing else."""
    weighty = [t for t in texts if not is_slight(t)]
    return "".join(t if t.rstrip().endswith(("。", "？", "?", "、")) else t + "。" for t in weighty or texts)


def _spans(transcript: Transcript, starts: Sequence[int | None], meeting: Meeting) -> tuple[AgendaSpan, ...]:
    utterances = transcript.utterances
    if not utterances:
        return ()
    spans: list[AgendaSpan] = []
    for index, item in enumerate(meeting.agenda):
        at = starts[index]
        first, last = doubtful(starts, index, len(utterances))
        if at is not None:
            first = 0 if all(s is None for s in starts[:index]) and index == 0 else at
        last = max(first, last)  # Two items opened in one utterance: the earlier one has only that.
        spans.append(
            AgendaSpan(agenda_no=item.no, first=utterances[first].id, last=utterances[last].id, located=at is not None)
        )
    return tuple(spans)
