"""Which column of a table holds what: told by the caller, or learnt from the head of the table."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from minutes.errors import InputError
from minutes.value import Value

_HEADS = {
    "text": """
        発言 発言内容 発話 発話内容 内容 本文 テキスト 文字起こし 文字起こし結果 書き起こし 認識結果 認識テキスト 字幕 文 セリフ
        text transcript transcription content speech utterance sentence message caption
    """,
    "speaker": """
        話者 話者名 発言者 発言者名 発話者 発話者名 氏名 名前 表示名 話し手 スピーカー 話者ラベル 参加者 ユーザー
        speaker speakername speakerlabel speakerid name who participant
    """,
    "start": """
        時刻 開始 開始時刻 開始時間 発言時刻 発話時刻 発話開始 時間 タイムスタンプ タイムコード 経過時間 日時
        start starttime begin from time timestamp timecode starts in
    """,
    "end": "終了 終了時刻 終了時間 発話終了 end endtime stop to ends out",
}
_ROLE_OF_HEAD = {head: role for role, heads in _HEADS.items() for head in heads.split()}
_ROLES = {
    **dict.fromkeys(("text", "発言", "内容"), "text"),
    **dict.fromkeys(("speaker", "話者", "発言者"), "speaker"),
    **dict.fromkeys(("start", "時刻", "開始"), "start"),
    **dict.fromkeys(("end", "終了"), "end"),
}
COLUMNS = "columns"
"""Where the caller's columns are wrong: what they asked for, not a place in the file."""

_IGNORED = re.compile(r"[\s　_\-・:：]|[（(].*?[）)]")
_LONGEST_HEADING = 60
_FORM = (
    "「話者=氏名,発言=発言内容,開始=時刻」のように、役割（話者・発言・開始・終了）=列の見出しか番号、で書いてください。"
)


class ColumnMap(Value):
    """For each role the heading of its column, or its number from 1 in digits."""

    text: str
    speaker: str | None = None
    start: str | None = None
    end: str | None = None


class Columns(Value):
    """Places of the columns, from 0, and whether the first row is their head."""

    text: int
    speaker: int | None = None
    start: int | None = None
    end: int | None = None
    headed: bool = True


def parse_columns(written: str) -> ColumnMap:
    """``話者=氏名,発言=内容`` as a ColumnMap. Raises InputError."""
    given: dict[str, str] = {}
    for part in re.split(r"[,、，]", written):
        role, _, heading = (
            piece.strip() for piece in unicodedata.normalize("NFC", part).replace("＝", "=").partition("=")
        )
        if role not in _ROLES or not heading or _ROLES[role] in given:
            raise InputError(f"列の指定「{part.strip()[:50]}」が分かりません。", where=COLUMNS, remedy=_FORM)
        given[_ROLES[role]] = heading
    if "text" not in given:
        raise InputError("発言の列の指定がありません。", where=COLUMNS, remedy=_FORM)
    return ColumnMap.model_validate(given)


def learn(row: Sequence[str]) -> Columns | None:
    """The columns that a row of headings names: what was said, and beside it who or when."""
    roles: dict[str, int] = {}
    for place, cell in enumerate(row):
        role = _ROLE_OF_HEAD.get(_key(cell))
        if role:
            roles.setdefault(role, place)
    if "text" not in roles or not roles.keys() & {"speaker", "start"}:
        return None
    return Columns.model_validate(roles)


def find(columns: ColumnMap, row: Sequence[str]) -> Columns | None:
    """The caller's columns in a row of headings; None where a heading is not in it."""
    keys = [_key(cell) for cell in row]
    places: dict[str, int] = {}
    for role, heading in _given(columns):
        if not _key(heading) or _key(heading) not in keys:
            return None
        places[role] = keys.index(_key(heading))
    return Columns.model_validate(places)


def numbered(columns: ColumnMap) -> Columns | None:
    """The caller's columns where all are numbers; the table then needs no headings."""
    given = dict(_given(columns))
    if not all(re.fullmatch(r"[1-9]\d{0,2}", heading, re.ASCII) for heading in given.values()):
        return None
    return Columns.model_validate({role: int(heading) - 1 for role, heading in given.items()} | {"headed": False})


def missing(columns: ColumnMap, rows: Iterable[Sequence[str]]) -> InputError:
    """What to say where no row has the caller's headings."""
    seen = next((row for row in rows if any(row)), ())
    headings = "、".join(f"「{cell[:20]}」" for cell in list(seen)[:12] if cell)
    asked = "、".join(f"「{heading[:20]}」" for _, heading in _given(columns))
    return InputError(
        f"指定された列（{asked}）が表の見出しにありません。",
        where=COLUMNS,
        remedy=f"表の最初の行は {headings or '空'} です。この見出しか、列の番号（1から）で指定してください。",
    )


def _given(columns: ColumnMap) -> list[tuple[str, str]]:
    return [(role, heading) for role, heading in columns.model_dump().items() if heading is not None]


def _key(cell: str) -> str:
    if len(cell) > _LONGEST_HEADING:
        return ""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", cell)).lower()
