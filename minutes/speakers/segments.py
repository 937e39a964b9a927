"""Stretches of a transcript that are one voice, as far as labels and self-introductions show."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.folding import Folded, fold
from minutes.meeting import Meeting
from minutes.speakers.chair import CHAIRING, chair_labels, shared_labels
from minutes.speakers.cues import Hint, call, handover, introduction, stranger
from minutes.speakers.roster import Roster
from minutes.transcript.model import Transcript

_SHORT = re.compile(
    r"(?:はい|ええ|えー|うん|ああ|あー|あ|なるほど|そうですね|そうです|承知(?:いた)?しました|分かりました|わかりました|"
    r"ありがとうござい(?:ます|ました)|すみません|失礼(?:いた)?し(?:ます|ました)|異議なし|異議(?:は)?ありません|結構です|大丈夫です|"
    r"よろしくお願い(?:いた)?します|どうも|了解(?:です|しました)|お願いします|[。、!?…ー])*"
)
_RESUMES = re.compile(
    r"^(?:はい|ええ|ああ|お答え|いえ|そうですね)[、。]|^[^。]{0,24}ありがとうござい|^(?:えー?と?、?)*(?:あ、)?(?:すみません|申し訳)"
)
_ASKS = re.compile(r"(?:か|お願い(?:いた)?します|ください)[。?]?$")


def is_backchannel(key: str) -> bool:
    """Only agreement or thanks, at most 20 characters."""
    return len(key) <= 20 and bool(_SHORT.fullmatch(key))


@dataclass(frozen=True)
class Heard:
    """One utterance with the cues found in it."""

    index: int
    id: str
    label: str | None
    text: Folded
    shared: bool
    chair: bool
    intro: Hint | None
    stranger: str | None
    call: Hint | None
    handover: Hint | None

    @property
    def slight(self) -> bool:
        return is_backchannel(self.text.key)


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
    continues: bool
    """True where the segment directly follows one of the same label and starts without an introduction."""


def hear(transcript: Transcript, meeting: Meeting) -> tuple[Roster, list[Heard]]:
    roster = Roster.of(meeting)
    chairs = chair_labels(transcript, roster)
    common = shared_labels(transcript, roster)
    heard: list[Heard] = []
    for index, u in enumerate(transcript.utterances):
        text = fold(u.text)
        shared = u.label in common
        chairing = u.label in chairs or shared or not chairs
        intro = introduction(text, roster)
        heard.append(
            Heard(
                index,
                u.id,
                u.label,
                text,
                shared,
                u.label in chairs,
                intro,
                None if intro else stranger(text, roster),
                call(text, roster, by_chair=chairing),
                handover(text, roster),
            )
        )
    return roster, heard


def segments(heard: Sequence[Heard]) -> list[Segment]:
    """Cut at every change of label and at every introduction; under a shared label also after a call and at thanks."""
    found: list[Segment] = []
    start = 0
    for index in range(1, len(heard) + 1):
        if index < len(heard) and not _cut(heard, start, index):
            continue
        if index <= start:
            continue
        found.append(_segment(heard, start, index - 1, found[-1] if found else None))
        start = index
    return found if heard else []


def _cut(heard: Sequence[Heard], start: int, index: int) -> bool:
    here, before = heard[index], heard[index - 1]
    if here.label != before.label or here.label is None:
        return True
    lead_in = (
        index - start <= 2
        and all(h.slight for h in heard[start:index])
        and not (start and heard[start - 1].label == here.label)
    )
    if here.intro or here.stranger:
        return not lead_in
    if here.shared:
        # In a room any sign of an answer, of thanks or of chairing may be another voice.
        return bool(
            before.call
            or before.handover
            or here.call
            or here.slight
            or before.slight
            or _ASKS.search(before.text.key)
            or _RESUMES.search(here.text.key)
            or CHAIRING.search(here.text.key)
        )
    return False


def _segment(heard: Sequence[Heard], first: int, last: int, before: Segment | None) -> Segment:
    inside = heard[first : last + 1]
    named = next((h for h in inside if h.intro), None)
    head = heard[first]
    return Segment(
        first,
        last,
        head.label,
        head.shared,
        head.chair,
        named.intro if named else None,
        named.index if named else first,
        next((h.stranger for h in inside if h.stranger), None),
        before is not None and before.label == head.label and head.label is not None and named is None,
    )
