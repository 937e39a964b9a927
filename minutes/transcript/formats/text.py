"""One way of telling text formats apart: each is asked in turn whether the text is its own."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from minutes.errors import InputError
from minutes.transcript.columns import ColumnMap
from minutes.transcript.formats.csv_table import is_csv, read_csv
from minutes.transcript.formats.google_meet import is_google_meet, read_google_meet
from minutes.transcript.formats.json_document import is_json, read_json
from minutes.transcript.formats.marked_text import read_marked_text
from minutes.transcript.formats.srt import is_srt, read_srt
from minutes.transcript.formats.timed_names import is_timed_names, read_timed_names
from minutes.transcript.formats.webvtt import is_webvtt, read_webvtt
from minutes.transcript.fragment import Reading

_PAGE = re.compile(r"\s*<(?:!doctype html|html|\?xml)\b", re.IGNORECASE)


@dataclass(frozen=True)
class _TextFormat:
    fits: Callable[[str], bool]
    read: Callable[[str], Reading]


# From the surest sign to the weakest: a signature, syntax, a head of columns, then habits of whole files.
_FORMATS = (
    _TextFormat(is_webvtt, read_webvtt),
    _TextFormat(is_json, read_json),
    _TextFormat(is_srt, read_srt),
    _TextFormat(is_csv, read_csv),
    _TextFormat(is_timed_names, read_timed_names),
    _TextFormat(is_google_meet, read_google_meet),
)


def read_text(text: str, columns: ColumnMap | None = None) -> Reading:
    """What the first format that knows the text finds in it; marks of speakers are what remains.

    The caller's ``columns`` make it a table. Raises InputError where a format knows the text but cannot read it.
    """
    if _PAGE.match(text):
        raise InputError(
            "ウェブページ（HTML）か XML です。",
            where="1行目",
            remedy="ページの文字だけをテキストで保存するか、会議システムから WebVTT などで書き出してください。",
        )
    if columns is not None:
        return read_csv(text, columns)
    return next((each for each in _FORMATS if each.fits(text)), _TextFormat(bool, read_marked_text)).read(text)
