"""Kodaira: questions and answers of a city council condensed by a member, with bullet points by the same hand."""

from pathlib import Path

from evaluation.datasets.record import Record, Speech, json_lines, made_meeting
from minutes.meeting import Attendee, Side

FOLDER = "kodaira-qa-summaries"


def read_kodaira(data: Path) -> tuple[Record, ...]:
    records = []
    for row in json_lines(data / FOLDER / "dialogue_to_points.jsonl"):
        sides = {turn["speaker"]: turn["side"] for turn in reversed(row["dialogue"])}
        roster = [
            Attendee(
                id=f"p{n}",
                name=f"発言者 {n}",
                post=speaker,
                side=Side.GUEST if sides[speaker] == "question" else Side.OWN,
                aliases=(speaker,),
            )
            for n, speaker in enumerate(sides, 1)
        ]
        records.append(
            Record(
                name=row["id"],
                meeting=made_meeting(row["title"], "2022-09-07", roster),
                speeches=tuple(
                    Speech(label=turn["speaker"], text=turn["text"]) for turn in row["dialogue"] if turn["text"].strip()
                ),
                references=("\n".join(row["summary_points"]),),
            )
        )
    return tuple(records)
