"""Stretches of a transcript that are one voice, as far as labels and self-introductions show."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minutes.speakers.acts import answers
from minutes.speakers.cues import Hint
from minutes.speakers.hearing import Heard, is_backchannel

__all__ = ["Segment", "is_backchannel", "segments"]

_RESUMES = re.compile(
    r"^(?:はい|ええ|ああ|いえ|そうですね|では|それでは|次に|続いて|続きまして|以上で|ただいまの|今の)|^[^。]{0,24}ありがとうござい|"
    r"^(?:えー?と?、?)*(?:あ、)?(?:すみません|申し訳|恐れ入)|^[^。]{0,30}(?:お答え|ご?答弁|ご?質問|お尋ね)|^(?:おはよう|こんにち)"
)
_ENDS_SPEECH = re.compile(
    r"(?:か|ね|お願い(?:いた|申し上げ)?し?ます|お願いを?(?:いた|申し上げ)[^。]{0,6}ます|ください|ありがとうござい(?:ます|ました)|以上(?:です|でございます|になります)?|"
    r"終わり(?:ます|にします|とします|たいと思います)|伺い(?:ます|たい[^。]{0,10})|お聞かせ[^。]*|教えて[^。]*|考えて(?:おり|い)ます|思(?:い|っており)ます|"
    r"[〔(][^〕)]*[〕)])[。?]?$"
)

_REPLIES = re.compile(r"^(?:はい|ええ|ああ|いえ|そうですね)|ありがとう|お答え|ご?答弁")
INTRODUCED = 60
"""Characters of an utterance that holds little but the speaker's name."""


@dataclass(frozen=True)
class Segment:
    """Utterances ``first``..``last`` (indices, both included) of one label and, it is taken, one voice."""

    first: int
    last: int
    label: str | None
    shared: bool
    chair: bool
    intro: Hint | None
    intro_at: int
    stranger: str | None


def segments(
    heard: Sequence[Heard], shared: frozenset[str | None], joined: frozenset[str | None], chairs: frozenset[str]
) -> list[Segment]:
    """Cut at every change of label and at every introduction.

    Under a room's label (``shared``) any sign of another voice cuts; where a recogniser has merely ``joined`` voices,
    which seldom follow each other directly, only a clear one.
    """
    found: list[Segment] = []
    start = 0
    for index in range(1, len(heard) + 1):
        if index < len(heard):
            label = heard[index].label
            another = _any_sign if label in shared else _clear_sign if label in joined else _no_sign
            if not _cut(heard, start, index, another):
                continue
        found.append(_segment(heard, start, index - 1, shared | joined, chairs))
        start = index
    return found if heard else []


def _cut(heard: Sequence[Heard], start: int, index: int, another: Callable[[Heard, Heard], bool]) -> bool:
    here, before = heard[index], heard[index - 1]
    if here.label != before.label:
        return True
    if not here.starts:
        return False
    if here.label is None:
        return True
    lead_in = (
        index - start <= 2
        and all(h.slight for h in heard[start:index])
        and not (start and heard[start - 1].label == here.label)
    )
    if here.intro or here.stranger:
        return not lead_in
    return another(before, here)


def _no_sign(before: Heard, here: Heard) -> bool:
    return False


def _clear_sign(before: Heard, here: Heard) -> bool:
    """The floor is given, the chair speaks, or a question is answered."""
    return bool(
        before.floor
        or before.handover
        or before.stage
        or here.stage
        or before.addressee
        or here.floor
        or here.chairing
        or here.presiding
        or before.chairing
        or before.presiding
        or here.thanks
        or here.spoken_to
        or (here.reply and not (before.intro and len(before.text.key) <= INTRODUCED))
        or answers(here.text.key)
        or (_ENDS_SPEECH.search(before.text.key) and _RESUMES.search(here.text.key))
    )


def _any_sign(before: Heard, here: Heard) -> bool:
    """In a room any sign of an answer, of thanks or of chairing may be another voice."""
    ended = bool(_ENDS_SPEECH.search(before.text.key))
    # Who has just said his name goes on to say what he wants to say.
    goes_on = before.intro and len(before.text.key) <= INTRODUCED and not _REPLIES.search(here.text.key)
    resumes = bool(_RESUMES.search(here.text.key)) and not goes_on
    return _clear_sign(before, here) or here.slight or before.slight or ended or resumes


def _segment(
    heard: Sequence[Heard], first: int, last: int, shared: frozenset[str | None], chairs: frozenset[str]
) -> Segment:
    inside = heard[first : last + 1]
    named = next((h for h in inside if h.intro), None)
    head = heard[first]
    return Segment(
        first,
        last,
        head.label,
        head.label in shared,
        head.label in chairs,
        named.intro if named else None,
        named.index if named else first,
        next((h.stranger for h in inside if h.stranger), None),
    )
