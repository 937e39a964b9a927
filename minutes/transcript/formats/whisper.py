"""Segments as JSON: ``{"segments": […]}`` of Whisper and WhisperX, whisper.cpp, and plain lists of segments."""

from typing import Any

from minutes.transcript.fragment import Findings, Reading
from minutes.transcript.json_fields import add_element, at_path
from minutes.transcript.model import TranscriptFormat

_TEXT = ("text", "transcript", "content")
_LABEL = ("speaker", "speaker_label", "speaker_name", "name")
_START = ("start", "start_time")
_END = ("end", "end_time")


def fits(document: Any) -> bool:
    """A list of segments, or an object that holds one."""
    return _segments(document) is not None


def read(document: Any) -> Reading:
    """One fragment for each segment, whose number in the list is its line."""
    found = Findings()
    for number, element in enumerate(_segments(document) or [], start=1):
        if at_path(element, "offsets", "from") is not None:  # whisper.cpp counts thousandths of a second
            times = {key: at_path(element, "offsets", key) for key in ("from", "to")}
            add_element(found, number, {**element, **times}, start="from", end="to", per_second=1000)
        else:
            fields = element if isinstance(element, dict) else {}
            add_element(
                found,
                number,
                element,
                text=_first(fields, _TEXT),
                label=_first(fields, _LABEL),
                start=_first(fields, _START),
                end=_first(fields, _END),
            )
    return found.reading(TranscriptFormat.JSON)


def _segments(document: Any) -> list[Any] | None:
    if isinstance(document, dict):
        document = document.get("segments", document.get("transcription"))
    return document if isinstance(document, list) else None


def _first(fields: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((name for name in names if name in fields), names[0])
