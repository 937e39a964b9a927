"""Tables of a roster file: the rows of a CSV text, or of each sheet of a workbook with its merged cells filled in."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import join, normpath
from typing import Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from minutes.errors import InputError, PolicyError
from minutes.transcript.encoding import Undecodable, decode
from minutes.transcript.office import UNREADABLE, OfficeFile, OfficeKind, entities, is_office, open_office
from minutes.transcript.workbook import opened_workbook

MOST_ROWS = 5_000
MOST_COLUMNS = 256
_DELIMITERS = (",", "\t", ";")
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_MOST_MERGES = 20_000
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class Cell:
    text: str
    across: tuple[int, int] | None = None
    """First and last column (from 0) of the cell that it is merged into, where that is more than one."""


@dataclass(frozen=True)
class Sheet:
    """``name`` is empty for a CSV file. Rows that are blank are left out, so each has its number (from 1)."""

    name: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]

    def place(self, row: int | None = None, column: int | None = None, heading: str = "") -> str:
        """Where a person finds it: ``シート「名簿」5行目「氏名」（B列）``; columns are counted from 0."""
        words = f"シート「{self.name}」" if self.name else ""
        words += f"{row}行目" if row is not None else ""
        words += f"「{heading}」" if heading else ""
        if column is not None:
            words += f"（{get_column_letter(column + 1)}列）" if self.name else f"（{column + 1}列目）"
        return words or "ファイル全体"


def sheets_of(data: bytes) -> tuple[Sheet, ...]:
    """Raises InputError for what is neither CSV nor Excel, or damaged; PolicyError for macros, passwords and bombs."""
    if is_office(data):
        file = _workbook(data)
        return tuple(_sheets(data, file))
    return (_csv(_text(data)),)


def _workbook(data: bytes) -> OfficeFile:
    try:
        file = open_office(data)
    except PolicyError:
        raise
    except InputError as error:
        raise InputError(
            error.what, where=error.where, remedy="名簿を Excel（.xlsx）か CSV で保存し直してください。"
        ) from error
    if file.kind is not OfficeKind.XLSX:
        raise InputError(
            "Word のファイルです。", where="ファイル全体", remedy="名簿を Excel（.xlsx）か CSV にしてください。"
        )
    return file


def _text(data: bytes) -> str:
    try:
        return decode(data).text
    except Undecodable:
        raise
    except InputError as error:
        raise InputError(
            "名簿の表（CSV、Excel）として読めません。" if data else "名簿のファイルが空です。",
            where=error.where,
            remedy="見出しと出席者の行がある CSV か Excel（.xlsx）を選んでください。",
        ) from error


def _csv(text: str) -> Sheet:
    readings, faults = [], []
    for delimiter in _DELIMITERS:
        try:
            readings.append(_csv_rows(text, delimiter))
        except InputError as error:
            faults.append(error)
    if not readings:
        raise faults[0]
    # The separator is the one that parts the most cells; a name holds none of the three.
    rows = max(readings, key=lambda each: sum(len(cells) for _, cells in each[:50]))
    if len(rows) > MOST_ROWS:
        raise _too_long("")
    return Sheet("", tuple((number, tuple(Cell(cell.strip()) for cell in cells)) for number, cells in rows))


def _csv_rows(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, begins = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((begins, cells[:MOST_COLUMNS]))
            begins = reader.line_num + 1
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as error:
        raise InputError(
            "CSV として読めません。", where=f"{begins}行目", remedy='引用符（"）の対応を確かめてください。'
        ) from error
    return rows


def _sheets(data: bytes, file: OfficeFile) -> Iterator[Sheet]:
    merges = _merges(file)
    with opened_workbook(data) as book:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                rows = list(_sheet_rows(sheet))
                yield Sheet(sheet.title, tuple(_filled(rows, merges.get(sheet.title, ()))))


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    found = 0
    rows = sheet.iter_rows(max_row=200_000, max_col=MOST_COLUMNS, values_only=True)
    for number, row in enumerate(rows, start=1):
        if row.count(None) < len(row):
            found += 1
            if found > MOST_ROWS:
                raise _too_long(sheet.title)
            yield number, ["" if value is None else str(value).strip() for value in row]


def _filled(
    rows: Sequence[tuple[int, list[str]]], merges: Sequence[tuple[int, int, int, int]]
) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """A cell that is merged downwards says the same for each row it covers."""
    texts = dict(rows)
    across: dict[tuple[int, int], tuple[int, int]] = {}
    for left, top, right, bottom in merges:
        first = texts.get(top, [])
        value = first[left - 1] if left <= len(first) else ""
        for number in range(top, min(bottom, top + MOST_ROWS) + 1):
            row = texts.get(number, [])
            if left <= len(row):
                row[left - 1] = value
            if right > left:
                across.update(
                    ((number, column), (left - 1, right - 1)) for column in range(left - 1, min(right, len(row)))
                )
    for number, row in rows:
        yield number, tuple(Cell(text, across.get((number, column))) for column, text in enumerate(row))


def _merges(file: OfficeFile) -> dict[str, list[tuple[int, int, int, int]]]:
    """Merged ranges by sheet. openpyxl tells them only when it fills in every cell of them, and one may be a million."""
    try:
        folder = file.main.rpartition("/")[0]
        links = fromstring(file.package.read(f"{folder}/_rels/{file.main.rpartition('/')[2]}.rels"), forbid_dtd=True)
        targets = {link.get("Id"): link.get("Target", "") for link in links}
        book = fromstring(file.package.read(file.main), forbid_dtd=True)
        found = {}
        for sheet in (each for each in book.iter() if each.tag.endswith("}sheet")):
            target = targets.get(sheet.get(_REL), "")
            part = target.lstrip("/") if target.startswith("/") else normpath(join(folder, target))
            if part in file.package.NameToInfo:
                written = _MERGE.findall(file.package.read(part))[:_MOST_MERGES]
                found[sheet.get("name", "")] = [_bounds(each.decode()) for each in written]
    except DefusedXmlException as error:
        raise entities() from error
    except (KeyError, ParseError, *UNREADABLE):
        return {}  # what is damaged here openpyxl will refuse with its own words
    return found


def _bounds(written: str) -> tuple[int, int, int, int]:
    """First column and row, last column and row, from 1."""
    (left, top), (right, bottom) = (coordinate_to_tuple(each)[::-1] for each in written.split(":"))
    return left, top, right, bottom


def _too_long(name: str) -> InputError:
    return InputError(
        f"行が多すぎます（上限 {MOST_ROWS:,} 行）。",
        where=f"シート「{name}」" if name else "ファイル全体",
        remedy="この会議の出席者だけの表にしてください。",
    )
