"""The 文書分類表 of a body: which files there are, under which heads."""

from difflib import get_close_matches

from minutes.errors import InputError, Problem
from minutes.value import Value
from records.metadata.file import Words
from records.metadata.table_csv import Row, read_table, refuse

LARGE, MID, SMALL, CODE, REMARKS = "大分類", "中分類", "小分類", "分類記号", "備考"


class ClassificationEntry(Value):
    code: str
    """分類記号; empty in a body that has none."""
    large: Words
    mid: Words
    small: Words
    """Name of the file: 名称（小分類）."""
    remarks: str = ""


class ClassificationTable(Value):
    entries: tuple[ClassificationEntry, ...]

    def entry(self, large: str, mid: str, small: str) -> ClassificationEntry:
        """The entry of that name. Raises InputError with the nearest names there are."""
        wanted = _path(large, mid, small)
        names = {_path(each.large, each.mid, each.small): each for each in self.entries}
        if wanted in names:
            return names[wanted]
        near = get_close_matches(wanted, names, n=3, cutoff=0.5)
        remedy = (
            f"表にある近い分類：{'、'.join(near)}。"
            if near
            else "分類表の大分類、中分類、小分類のとおり書いてください。"
        )
        raise InputError(f"分類「{wanted}」が文書分類表にありません。", where="file", remedy=remedy)


def read_classification(data: bytes) -> ClassificationTable:
    """Columns 大分類, 中分類, 小分類, and if wanted 分類記号, 備考. Raises InputError; the same file or 分類記号 twice is one."""
    rows = read_table(data, required=(LARGE, MID, SMALL), optional=(CODE, REMARKS))
    refuse([*_twice(rows, LARGE, MID, SMALL), *_twice(rows, CODE)])
    return ClassificationTable(
        entries=tuple(
            ClassificationEntry(
                code=row.cells[CODE],
                large=row.cells[LARGE],
                mid=row.cells[MID],
                small=row.cells[SMALL],
                remarks=row.cells[REMARKS],
            )
            for row in rows
        )
    )


def _path(*names: str) -> str:
    return " ＞ ".join(names)


def _twice(rows: list[Row], *columns: str) -> list[Problem]:
    first: dict[tuple[str, ...], Row] = {}
    problems = []
    for row in rows:
        key = tuple(row.cells[column] for column in columns)
        if not any(key):
            continue
        if key in first:
            what = f"「{'・'.join(key)}」が{first[key].place()}にもあります。"
            problems.append(
                Problem(what, row.place(columns[-1]), "どちらかを削除するか、区別できる名前にしてください。")
            )
        first.setdefault(key, row)
    return problems
