"""A description for reading: what is written, with what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minutes.era import format_day
from records.metadata.description import Description
from records.metadata.fiscal_year import label
from service.recordkeeping.description import Dates
from service.web.record_fields import Field

FILE, ITEM = "簿冊（ファイル管理簿の項目）", "文書"
OPEN_YET = "（未記入）"


@dataclass(frozen=True)
class Part:
    heading: str
    lines: tuple[tuple[str, str], ...]
    """Label and words."""


def whole(description: Description) -> tuple[Part, Part]:
    """Every field of a complete description that says something."""
    file, item = description.file, description.item
    reason = f"（{item.openness_reason}）" if item.openness_reason else ""
    about_file = (
        ("作成・取得年度等", label(file.fiscal_year)),
        ("分類", f"{file.class_code}　{file.class_large} ＞ {file.class_mid} ＞ {file.file_title}".strip()),
        ("保存期間", file.retention_period),
        ("起算日", _day(file.retention_start)),
        ("保存期間満了日", _day(file.retention_end)),
        ("満了時の措置", file.disposal.value),
        ("作成・取得者", file.creator),
        ("管理者", file.manager),
        ("媒体の種別", file.medium.value),
        ("保存場所", file.location),
        ("備考", file.remarks),
    )
    about_item = (
        ("件名", item.title or "議事要旨の表題のとおり"),
        ("文書番号", item.number or "まだありません"),
        ("起案日", _day(item.drafted_on)),
        ("決裁日", _day(item.decided_on)),
        ("施行日", _day(item.enforced_on)),
        ("起案者", str(item.drafter)),
        ("決裁区分", item.decision),
        ("公開区分", f"{item.openness.value}{reason}"),
        ("個人情報", "有" if item.personal_information else "無"),
        ("備考", item.remarks),
    )
    return Part(FILE, _said(about_file)), Part(ITEM, _said(about_item))


def unfinished(
    file_fields: Sequence[Field], item_fields: Sequence[Field], typed: Mapping[str, str], dates: Dates | None
) -> tuple[Part, Part]:
    """What stands in the fields, and which that are needed are open yet."""
    follows = (("起算日", _day(dates.start)), ("保存期間満了日", _day(dates.end))) if dates else ()
    return (
        Part(FILE, (*_lines(file_fields, typed), *_said(follows))),
        Part(ITEM, tuple(_lines(item_fields, typed))),
    )


def _lines(fields: Sequence[Field], typed: Mapping[str, str]) -> list[tuple[str, str]]:
    lines = []
    for each in fields:
        value = typed.get(each.key, "")
        words = dict(each.options).get(value, value) or (OPEN_YET if each.need else "")
        if words:
            lines.append((each.label, words))
    return lines


def _said(lines: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, words) for name, words in lines if words)


def _day(day: date | None) -> str:
    return format_day(day) if day else ""
