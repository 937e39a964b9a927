"""Transcript and Utterance: what the file said. Never changed after reading."""

from enum import StrEnum

from minutes.value import Value


class TranscriptFormat(StrEnum):
    WEBVTT = "webvtt"
    SRT = "srt"
    """Cues without the WebVTT signature, with or without their index."""
    MARKED_TEXT = "marked_text"
    TIMED_NAMES = "timed_names"
    """A line with a name and a time, then what was said: Zoom and Otter text, Word's and Teams' transcripts."""
    GOOGLE_MEET = "google_meet"
    JSON = "json"
    """Segments: Whisper, WhisperX, whisper.cpp and plain lists."""
    AMAZON_TRANSCRIBE = "amazon_transcribe"
    DEEPGRAM = "deepgram"
    ASSEMBLYAI = "assemblyai"
    DIET = "diet"
    """Speeches of the National Diet Library's minutes API."""
    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


_PLACE = dict.fromkeys(TranscriptFormat, "{}行目") | {
    TranscriptFormat.DOCX: "{}段落目",
    TranscriptFormat.JSON: "{}番目の要素",
    TranscriptFormat.AMAZON_TRANSCRIBE: "{}番目の区間",
    TranscriptFormat.DEEPGRAM: "{}番目の区間",
    TranscriptFormat.ASSEMBLYAI: "{}番目の区間",
    TranscriptFormat.DIET: "{}番目の発言",
}


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
    """1-based line (text), row (table), paragraph (Word) or element (JSON) where it begins; see Transcript.place."""


class Notice(Value):
    """A part of the file that could not be read although the rest could, or was read with a doubt."""

    line: int
    """Counted as in Utterance."""
    what: str
    remedy: str


class Transcript(Value):
    format: TranscriptFormat
    encoding: str
    """Name of the encoding found by content, as Python names it; ``ooxml`` for a Word or Excel file."""
    sha256: str
    """Hash of the uploaded bytes."""
    utterances: tuple[Utterance, ...]
    notices: tuple[Notice, ...] = ()
    """What could not be read, in the order of the file."""

    def place(self, line: int) -> str:
        """``line`` as a person finds it in this kind of file: 3行目, 3段落目 …"""
        return _PLACE[self.format].format(line)
