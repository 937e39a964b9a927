"""The meeting header typed by hand: one agenda item or attendee per line, turned into the JSON of MEETING.json.

Only the line format is read here. Whether the meeting makes sense is judged in one place, by the reader of
MEETING.json; ``place_in_form`` says to the clerk where on the page its complaints belong.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from minutes.errors import InputError, Problem

KINDS = {"挨拶": "greeting", "報告": "report", "協議": "discussion", "その他": "other"}
DISCLOSURES = {"公開": "public", "非公開": "closed", "一部非公開": "partial"}
SIDES = {"主催": "own", "共催": "cohost", "外部": "guest"}

FIELDS = {
    "title": "会議の名称",
    "series_no": "回",
    "starts_at": "開始日時",
    "ends_at": "終了日時",
    "weekday": "開始日時",
    "venue": "場所",
    "format": "開催方法",
    "observers": "傍聴者数",
    "agenda": "議事",
    "roster": "出席者",
    "materials": "資料",
    "transcript": "文字起こし",
    "columns": "表の列",
    "meeting": "会議情報のファイル",
    "profile": "書式",
    "model": "要約モデル",
    "body": "会議体",
    "calendar": "予定表のファイル",
    "roster_file": "名簿のファイル",
    "held_on": "開催日",
}

_BAR = re.compile(r"\s*[|｜]\s*")
_LIST = re.compile(r"\s*[、,，]\s*")


@dataclass(frozen=True)
class HeaderForm:
    """What the clerk typed, untouched, so that the page can show it again."""

    title: str = ""
    series_no: str = ""
    starts_at: str = ""
    ends_at: str = ""
    venue: str = ""
    format: str = ""
    observers: str = ""
    agenda: str = ""
    roster: str = ""


def _lines(text: str) -> list[tuple[int, str]]:
    return [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]


def _cell(cells: list[str], index: int) -> str:
    return cells[index] if index < len(cells) else ""


def _choice(word: str, options: Mapping[str, str], where: str, what: str) -> str:
    if word not in options:
        raise InputError(
            f"{what}「{word}」は使えません。", where=where, remedy=f"{'・'.join(options)}のいずれかにしてください。"
        )
    return options[word]


def _roster(text: str, problems: list[Problem]) -> tuple[list[dict[str, Any]], dict[str, str]]:
    roster: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    for number, line in _lines(text):
        cells = _BAR.split(line)
        where = f"出席者 {number}行目"
        name = re.sub(r"\s+", " ", cells[0])
        try:
            side = _choice(_cell(cells, 3) or "外部", SIDES, where, "区分")
        except InputError as error:
            problems.extend(error.problems)
            continue
        identifier = f"p{len(roster) + 1}"
        roster.append(
            {
                "id": identifier,
                "name": name,
                "org": _cell(cells, 1),
                "post": _cell(cells, 2),
                "side": side,
                "kana": _cell(cells, 4) or None,
                "proxy_for": _cell(cells, 5) or None,
                "aliases": [each for each in _LIST.split(_cell(cells, 6)) if each],
            }
        )
        ids[name.replace(" ", "")] = identifier
    return roster, ids


def _presenters(cell: str, ids: Mapping[str, str], where: str, problems: list[Problem]) -> list[str]:
    found = []
    for name in filter(None, _LIST.split(cell)):
        identifier = ids.get(re.sub(r"\s+", "", name))
        if identifier is None:
            problems.append(
                Problem(f"説明者「{name}」が出席者にいません。", where, "出席者の欄と同じ氏名にしてください。")
            )
        else:
            found.append(identifier)
    return found


def _agenda(text: str, ids: Mapping[str, str], problems: list[Problem]) -> list[dict[str, Any]]:
    agenda: list[dict[str, Any]] = []
    for number, line in _lines(text):
        where = f"議事 {number}行目"
        if line.startswith("・"):
            if not agenda:
                problems.append(Problem("「・」の行の前に議事がありません。", where, "議事の行の下に書いてください。"))
                continue
            cells = _BAR.split(line[1:].strip())
            agenda[-1]["subitems"].append(
                {"title": cells[0], "presenter_ids": _presenters(_cell(cells, 1), ids, where, problems)}
            )
            continue
        cells = _BAR.split(line)
        try:
            kind = _choice(_cell(cells, 1) or "その他", KINDS, where, "種別")
            disclosure = _choice(_cell(cells, 3) or "公開", DISCLOSURES, where, "公開区分")
        except InputError as error:
            problems.extend(error.problems)
            continue
        agenda.append(
            {
                "no": len(agenda) + 1,
                "title": cells[0],
                "kind": kind,
                "presenter_ids": _presenters(_cell(cells, 2), ids, where, problems),
                "subitems": [],
                "disclosure": disclosure,
                "reason": _cell(cells, 4) or None,
            }
        )
    return agenda


def _number(text: str, where: str, problems: list[Problem]) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        problems.append(Problem(f"「{text}」は数ではありません。", where, "数字だけを入力してください。"))
        return None


def _moment(text: str, where: str, problems: list[Problem]) -> str:
    if not text.strip():
        problems.append(Problem("入力がありません。", where, "日付と時刻を入力してください。"))
        return ""
    # A browser's date field has no zone; a Japanese local government means Japan time.
    return text.strip() + (":00" if text.count(":") == 1 else "") + "+09:00"


def meeting_from_form(form: HeaderForm) -> dict[str, Any]:
    """The value of MEETING.json. Raises InputError with every problem of the line format at once."""
    problems: list[Problem] = []
    if not form.title.strip():
        problems.append(Problem("入力がありません。", FIELDS["title"], "会議の名称を入力してください。"))
    for text, name in ((form.agenda, "agenda"), (form.roster, "roster")):
        if not text.strip():
            problems.append(Problem("入力がありません。", FIELDS[name], "1行に1件ずつ入力してください。"))
    roster, ids = _roster(form.roster, problems)
    agenda = _agenda(form.agenda, ids, problems)
    meeting = {
        "title": form.title.strip(),
        "series_no": _number(form.series_no, FIELDS["series_no"], problems),
        "starts_at": _moment(form.starts_at, FIELDS["starts_at"], problems),
        "ends_at": _moment(form.ends_at, FIELDS["ends_at"], problems),
        "venue": form.venue.strip(),
        "format": form.format.strip(),
        "observers": _number(form.observers, FIELDS["observers"], problems),
        "agenda": agenda,
        "roster": roster,
    }
    if problems:
        raise InputError(problems[0].what, problems=problems)
    return meeting


def place_in_form(where: str) -> tuple[str, str | None]:
    """Words for a place such as ``agenda[2].title`` and the id of the form field to go to (None: no such field)."""
    match = re.match(r"(?P<field>[a-z_]+)(?:\[(?P<index>\d+)\])?", where)
    if match and match["field"] in FIELDS:
        index = f"（{int(match['index']) + 1}件目）" if match["index"] else ""
        field = "starts_at" if match["field"] == "weekday" else match["field"]
        return FIELDS[match["field"]] + index, None if field == "materials" else field
    for field, words in FIELDS.items():
        if where.startswith(words):
            return where, None if field == "materials" else field
    return where, None
