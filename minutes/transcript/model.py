"""Transcript and Utterance: what the file said. Never changed after reading."""

from enum import StrEnum

from minutes.value import Value


class TranscriptFormat(StrEnum):
    WEBVTT = "webvtt"
    MARKED_TEXT = "marked_text"
    JSON = "json"


class Utterance(Value):
    """One cue or one marked paragraph. ``start`` and ``end`` are seconds from the start of the recording."""

    id: str
    """``u0001``, ``u0002`` … in file order."""
    label: str | None
    """The raw speaker label as the file has it; None where it gives none."""
    text: str
    start: float | None = None
    end: float | None = None
    line: int
    """1-based line (text formats) or element number (JSON) where it begins, for messages to the clerk."""


class ReadingProblem(Value):
    """A part of the file that could not be read although the rest could."""

    line: int
    message: str


class Transcript(Value):
    format: TranscriptFormat
    encoding: str
    """Name of the encoding found by content: ``utf-8``, ``utf-8-sig``, ``cp932``, ``euc_jp``."""
    sha256: str
    """Hash of the uploaded bytes."""
    utterances: tuple[Utterance, ...]
    problems: tuple[ReadingProblem, ...] = ()
