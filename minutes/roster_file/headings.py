"""Which column of a roster is which, by the headings that offices use."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.errors import InputError, Problem
from minutes.roster_file.sheet import Sheet

HEAD_ROWS = 30
"""A heading row lower than this is none: title, date and place of the meeting may stand above it."""

_HEADINGS = {
    "name": "氏名 お名前 名前 委員名 委員氏名 出席者 出席者名 出席者氏名 参加者 参加者名 参加者氏名 構成員 構成員名 name",
    "family": "姓 氏 苗字 名字",
    "given": "名",
    "kana": "ふりがな フリガナ よみ 読み よみがな ヨミガナ 読み仮名 かな カナ 氏名ふりがな 氏名フリガナ 氏名かな 氏名カナ",
    "org": "所属 所属名 所属団体 所属機関 所属部署 所属課 団体 団体名 機関名 組織 組織名 部署 部署名 課 課名 自治体 自治体名 市町村 市町村名 会社名 勤務先",
    "both": "所属役職 所属職名 所属役職名 所属職 所属及び役職 所属及び職名",
    "post": "役職 役職名 職名 職 職位 肩書 肩書き",
    "role": "区分 役割 会議での役割 会での役職 委員会役職 委員区分 出席区分",
    "proxy": "代理する役職 代理元の役職 本来の出席者の役職",
    "attends": "出欠 出席 出欠席 出欠状況 出欠区分 出席状況 出席の有無",
    "remarks": "備考 摘要 メモ",
}
_ROLE_OF = {word.lower(): role for role, words in _HEADINGS.items() for word in words.split()}
_NUMBERS = {"no", "no.", "番号", "№", "連番", "項番", "#", ""}
"""Columns that only count say nothing about anybody, so nobody has to be told that they were not used."""
_READING = re.compile(r"[(（](ふりがな|フリガナ|よみ|読み|かな|カナ)[)）]")
_ASIDE = re.compile(r"[(（].*?[)）]")
_SPACE = re.compile(r"[\s　・:：*※]+")


@dataclass(frozen=True)
class Columns:
    """``places``: the column of each role. ``row``: number of the heading row; ``at``: its index among the rows."""

    places: dict[str, int]
    orgs: tuple[int, ...]
    """An organisation and its department may stand in columns of their own."""
    headings: tuple[str, ...]
    row: int
    at: int

    def unused(self) -> list[str]:
        """Headings of columns that nothing is taken from."""
        used = {*self.places.values(), *self.orgs}
        return [
            words
            for column, words in enumerate(self.headings)
            if column not in used and _SPACE.sub("", words).lower() not in _NUMBERS
        ]


def locate(sheet: Sheet) -> Columns | None:
    """The first row that names a column of names and another known column; None where there is none.

    Raises InputError where such a row names one thing twice.
    """
    for at, (number, cells) in enumerate(sheet.rows[:HEAD_ROWS]):
        words = tuple(cell.text for cell in cells)
        roles = [_ROLE_OF.get(_key(each)) for each in words]
        named = {role for role in roles if role is not None}
        if not ("name" in named or {"family", "given"} <= named) or len(named) < 2:
            continue
        doubled = [role for role in sorted(named - {"org"}) if roles.count(role) > 1]
        if doubled:
            problems = [_doubled(sheet, number, words, roles, role) for role in doubled]
            first = problems[0]
            raise InputError(first.what, where=first.where, remedy=first.remedy, problems=problems)
        orgs = tuple(column for column, role in enumerate(roles) if role == "org")
        return Columns({role: roles.index(role) for role in named}, orgs, words, number, at)
    return None


def _key(words: str) -> str:
    """A reading in brackets makes another column (氏名（かな）); what else is in brackets is an explanation."""
    plain = unicodedata.normalize("NFKC", words)
    if len(plain) > 40:
        return ""
    reading = _READING.search(plain)
    return _SPACE.sub("", _ASIDE.sub("", plain) + (reading[1] if reading else "")).lower()


def _doubled(sheet: Sheet, number: int, words: Sequence[str], roles: Sequence[str | None], role: str) -> Problem:
    columns = [column for column, each in enumerate(roles) if each == role]
    shown = "と".join(f"「{words[column]}」" for column in columns)
    return Problem(
        f"同じ意味の見出しが{len(columns)}つあります（{shown}）。",
        sheet.place(number, columns[-1]),
        "どれか1つを残して列を削除するか、見出しを変えてください（表が左右に並んでいるときは縦に1つにします）。",
    )
