"""CSV tables that a records office keeps, read without guessing: every mistake has its line, its column, its remedy."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from minutes.errors import InputError, Problem

MOST_PROBLEMS = 50
"""A table with the wrong separator has a mistake in every line; nobody reads more than this."""
_BOM = "\ufeff"


@dataclass(frozen=True)
class Row:
    """``cells``: by column name, without surrounding space; columns that the file lacks are empty."""

    line: int
    """Of the file, the first is 1: where the row begins."""
    cells: Mapping[str, str]

    def place(self, column: str = "") -> str:
        return f"{self.line}行目「{column}」" if column else f"{self.line}行目"


def read_table(data: bytes, *, required: Sequence[str], optional: Sequence[str] = ()) -> list[Row]:
    """The rows below the heading, in UTF-8 (with or without BOM) or CP932. Columns may stand in any order.

    Raises InputError with all problems: unreadable bytes, missing, doubled or unknown columns, too many or too few
    cells, empty cells of required columns, no row at all.
    """
    lines = _lines(text_of(data))
    if not lines:
        raise InputError("表が空です。", where="1行目", remedy="見出しの行と1行以上の内容を書いてください。")
    heading_line, heading = lines[0]
    columns = [name.strip() for name in heading]
    refuse(list(_heading_problems(columns, required, optional)))
    problems: list[Problem] = []
    rows: list[Row] = []
    for line, cells in lines[1:]:
        if len(cells) != len(columns):
            what = f"列の数が{len(cells)}です（見出しは{len(columns)}列）。"
            problems.append(Problem(what, f"{line}行目", "コンマと引用符の対応を確かめてください。"))
            continue
        row = Row(line, dict.fromkeys(optional, "") | dict(zip(columns, (each.strip() for each in cells), strict=True)))
        problems += [
            Problem("空欄です。", row.place(name), "値を書いてください。") for name in required if not row.cells[name]
        ]
        rows.append(row)
    refuse(problems)
    if not rows:
        raise InputError("内容の行がありません。", where=f"{heading_line}行目の次", remedy="1行以上書いてください。")
    return rows


def refuse(problems: Iterable[Problem]) -> None:
    """Raises InputError where there is a problem."""
    found = list(problems)
    if found:
        first = found[0]
        raise InputError(first.what, where=first.where, remedy=first.remedy, problems=found[:MOST_PROBLEMS])


def text_of(data: bytes) -> str:
    """UTF-8 (without its BOM) or CP932. Raises InputError with the line of the first byte that is neither."""
    broken = 0
    for encoding in ("utf-8", "cp932"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            broken = max(broken, error.start)  # the file is in the encoding that got further
        else:
            return text.removeprefix(_BOM)
    line = data.count(b"\n", 0, broken) + 1
    raise InputError(
        "文字コードが UTF-8 でも CP932（シフト JIS）でもありません。",
        where=f"{line}行目",
        remedy="表計算ソフトで「CSV UTF-8」として保存し直してください。",
    )


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Every record that is not blank, with the line where it begins: a cell in quotes may hold line ends."""
    if "\x00" in text:
        where = f"{text.count(chr(10), 0, text.index(chr(0))) + 1}行目"
        raise InputError("使えない符号が含まれています。", where=where, remedy="CSV ファイルか確かめてください。")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = []
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            "CSV として読めません。", where=f"{begins}行目", remedy='引用符（"）の対応を確かめてください。'
        ) from error
    return found


def _heading_problems(columns: Sequence[str], required: Sequence[str], optional: Sequence[str]) -> Iterable[Problem]:
    known = (*required, *optional)
    for name in dict.fromkeys(columns):
        if name not in known:
            what = f"「{name}」という列は使いません。" if name else "名前のない列があります。"
            yield Problem(what, "1行目", f"見出しを {'、'.join(known)} のどれかにするか、列を削除してください。")
        elif columns.count(name) > 1:
            yield Problem(f"「{name}」の列が{columns.count(name)}つあります。", "1行目", "1つにしてください。")
    for name in required:
        if name not in columns:
            yield Problem(f"「{name}」の列がありません。", "1行目", "見出しに加えて、値を書いてください。")
