"""The rows of a roster as attendees, with a note for everything that is in the file and not in them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from minutes.errors import InputError, Problem
from minutes.folding import fold_key
from minutes.meeting import Attendee, Side
from minutes.meeting_draft import FromFile, MeetingDraft, is_full_name, numbered_people, one_line
from minutes.roster_file.headings import HEAD_ROWS, Columns, locate
from minutes.roster_file.sheet import Cell, Sheet, sheets_of

ROSTER_MAX_BYTES = 5_000_000
"""A roster of a thousand people takes a tenth of it, unless somebody pasted pictures in."""
MOST_PEOPLE = 1_000
MOST_NOTES = 50

_NO_NAME = re.compile(
    r"[0-9０-９※【】\[\]〔〕：:。、,＊*]|^(?:計|合計|小計|以上|敬称略|出席者|欠席者|事務局|委員|名簿)$"
)
_ADDED = re.compile(r"[（(）)]|[様殿氏]$")
_SIDES = {
    **dict.fromkeys(("主催", "事務局", "主催者"), Side.OWN),
    **dict.fromkeys(("共催", "共催者"), Side.COHOST),
    **dict.fromkeys(("外部", "出席団体", "委員", "構成員", "出席者"), Side.GUEST),
}
_OFFICES = {
    *("委員長", "副委員長", "委員長代理", "会長", "副会長", "会長代理", "座長", "副座長", "座長代理", "議長", "副議長"),
    *("部会長", "副部会長", "部会長代理", "分科会長", "司会", "進行", "幹事長", "幹事"),
}
"""What somebody is in this meeting and is called in it; their post elsewhere is another column."""
_PRESENT = {
    "出席",
    "出",
    "○",
    "〇",
    "◯",
    "有",
    "参加",
    "オンライン",
    "オンライン出席",
    "web",
    "web出席",
    "会場",
    "現地",
}
_ABSENT = {"欠席", "欠", "×", "✕", "✖", "x", "無", "不参加"}


def read_roster(data: bytes) -> FromFile:
    """Attendees in the order of the rows, those marked 欠席 left out; a note for each doubt with its place.

    Raises InputError where the file is no table, has no heading row or more than one sheet with one, names nobody, or
    is too large; PolicyError for macros, passwords and bombs.
    """
    if len(data) > ROSTER_MAX_BYTES:
        raise InputError(
            f"名簿のファイルが大きすぎます（上限 {ROSTER_MAX_BYTES:,} バイト）。",
            where="ファイル全体",
            remedy="この会議の出席者だけの表にし、写真などを取り除いてください。",
        )
    sheet, columns = _table(sheets_of(data))
    reading = _Reading(sheet, columns)
    people = [
        person for number, texts, spread in _rows(sheet, columns) for person in reading.person(number, texts, spread)
    ]
    if len(people) > MOST_PEOPLE:
        raise InputError(
            f"出席者が多すぎます（{len(people):,}人。上限 {MOST_PEOPLE:,} 人）。",
            where=sheet.place(),
            remedy="この会議の出席者だけの表にしてください。",
        )
    if not people:
        nobody = Problem(
            "名簿に出席者が1人もいません。",
            sheet.place(columns.row),
            "この見出しの下に出席者の行があるか、全員が欠席になっていないか確かめてください。",
        )
        raise InputError(nobody.what, problems=[nobody, *reading.finished()[:MOST_NOTES]])
    return FromFile(MeetingDraft(roster=numbered_people(people)), _shortened(reading.finished()))


def _table(sheets: tuple[Sheet, ...]) -> tuple[Sheet, Columns]:
    found = [(sheet, columns) for sheet in sheets if (columns := locate(sheet))]
    if not found:
        raise InputError(
            "名簿の見出しの行が見つかりません。",
            where=f"最初の{HEAD_ROWS}行",
            remedy="「氏名」と、「所属」「役職」「区分」などの見出しの行を付けてください。",
        )
    if len(found) > 1:
        names = "、".join(f"「{sheet.name}」" for sheet, _ in found[:5])
        raise InputError(
            f"名簿のシートが{len(found)}つあります（{names}）。",
            where="ファイル全体",
            remedy="この会議の名簿のシートだけを残す（ほかは削除するか非表示にする）か、CSV で保存してください。",
        )
    return found[0]


def _rows(sheet: Sheet, columns: Columns) -> Iterable[tuple[int, dict[str, str], bool]]:
    """Number, cells by role, and whether the name is a heading that is merged over other columns of the table."""
    place = columns.places.get("name", columns.places.get("family", 0))
    others = {*columns.places.values(), *columns.orgs} - {place}
    for number, cells in sheet.rows[columns.at + 1 :]:
        if all(not cell.text or cell.text == words for cell, words in zip(cells, columns.headings, strict=False)):
            continue  # the heading again, on the next page of a printed roster
        texts = {role: _cell(cells, column) for role, column in columns.places.items()}
        if columns.orgs:
            texts["org"] = " ".join(filter(None, (_cell(cells, column) for column in columns.orgs)))
        across = cells[place].across if place < len(cells) else None
        yield number, texts, across is not None and any(across[0] <= each <= across[1] for each in others)


def _cell(cells: Sequence[Cell], column: int) -> str:
    return one_line(cells[column].text) if column < len(cells) else ""


@dataclass
class _Reading:
    sheet: Sheet
    columns: Columns
    notes: list[Problem] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    said: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Rows in which a column says something that is not taken over."""
    unanswered: list[int] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)

    def person(self, number: int, texts: dict[str, str], spread: bool) -> Iterable[Attendee]:
        name = self._name(number, texts, spread)
        if name is None:
            return
        if self._is_absent(number, name, texts):
            self.absent.append(name)
            return
        key = fold_key(name)
        if key in self.seen:
            what = f"「{name}」は{self.seen[key]}行目にもいます。"
            self._note(number, "name", what, "同じ人なら1行にし、同姓同名なら区別できる氏名にしてください。")
        self.seen.setdefault(key, number)
        if not is_full_name(name):
            what = f"氏名「{name}」の姓と名の区切りが分かりません。"
            self._note(number, "name", what, "「平岡 修」のように、姓と名の間に空白を1つ入れてください。")
        elif _ADDED.search(name):
            what = f"氏名「{name}」に、敬称か括弧書きが付いています。"
            self._note(number, "name", what, "氏名だけにしてください（代理の場合は、代理する役職を入力します）。")
        side, aliases = self._role(number, texts.get("role", ""))
        remark = texts.get("remarks", "")
        if remark and remark not in _ABSENT:
            self.said.setdefault(("remarks", remark), []).append(number)
        yield Attendee(
            id="p",
            name=name,
            kana=unicodedata.normalize("NFKC", texts.get("kana", "")) or None,
            org=texts.get("org") or texts.get("both", ""),
            post=texts.get("post", ""),
            side=side,
            proxy_for=texts.get("proxy") or None,
            aliases=aliases,
        )

    def finished(self) -> list[Problem]:
        """All notes: those of single cells first, then what is said of whole columns."""
        notes = list(self.notes)
        if self.absent:
            shown = "、".join(self.absent[:10]) + ("など" if len(self.absent) > 10 else "")
            what = f"欠席の{len(self.absent)}人は入れていません（{shown}）。"
            notes.append(Problem(what, self.sheet.place(), "出席していれば加えてください。"))
        for (role, words), rows in self.said.items():
            what = f"「{words[:40]}」は出席者に入れていません。"
            remedy = {
                "role": "敬称を付けない人なら区分を「主催」か「共催」に、会議での呼び名なら呼び名に入力してください。",
                "remarks": "代理での出席などであれば、その項目に入力してください。",
            }.get(role, "出席か欠席かを確かめてください。出席として入れてあります。")
            notes.append(Problem(what, self._place(rows, role), remedy))
        if self.unanswered:
            what = f"出欠が空欄の{len(self.unanswered)}人を出席として入れています。"
            notes.append(Problem(what, self._place(self.unanswered, "attends"), "欠席なら取り除いてください。"))
        if "both" in self.columns.places:
            column = self.columns.places["both"]
            where = self.sheet.place(self.columns.row, column, self.columns.headings[column])
            notes.append(
                Problem(
                    "所属と役職が1つの列にあるため、所属として入れています。", where, "所属と役職に分けてください。"
                )
            )
        if unused := self.columns.unused():
            shown = "、".join(f"「{words[:20]}」" for words in unused[:10])
            notes.append(
                Problem(
                    f"使わない列があります（{shown}）。",
                    self.sheet.place(self.columns.row),
                    "必要な内容がないか確かめてください。",
                )
            )
        return notes

    def _name(self, number: int, texts: dict[str, str], spread: bool) -> str | None:
        name = texts.get("name") or one_line(f"{texts.get('family', '')} {texts.get('given', '')}")
        if not name:
            if any(texts.values()):
                self._note(number, "name", "氏名が空です。この行は入れていません。", "出席者なら氏名を書いてください。")
            return None
        if spread or _NO_NAME.search(name) or "@" in name:
            what = f"「{name[:40]}」は氏名ではないとみて、この行を入れていません。"
            self._note(number, "name", what, "出席者なら加えてください。")
            return None
        return name

    def _is_absent(self, number: int, name: str, texts: dict[str, str]) -> bool:
        said = unicodedata.normalize("NFKC", texts.get("attends", "")).lower()
        if texts.get("attends", "") in _ABSENT or said in _ABSENT or texts.get("remarks", "") == "欠席":
            return True
        if "attends" in self.columns.places:
            if not said:
                self.unanswered.append(number)
            elif said not in _PRESENT and texts["attends"] not in _PRESENT:
                self.said.setdefault(("attends", texts["attends"]), []).append(number)
        return False

    def _role(self, number: int, written: str) -> tuple[Side, tuple[str, ...]]:
        if not written or written in _SIDES:
            return _SIDES.get(written, Side.GUEST), ()
        if written in _OFFICES:
            return Side.GUEST, (written,)
        self.said.setdefault(("role", written), []).append(number)
        return Side.GUEST, ()

    def _note(self, number: int, role: str, what: str, remedy: str) -> None:
        self.notes.append(Problem(what, self._place([number], role), remedy))

    def _place(self, rows: list[int], role: str) -> str:
        column = self.columns.places.get(role, self.columns.places.get("family"))
        heading = self.columns.headings[column] if column is not None else ""
        where = self.sheet.place(rows[0], column, heading)
        return f"{where}ほか{len(rows) - 1}行" if len(rows) > 1 else where


def _shortened(notes: list[Problem]) -> tuple[Problem, ...]:
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    rest = len(notes) - MOST_NOTES
    return (*notes[:MOST_NOTES], Problem(f"ほかに{rest}件あります。", "", "名簿を直してから読み込み直してください。"))
