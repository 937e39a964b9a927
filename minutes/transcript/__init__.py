"""One transcript file in, one ``Transcript`` out. Encoding and format are found by content, never by name."""

import hashlib
import json
import re
import unicodedata

from minutes.errors import GijiyoshiError, InputError
from minutes.transcript.columns import COLUMNS, ColumnMap, parse_columns
from minutes.transcript.encoding import refuse_binary
from minutes.transcript.formats.docx import read_docx
from minutes.transcript.formats.text import read_text
from minutes.transcript.formats.xlsx import read_xlsx
from minutes.transcript.fragment import Reading
from minutes.transcript.model import Notice, Transcript, TranscriptFormat, Utterance
from minutes.transcript.office import OfficeKind, is_office, open_office
from minutes.transcript.repair import decode_transcript

__all__ = [
    "ColumnMap",
    "Notice",
    "Transcript",
    "TranscriptFormat",
    "Utterance",
    "as_json",
    "parse_columns",
    "read_transcript",
]

# NFC would also replace these (U+FA19 by 神): forms of characters that families write their names in.
_KEPT_FORMS = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")


def read_transcript(data: bytes, filename: str | None = None, *, columns: ColumnMap | None = None) -> Transcript:
    """Utterances of an uploaded file, numbered ``u0001`` … in file order, none merged and none dropped silently.

    ``filename`` only names the file in messages. ``columns`` makes the file a table and tells its columns. Raises
    InputError where the file is empty, no transcript, in no known encoding or format, or holds no utterance, and
    PolicyError where it has macros, a password or the makings of an attack. What could not be read although the rest
    could is in ``notices``.
    """
    try:
        return _read(data, columns)
    except GijiyoshiError as error:
        if not filename or error.where == COLUMNS:
            raise
        raise type(error)(error.what, where=f"{filename} {error.where}".strip(), remedy=error.remedy) from error


def as_json(transcript: Transcript) -> str:
    """The transcript as indented JSON for people and programs, ending with a newline."""
    return json.dumps(transcript.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"


def _read(data: bytes, columns: ColumnMap | None) -> Transcript:
    notices: tuple[Notice, ...] = ()
    if is_office(data):
        file, encoding = open_office(data), "ooxml"
        reading = read_docx(file, columns) if file.kind is OfficeKind.DOCX else read_xlsx(data, columns)
    else:
        refuse_binary(data)
        decoded, notices = decode_transcript(data)
        encoding = decoded.encoding
        reading = read_text(_composed(decoded.text), columns)
    if not reading.fragments:
        raise _no_utterance(reading)
    return Transcript(
        format=reading.format,
        encoding=encoding,
        sha256=hashlib.sha256(data).hexdigest(),
        utterances=tuple(
            Utterance(
                id=f"u{n:04d}",
                label=None if f.label is None else _composed(f.label),
                text=_composed(f.text),
                start=f.start,
                end=f.end,
                line=f.line,
            )
            for n, f in enumerate(reading.fragments, start=1)
        ),
        notices=tuple(sorted((*notices, *reading.notices), key=lambda notice: notice.line)),
    )


def _composed(text: str) -> str:
    """NFC, which joins か and ゛ that some systems write apart."""
    if unicodedata.is_normalized("NFC", text):
        return text
    parts = _KEPT_FORMS.split(text)
    return "".join(part if n % 2 else unicodedata.normalize("NFC", part) for n, part in enumerate(parts))


def _no_utterance(reading: Reading) -> InputError:
    if reading.format in (TranscriptFormat.MARKED_TEXT, TranscriptFormat.DOCX):
        return InputError(
            "文字起こしの形式が分かりません（話者の印が見つかりません）。",
            where="ファイル全体",
            remedy="「○議長（氏名）　発言」「氏名：発言」のように話者を書くか、"
            "WebVTT、SRT、CSV、JSON などの書き出しを選んでください。表の場合は列の見出しを付けるか、列を指定してください。",
        )
    first = next(iter(reading.notices), None)
    where = f"{first.line}行目" if first else "ファイル全体"
    reason = f"（{first.what.rstrip('。')}）" if first else ""
    remedy = "発言の入った文字起こしファイルを選んでください。"
    return InputError(f"発言が1つもありません{reason}。", where=where, remedy=remedy)
