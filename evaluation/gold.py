"""Gold of a fictional meeting: who spoke what, what belongs together, what the draft must and must not say."""

from pathlib import Path

import yaml
from pydantic import ValidationError, model_validator

from minutes.errors import InputError, Problem
from minutes.meeting import Meeting
from minutes.meeting_input import parse_meeting
from minutes.turn import TurnKind
from minutes.value import Value


class GoldUtterance(Value):
    speaker: str | None
    """Attendee id; None where nothing in the meeting tells who it is."""
    kind: TurnKind
    agenda: int | None = None
    closed: bool = False


class GoldExchange(Value):
    """Any utterance of a turn stands for the turn."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]


class MustInclude(Value):
    any: tuple[str, ...]
    """Variants of one fact: one of them must stand in the public text."""
    of: tuple[str, ...] = ()
    why: str = ""


class MustWarn(Value):
    """A word that only a person can judge: the draft may print it, but never without a warning."""

    heard: str
    meant: str


class Gold(Value):
    utterances: dict[str, GoldUtterance]
    exchanges: tuple[GoldExchange, ...] = ()
    must_include: tuple[MustInclude, ...] = ()
    must_not_include: tuple[str, ...] = ()
    must_warn: tuple[MustWarn, ...] = ()

    @model_validator(mode="after")
    def _known_utterances(self) -> "Gold":
        named = [u for each in self.exchanges for u in (*each.questions, *each.answers)]
        named += [u for each in self.must_include for u in each.of]
        if unknown := sorted(set(named) - self.utterances.keys()):
            raise ValueError(f"utterances にない発言番号です: {'、'.join(unknown)}")
        return self


class GoldMeeting(Value):
    name: str
    transcript: bytes
    filename: str
    meeting: Meeting
    gold: Gold


def read_gold_meetings(folder: Path) -> tuple[GoldMeeting, ...]:
    """Every meeting folder in name order. Raises InputError where one is incomplete."""
    return tuple(_meeting(each.parent) for each in sorted(folder.glob("*/gold.yaml")))


def _meeting(folder: Path) -> GoldMeeting:
    transcripts = sorted(folder.glob("transcript.*"))
    if len(transcripts) != 1:
        raise InputError(
            f"文字起こしが{len(transcripts)}個あります。",
            where=str(folder),
            remedy="transcript.vtt、.txt、.json、.srt のどれか1つを置いてください。",
        )
    try:
        gold = Gold.model_validate(yaml.safe_load((folder / "gold.yaml").read_text(encoding="utf-8")))
    except ValidationError as error:
        raise InputError(
            "正解データに誤りがあります。",
            problems=[
                Problem(f"{each['msg']}。", f"{folder.name}/gold.yaml: {'.'.join(map(str, each['loc']))}", "")
                for each in error.errors(include_url=False)
            ],
        ) from None
    return GoldMeeting(
        name=folder.name,
        transcript=transcripts[0].read_bytes(),
        filename=transcripts[0].name,
        meeting=parse_meeting((folder / "meeting.json").read_bytes()),
        gold=gold,
    )
