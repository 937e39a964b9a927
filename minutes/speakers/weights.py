"""What each cue weighs: the one table of evidence, and the rule that binds a person.

Kinds and weights follow the measured evidence table of the project's domain research (docs/understanding.md tells
a reviewer the same). A person is bound when the sum of weights reaches ``BIND`` and leads the next by ``MARGIN``.
"""

from enum import StrEnum

BIND = 0.8
MARGIN = 0.3


class Cue(StrEnum):
    LABEL = "表示名"
    INTRODUCTION = "自己紹介"
    CHAIRS = "会議の進行"
    PRESIDES = "議事の宣告"
    CALL = "進行役の指名"
    ORG_CALL = "団体の指名"
    REQUEST = "進行役でない方の指名"
    HANDOVER = "答弁の引継ぎ"
    ADDRESSEE = "質問の宛先"
    THANKS = "進行役のお礼"
    PRESENTER = "議題の説明者"
    CONTINUITY = "同じ表示名の続き"
    ROOM_CONTINUITY = "共用の表示名の続き"
    OWN_ORG = "団体の自称"
    REPLY = "次の発言者による呼応"


WEIGHTS: dict[Cue, float] = {
    Cue.LABEL: 0.9,
    Cue.INTRODUCTION: 1.0,
    Cue.CHAIRS: 0.8,
    Cue.PRESIDES: 0.5,
    Cue.CALL: 0.9,
    Cue.ORG_CALL: 0.8,
    Cue.REQUEST: 0.6,
    Cue.HANDOVER: 0.8,
    Cue.ADDRESSEE: 0.5,
    Cue.THANKS: 0.7,
    Cue.PRESENTER: 0.6,
    Cue.CONTINUITY: 0.85,
    Cue.ROOM_CONTINUITY: 0.5,
    Cue.OWN_ORG: 0.5,
    Cue.REPLY: 0.6,
}
"""Label continuity counts only where everything said under the label fits one person; a room's never binds alone."""

BIND_LABEL = 1.0
"""What all stretches of one voice must add up to before the label speaks for stretches without a cue of their own:
an introduction, or two cues. One call alone binds the stretch that follows it."""

CERTAIN_LABEL = 1.9
"""An introduction and a call, or more: the label is this person's however seldom he is named."""
COVERED = 1 / 3
"""Share of a voice's weighty stretches that must lie in exchanges with a cue, else only those are the person's."""

INTRODUCED_BY_POST = 0.9
INTRODUCED_BY_ORG = 0.8
DOUBTFUL = 0.4
"""Named with an organisation or post that no such attendee has: never enough, whatever the cue."""

SAME_SOUND = 0.9
"""Factor for a name heard in other characters of the same reading (recognisers write 平囃子 for 平林)."""

REPEATED = 0.15
REPEATED_AT_MOST = 0.3
"""The same cue for the same person in another stretch of one voice adds this much, up to the limit."""

FADES = 0.05
"""What a room's continuity loses with every stretch."""

POINTING = frozenset(
    {Cue.INTRODUCTION, Cue.CALL, Cue.ORG_CALL, Cue.REQUEST, Cue.HANDOVER, Cue.THANKS, Cue.REPLY, Cue.OWN_ORG}
)
"""Cues that name whose voice a stretch is. Two stretches of a label naming two people mean two voices."""
