"""Kiryu: 一問一答 of a city council, with the questions that each member had notified beforehand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evaluation.datasets.record import Record, Speech, json_lines, made_meeting
from minutes.meeting import Attendee, Side

FOLDER = "kiryu-council"


def read_kiryu(data: Path) -> tuple[Record, ...]:
    return tuple(
        Record(
            name=f"{row['day']} {row['questioner']}",
            meeting=made_meeting(row["session"], "2024-03-18", _roster(row["turns"])),
            speeches=tuple(
                Speech(label=f"{turn['role']}（{turn['speaker']}）", text=turn["text"], debated=turn["type"] != "議長")
                for turn in row["turns"]
            ),
            references=tuple(_sub_questions(row["notice_items"])),
        )
        for row in json_lines(data / FOLDER / "general_questions.jsonl")
    )


def _sub_questions(items: list[Mapping[str, Any]]) -> Iterator[str]:
    """The details of an item; its title where it has none."""
    for item in items:
        yield from item["details"] or (item["title"],)


def _roster(turns: list[Mapping[str, str]]) -> list[Attendee]:
    roles = {turn["speaker"]: turn for turn in reversed(turns)}
    return [
        Attendee(
            id=f"p{n}",
            # The record gives names without a space; the product asks for one between family and given name.
            name=f"{name[:2]} {name[2:] or name}",
            post=turn["role"],
            side=Side.GUEST if turn["type"] == "質問" else Side.OWN,
            aliases=(name,),
        )
        for n, (name, turn) in enumerate(roles.items(), 1)
    ]
