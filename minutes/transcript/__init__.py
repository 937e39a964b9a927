"""One transcript file in, one ``Transcript`` out. Encoding and format are found by content, never by name."""

import hashlib
import json
import re

from minutes.errors import InputError
from minutes.transcript.encoding import decode
from minutes.transcript.fragment import Reading
from minutes.transcript.marked_text import read_marked_text
from minutes.transcript.model import ReadingProblem, Transcript, TranscriptFormat, Utterance
from minutes.transcript.segments import read_segments
from minutes.transcript.webvtt import read_webvtt

__all__ = ["ReadingProblem", "Transcript", "TranscriptFormat", "Utterance", "as_json", "read_transcript"]

_JSON = re.compile(r"\s*(?:\{|\[\s*(?:[{\]\[\"]|-?\d+\s*[,\]]\s*(?:$|[\d,])))")
_SRT = re.compile(r"\s*\d+[ \t]*(?:\r\n|\r|\n)[ \t]*\d+:\d+:\d+,\d+[ \t]*-->")
_CUES_WITHOUT_SIGNATURE = re.compile(r"^[ \t]*(?:\d+:)?\d+:\d+[.,]\d+[ \t]*-->", re.MULTILINE)
_READERS = {
    TranscriptFormat.WEBVTT: read_webvtt,
    TranscriptFormat.JSON: read_segments,
    TranscriptFormat.MARKED_TEXT: read_marked_text,
}


def read_transcript(data: bytes, filename: str | None = None) -> Transcript:
    """Utterances of an uploaded file, numbered ``u0001`` … in file order, none merged and none dropped silently.

    ``filename`` only names the file in messages. Raises InputError where the file is empty, no text, in no known
    encoding or format, or holds no utterance. What could not be read although the rest could is in ``problems``.
    """
    try:
        return _read(data)
    except InputError as error:
        if not filename:
            raise
        raise InputError(error.what, where=f"{filename} {error.where}".strip(), remedy=error.remedy) from error


def as_json(transcript: Transcript) -> str:
    """The transcript as indented JSON for people and programs, ending with a newline."""
    return json.dumps(transcript.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _read(data: bytes) -> Transcript:
    decoded = decode(data)
    kind = _sniff(decoded.text)
    reading = _READERS[kind](decoded.text)
    if not reading.fragments:
        raise _no_utterance(kind, reading)
    return Transcript(
        format=kind,
        encoding=decoded.encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        utterances=tuple(
            Utterance(id=f"u{n:04d}", label=f.label, text=f.text, start=f.start, end=f.end, line=f.line)
            for n, f in enumerate(reading.fragments, start=1)
        ),
        problems=tuple(ReadingProblem(line=line, message=message) for line, message in reading.problems),
    )


def _sniff(text: str) -> TranscriptFormat:
    if text[:6].upper() == "WEBVTT":
        return TranscriptFormat.WEBVTT
    if _SRT.match(text):
        raise InputError(
            "SRT 形式には対応していません。",
            where="1行目",
            remedy="WebVTT（.vtt）で書き出したファイルを選んでください。",
        )
    if _JSON.match(text):
        return TranscriptFormat.JSON
    if _CUES_WITHOUT_SIGNATURE.search(text):
        return TranscriptFormat.WEBVTT
    return TranscriptFormat.MARKED_TEXT


def _no_utterance(kind: TranscriptFormat, reading: Reading) -> InputError:
    if kind is TranscriptFormat.MARKED_TEXT:
        return InputError(
            "文字起こしの形式が分かりません（話者の印が見つかりません）。",
            where="ファイル全体",
            remedy="「○議長（氏名）　発言」「氏名：発言」のように話者を書くか、"
            "WebVTT または JSON のファイルを選んでください。",
        )
    where = f"{reading.problems[0][0]}行目" if reading.problems else "ファイル全体"
    reason = f"（{reading.problems[0][1]}）" if reading.problems else ""
    remedy = "発言の入った文字起こしファイルを選んでください。"
    return InputError(f"発言が1つもありません{reason}。", where=where, remedy=remedy)
