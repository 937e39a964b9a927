"""Excel: the first sheet with a head (時刻・話者・発言), or with the columns that the caller names."""

import datetime
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any

import openpyxl

from minutes.errors import InputError
from minutes.transcript.columns import ColumnMap
from minutes.transcript.fragment import Findings, Reading
from minutes.transcript.model import TranscriptFormat
from minutes.transcript.table import HEAD_ROWS, Row, add_rows, locate, not_located
from minutes.transcript.workbook import opened_workbook

# A sheet may claim a million rows of sixteen thousand cells and hold three of them; openpyxl would fill them all in.
_MOST_ROWS = 200_000
_MOST_COLUMNS = 64


def read_xlsx(data: bytes, columns: ColumnMap | None = None) -> Reading:
    """``data`` has passed ``office.open_office``. Raises InputError where no sheet has the columns."""
    with opened_workbook(data) as book:
        return _read(book, columns)


def _read(book: openpyxl.Workbook, columns: ColumnMap | None) -> Reading:
    first: list[Row] = []
    for sheet in book.worksheets:
        rows = _rows(sheet)
        head = list(islice(rows, HEAD_ROWS))
        first = first or head
        if place := locate(head, columns):
            found = Findings()
            add_rows(islice(chain(head, rows), place[0], None), place[1], found)
            others = [other.title for other in book.worksheets if other is not sheet]
            if others:
                names = "、".join(f"「{title}」" for title in others[:5])
                found.notice(
                    1,
                    f"シート「{sheet.title}」だけを読みました（ほかに{names}など）。",
                    "発言のあるシートを先頭にしてください。",
                )
            return found.reading(TranscriptFormat.XLSX)
    if columns is not None:
        raise not_located(first, columns)
    raise InputError(
        "Excel の表に、発言の列と、話者または時刻の列の見出しが見つかりません。",
        where="最初の30行",
        remedy="見出しを「時刻、話者、発言」にするか、列を指定してください（例：話者=氏名,発言=発言内容）。",
    )


def _rows(sheet: Any) -> Iterator[Row]:
    for number, row in enumerate(sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True), start=1):
        if row.count(None) < len(row):
            yield number, [_written(value) for value in row]


def _written(value: object) -> str:
    """A cell as text; times of day and spans as a clock."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.strftime("%H:%M:%S")
    if isinstance(value, datetime.time):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        whole = max(int(value.total_seconds()), 0)
        return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
