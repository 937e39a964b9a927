"""CSV and TSV with a head (時刻・話者・発言), or with the columns that the caller names."""

import csv
from collections.abc import Iterator
from itertools import islice

from minutes.transcript.columns import ColumnMap
from minutes.transcript.fragment import LINE_END, Findings, Reading
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.table import HEAD_ROWS, Row, add_rows, locate, not_located

_DELIMITERS = (",", "\t", ";")
_LONGEST_CELL = 200
"""Lines that one quoted cell may hold; beyond that its quotation mark was never closed."""


def is_csv(text: str) -> bool:
    """Some row near the beginning is a head."""
    return _delimiter(text, None) is not None


def read_csv(text: str, columns: ColumnMap | None = None) -> Reading:
    """Raises InputError where the caller's columns are not in the head."""
    delimiter = _delimiter(text, columns)
    if delimiter is None:
        assert columns is not None
        raise not_located(_head(text, ","), columns)
    place = locate(_head(text, delimiter), columns)
    assert place is not None
    found = Findings()
    add_rows(islice(_rows(text, delimiter, found), place[0], None), place[1], found)
    return found.reading(TranscriptFormat.CSV)


def _delimiter(text: str, columns: ColumnMap | None) -> str | None:
    fitting = [each for each in _DELIMITERS if locate(_head(text, each), columns)]
    return max(fitting, key=text[:10_000].count) if fitting else None


def _head(text: str, delimiter: str) -> list[Row]:
    return list(islice(_rows(text[:200_000], delimiter, Findings()), HEAD_ROWS))


def _rows(text: str, delimiter: str, found: Findings) -> Iterator[Row]:
    """Rows with their first line. An unclosed quotation mark costs its own line, not what follows it."""
    lines = LINE_END.split(text)
    at = 0
    while at < len(lines):
        count = _lines_of_row(lines, at)
        row = _parsed("\n".join(lines[at : at + count]), delimiter) if count else None
        if row is None:
            found.notice(at + 1, '引用符（"）が閉じていません。', "この行だけを読みました。元の表を確かめてください。")
            row = [cell.strip().strip('"') for cell in lines[at].split(delimiter)]
        yield at + 1, row
        at += max(count, 1)


def _lines_of_row(lines: list[str], at: int) -> int:
    """As many lines as it takes to close every quotation mark; 0 where none does."""
    quotes = 0
    for n in range(at, min(at + _LONGEST_CELL, len(lines))):
        quotes += lines[n].count('"')
        if quotes % 2 == 0:
            return n - at + 1
    return 0


def _parsed(row: str, delimiter: str) -> list[str] | None:
    try:
        return next(csv.reader([row], delimiter=delimiter), [])
    except csv.Error:  # a cell longer than the module takes
        return None
