"""Record: one debate of a data set, as the product would be given it, with what people wrote about it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minutes.errors import InputError
from minutes.meeting import Attendee, Meeting
from minutes.meeting_input import parse_meeting
from minutes.value import Value


class Speech(Value):
    label: str
    text: str
    debated: bool = True
    """False for what the chair says to run the meeting."""


class Record(Value):
    name: str
    meeting: Meeting
    speeches: tuple[Speech, ...]
    references: tuple[str, ...] = ()
    """Sub-questions or summary points that people wrote; empty where there are none."""

    def transcript(self) -> bytes:
        """The record as a file of segments with speakers."""
        segments = [{"speaker": each.label, "text": each.text} for each in self.speeches]
        return json.dumps({"segments": segments}, ensure_ascii=False).encode()

    def debate(self) -> tuple[str, ...]:
        """The texts that baselines choose from and that the share of a draft is measured on."""
        return tuple(each.text for each in self.speeches if each.debated)


def made_meeting(title: str, day: str, roster: Sequence[Attendee]) -> Meeting:
    """A meeting of one open item, since these data sets give no agenda."""
    return parse_meeting(
        json.dumps(
            {
                "title": title,
                "starts_at": f"{day}T10:00:00+09:00",
                "ends_at": f"{day}T12:00:00+09:00",
                "agenda": [{"no": 1, "title": "審議", "kind": "discussion"}],
                "roster": [each.model_dump(mode="json", exclude_defaults=True) for each in roster],
            }
        )
    )


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Raises InputError where the file is missing or broken."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        raise unreadable(path) from error


def unreadable(path: Path) -> InputError:
    return InputError(
        "評価データを読めません。", where=str(path), remedy="--data に評価データのフォルダーを指定してください。"
    )
