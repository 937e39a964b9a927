"""Rows of a table (CSV, Excel, a table in Word) as fragments."""

from collections.abc import Iterable, Sequence

from minutes.transcript.clock import seconds
from minutes.transcript.columns import ColumnMap, Columns, find, learn, missing, numbered
from minutes.transcript.fragment import LINE_END, Findings, Fragment, join_lines

HEAD_ROWS = 30
"""A head lower than this is none: titles and dates of the meeting may stand above it."""

Row = tuple[int, Sequence[str]]
"""Line or row number, and cells."""


def locate(head: Sequence[Row], columns: ColumnMap | None) -> tuple[int, Columns] | None:
    """Where the rows of the table begin in ``head`` (its first rows), and its columns."""
    if columns is not None and (by_number := numbered(columns)):
        return 0, by_number
    for at, (_, row) in enumerate(head[:HEAD_ROWS]):
        found = learn(row) if columns is None else find(columns, row)
        if found:
            return at + 1, found
    return None


def not_located(head: Sequence[Row], columns: ColumnMap) -> Exception:
    """The error for a map whose headings no row has."""
    return missing(columns, (row for _, row in head[:HEAD_ROWS]))


def add_rows(rows: Iterable[Row], columns: Columns, found: Findings) -> None:
    """A row with words is a fragment; a repeated head is skipped; a row that has other cells only is a notice."""
    for number, row in rows:
        text = join_lines(LINE_END.split(_cell(row, columns.text)))
        if not text:
            if any(cell.strip() for cell in row):
                found.notice(number, "発言の列が空です。", "発言に含めていません。")
            continue
        if columns.headed and learn(row) == columns:
            continue
        start = _time(row, columns.start, number, found)
        end = _time(row, columns.end, number, found)
        if start is not None and end is not None and end < start:
            found.notice(number, "終了時刻が開始時刻より前です。", "終了時刻を使わずに読みました。")
            end = None
        label = join_lines(LINE_END.split(_cell(row, columns.speaker))) or None
        found.fragments.append(Fragment(label, text, number, start, end))


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _time(row: Sequence[str], place: int | None, number: int, found: Findings) -> float | None:
    written = _cell(row, place)
    if not written:
        return None
    read = seconds(written)
    if read is None:
        found.notice(number, f"時刻「{written[:20]}」を読めません。", "時刻なしとして読みました。")
    return read
