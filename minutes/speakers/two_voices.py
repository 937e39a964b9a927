"""Signs that one label joins two people, read from what is said under it rather than from names."""

import re
from collections.abc import Sequence
from enum import Enum

from minutes.speakers.acts import answers, asks, inquires, requests
from minutes.speakers.evidence import Case
from minutes.speakers.hearing import Heard

_EXPLAINS = re.compile(
    r"ご?(?:説明|報告)(?:いたし|申し上げ|させていただき|します)|(?:説明|報告)は以上|私からは以上|以上でございます"
)
WEIGHTY = 40
"""Characters from which a stretch takes a side."""
TOLD = 0.5
"""Share of weighty stretches that must themselves point to the person, else the sides are compared."""
SIDES = 3
"""Questions and answers under one label from which it is two people; a guest may both ask and be asked once."""
SPEECH = 80
"""Characters after a call that are no longer a chair's remark about the microphone."""


class Side(Enum):
    ASKS = "asks"
    EXPLAINS = "explains"


def two_in_one(case: Case, heard: Sequence[Heard]) -> bool:
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


def answered(cases: Sequence[Case], heard: Sequence[Heard]) -> frozenset[int]:
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


def asks_and_answers(cases: Sequence[Case], heard: Sequence[Heard], of_others: frozenset[int]) -> bool:
    """Under one label both questions that others answer and answers: two sides of the table, so two people."""
    asked = sum(c.segment.first in of_others for c in cases)
    replied = sum(answers(heard[c.segment.first].text.key) for c in cases)
    chairs = any(c.segment.chair for c in cases)
    return bool(replied and (chairs or (asked and asked + replied >= SIDES)))


def two_sides(cases: Sequence[Case], told: Sequence[bool], heard: Sequence[Heard], *, chairs_only: bool) -> bool:
    """Few stretches are told to be the person's, and a silent one takes the other side: it asks where he answers.

    ``chairs_only``: nothing but chairing tells the person, so that any question is another's.
    """
    sides = [_side(c, heard) for c in cases]
    heavy = [weighty(c, heard) for c in cases]
    if not chairs_only and sum(t and w for t, w in zip(told, heavy, strict=True)) >= TOLD * sum(heavy):
        return False
    if chairs_only:
        return any(_inquires_within(c, heard) for c in cases)
    own = {s for s, t in zip(sides, told, strict=True) if t and s}
    other = {s for s, t in zip(sides, told, strict=True) if not t and s}
    return bool(other - own) and bool(own or len(other) > 1)


def _inquires_within(case: Case, heard: Sequence[Heard]) -> bool:
    """Under the chair's label, in one stretch with acts of chairing, a member's question at length."""
    inside = heard[case.segment.first : case.segment.last + 1]
    return any(inquires(h.text.key) and len(h.text.key) >= WEIGHTY and not (h.floor or h.chairing) for h in inside)


def weighty(case: Case, heard: Sequence[Heard]) -> bool:
    return sum(len(h.text.key) for h in heard[case.segment.first : case.segment.last + 1]) >= WEIGHTY


def _side(case: Case, heard: Sequence[Heard]) -> Side | None:
    inside = heard[case.segment.first : case.segment.last + 1]
    if not weighty(case, heard):
        return None
    if any(answers(h.text.key) or _EXPLAINS.search(h.text.key) for h in inside):
        return Side.EXPLAINS
    return Side.ASKS if any(inquires(h.text.key) for h in inside) or asks(inside[-1].text.key) else None
