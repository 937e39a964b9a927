"""What ``gijiyoshi read`` wrote: a table read with the caller's columns can so be drafted or uploaded like any file."""

from typing import Any

from minutes.transcript.fragment import Findings, Reading
from minutes.transcript.json_fields import add_element
from minutes.transcript.model import TranscriptFormat


def fits(document: Any) -> bool:
    return (
        isinstance(document, dict)
        and isinstance(document.get("utterances"), list)
        and {"format", "encoding", "sha256"} <= document.keys()
    )


def read(document: Any) -> Reading:
    """The same labels, words and times; lines are numbers of elements now."""
    found = Findings()
    for number, utterance in enumerate(document["utterances"], start=1):
        add_element(found, number, utterance, label="label")
    return found.reading(TranscriptFormat.JSON)
