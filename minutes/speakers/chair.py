"""Who chairs: found from roles and from who opens the meeting, moves it on and gives others the floor."""

import re
from collections import Counter, defaultdict

from minutes.folding import fold, fold_key
from minutes.speakers.cues import BIND, call, introduction
from minutes.speakers.labels import is_chair_role, is_shared, is_vice_role, match_label
from minutes.speakers.roster import Roster
from minutes.transcript.model import Transcript

CHAIRING = re.compile(
    r"(?:ただいま|これ)(?:から|より)[^。]{0,40}(?:開会|開催|始め|開き)|(?:開会|閉会)(?:いた|し|を宣|と)|定刻|"
    r"(?:議題|次第|議事|次の項目)[^。]{0,30}(?:移り|入り|進め|進み)|(?:質問|意見|質疑|発言)[^。]{0,20}(?:ございま(?:す|せん)|あります|いかが|お願い|どうぞ)|"
    r"ほかに[^。]{0,20}(?:ございま|ござい|いかが|あり(?:ます|ません)|なけれ)|ご?異議(?:な|ご|あ|は)|以上をもちまして|議題に供し|進行(?:を|は|させ|いた)|座長を務め|司会を務め|手が挙が"
)
ROLE_SCORE = 3
LEAST = 2


def shared_labels(transcript: Transcript, roster: Roster) -> frozenset[str | None]:
    """Labels that several people use: rooms and devices by name, any other by two different self-introductions."""
    introduced: dict[str | None, set[tuple[str, ...]]] = defaultdict(set)
    for u in transcript.utterances:
        hint = introduction(fold(u.text), roster)
        if hint and hint.weight >= BIND:
            introduced[u.label].add(hint.ids)
    named = {label for label, ids in introduced.items() if len(ids) > 1}
    return frozenset(u.label for u in transcript.utterances if u.label in named or is_shared(u.label))


def chair_labels(transcript: Transcript, roster: Roster) -> frozenset[str]:
    """The raw labels under which the chair speaks; empty where nothing shows who chairs.

    A role label (座長, 議長 …) and every act of chairing count; the highest score leads, and further labels join
    it only with a role of their own and acts of chairing (a vice-chair who takes over).
    """
    acts: Counter[str] = Counter()
    shared = shared_labels(transcript, roster)
    labels = dict.fromkeys(u.label for u in transcript.utterances if u.label and u.label not in shared)
    for u in transcript.utterances:
        if u.label in labels and u.label:
            text = fold(u.text)
            acts[u.label] += bool(CHAIRING.search(text.key)) + bool(call(text, roster, by_chair=True))
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
    if not roles[best] and rivals:
        return frozenset()
    # A vice-chair who takes over: one act suffices where the label itself names the office.
    return frozenset({best, *(k for k in roles if roles[k] and acts[k] >= (1 if is_chair_role(k) else LEAST))})


def chair_of_roster(roster: Roster) -> str | None:
    """The one attendee whose post or alias is that of the chair; None where a vice-chair might preside instead."""
    found: dict[str, bool] = {}
    for a in roster.attendees.values():
        for word in (a.post, *a.aliases):
            if is_chair_role(word):
                found[a.id] = found.get(a.id, False) or is_vice_role(word)
    if len(found) == 1 and not any(found.values()):
        return next(iter(found))
    return None


def _role(label: str, roster: Roster) -> int:
    """2: chair by label or roster; 1: vice-chair; 0: neither."""
    named = [m.attendee_id for m in match_label(label, roster) if m.weight >= 0.8]
    words = [label]
    if len(named) == 1:
        a = roster.attendees[named[0]]
        words += [a.post, *a.aliases]
    best = 0
    for word in words:
        if is_chair_role(fold_key(word)):
            best = max(best, 1 if is_vice_role(word) else 2)
    return best
