"""Who chairs: found from roles and from who opens the meeting, moves it on and gives others the floor."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from minutes.folding import fold_key
from minutes.meeting import Attendee
from minutes.speakers.acts import CHAIRING
from minutes.speakers.hearing import Heard, listen
from minutes.speakers.labels import is_chair_role, is_shared, is_vice_role, match_label
from minutes.speakers.roster import Roster
from minutes.speakers.weights import BIND
from minutes.transcript.model import Transcript

__all__ = [
    "CHAIRING",
    "chair_family",
    "chair_labels",
    "chair_of_roster",
    "chairs_among",
    "shared_among",
    "shared_labels",
]

_OFFICE = re.compile(r"副?(?:座長|議長|委員長|会長|部会長|分科会長|司会|進行役)(?:代理|職務代理者)?$")
_BODY = re.compile(r"(?:会|組合|連盟|議所|法人|機構|団体|クラブ|社|校)$")
"""Organisations with a 会長 of their own; a university's professor is 会長 of this very body."""
ROLE_SCORE = 3
LEAST = 2


def shared_labels(transcript: Transcript, roster: Roster) -> frozenset[str | None]:
    return shared_among(listen(transcript, roster))


def chair_labels(transcript: Transcript, roster: Roster) -> frozenset[str]:
    heard = listen(transcript, roster)
    return chairs_among(heard, roster, shared_among(heard))


def shared_among(heard: Sequence[Heard]) -> frozenset[str | None]:
    """Labels that several people use: rooms and devices by name, any other by two different self-introductions."""
    introduced: dict[str | None, set[tuple[str, ...]]] = defaultdict(set)
    for h in heard:
        if h.intro and h.intro.weight >= BIND:
            introduced[h.label].add(h.intro.ids)
    named = {label for label, ids in introduced.items() if len(ids) > 1}
    return frozenset(h.label for h in heard if h.label in named or is_shared(h.label))


def chairs_among(heard: Sequence[Heard], roster: Roster, shared: frozenset[str | None]) -> frozenset[str]:
    """The raw labels under which the chair speaks; empty where nothing shows who chairs.

    A role label (座長, 議長 …) and every act of chairing count; the highest score leads, and further labels join
    it only with a role of their own and acts of chairing (a vice-chair who takes over).
    """
    acts: Counter[str] = Counter()
    elsewhere: Counter[str | None] = Counter()
    plain: Counter[str] = Counter()
    labels = dict.fromkeys(h.label for h in heard if h.label and h.label not in shared)
    for h in heard:
        if h.label in labels and h.label:
            acts[h.label] += h.chairing + h.floor
            plain[h.label] += h.floor + h.presiding
        else:
            elsewhere[h.label] += h.chairing + h.floor
    roles = {label: _role(label, roster) for label in labels if label}
    scores = {
        label: acts[label] + ROLE_SCORE * (roles[label] == 2) + roles[label] * bool(acts[label]) for label in roles
    }
    if not scores:
        return frozenset()
    best = max(scores, key=lambda k: scores[k])
    if scores[best] < LEAST:
        return frozenset()
    # Acts without any role must stand out: two people who both call others leave the chair open.
    rivals = [k for k in scores if k != best and not roles[k] and scores[k] == scores[best]]
    if not roles[best] and (rivals or not plain[best] or max(elsewhere.values(), default=0) >= acts[best]):
        return frozenset()
    # A vice-chair who takes over: one act suffices where the label itself names the office.
    return frozenset({best, *(k for k in roles if roles[k] and acts[k] >= (1 if is_chair_role(k) else LEAST))})


def chair_family(roster: Roster) -> frozenset[str]:
    """Everyone who is chair or vice-chair of this body."""
    return frozenset(a.id for a in roster.attendees.values() if _offices(a, roster))


def chair_of_roster(roster: Roster) -> str | None:
    """The one attendee whose office is the chair; None where a vice-chair might preside instead."""
    family = [(a.id, any(is_vice_role(w) for w in _offices(a, roster))) for a in roster.attendees.values()]
    chairs = [(i, vice) for i, vice in family if i in chair_family(roster)]
    return chairs[0][0] if len(chairs) == 1 and not chairs[0][1] else None


def _offices(a: Attendee, roster: Roster) -> list[str]:
    """Aliases that name the chair, and a post that is an office of this body: a 商工会会長 chairs another one."""
    post, org = fold_key(a.post), fold_key(a.org)
    body = _OFFICE.sub("", post)
    elsewhere = bool(org) and org not in roster.title and bool(_BODY.search(org)) and "座長" not in post
    here = body != post and body in roster.title and not elsewhere
    aliases = [x for x in a.aliases if is_chair_role(x)]
    return [*aliases, a.post] if here else aliases


def _role(label: str, roster: Roster) -> int:
    """2: chair by label or roster; 1: vice-chair; 0: neither."""
    named = [m.attendee_id for m in match_label(label, roster) if m.weight >= BIND]
    words = [label]
    if len(named) == 1:
        a = roster.attendees[named[0]]
        words += [a.post, *a.aliases]
    best = 0
    for word in words:
        if is_chair_role(fold_key(word)):
            best = max(best, 1 if is_vice_role(word) else 2)
    return best
