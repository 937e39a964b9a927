"""Dates as Japanese offices write them: 和暦, weekday, 第8回. Dates are those of Japan (UTC+9)."""

import re
import unicodedata
from datetime import date, datetime, timedelta, timezone

from minutes.meeting import Meeting

JST = timezone(timedelta(hours=9))
"""Japan has had no other offset since 1951; a fixed one needs no time zone database on a closed network."""

_ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
)
_WEEKDAYS = "月火水木金土日"
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}
_WRITTEN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|[RHS])\s*(?P<number>元|[0-9]{1,2})|(?:西暦)?(?P<western>[0-9]{4}))"
    r"(?:年(?P<m1>[0-9]{1,2})月(?P<d1>[0-9]{1,2})日|(?P<mark>[./-])(?P<m2>[0-9]{1,2})(?P=mark)(?P<d2>[0-9]{1,2}))",
    re.IGNORECASE,
)


def format_date(dt: date) -> str:
    """``令和8年2月9日（月）``. A datetime with an offset is read as its date in Japan; before 昭和 the year is 西暦."""
    day = _day(dt)
    return f"{_year(day)}{day.month}月{day.day}日（{weekday(day)}）"


def format_day(day: date) -> str:
    """``令和8年2月9日``: as ``format_date``, without the weekday."""
    return format_date(day).partition("（")[0]


def read_date(text: str) -> date:
    """A date as people type it: 令和8年2月9日, R8.2.9, 2026-02-09, 2026/2/9; full-width digits too.

    Raises ValueError with a sentence for people: for another form, a day that the calendar does not have, and a day on
    which the era named was not in force.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    match = _WRITTEN.fullmatch(written)
    if match is None:
        raise ValueError(
            f"「{text}」を日付として読めません。令和8年2月9日、R8.2.9 又は 2026-02-09 のように書いてください。"
        )
    name = _LETTERS.get((match["era"] or "").upper(), match["era"])
    number = 1 if match["number"] == "元" else int(match["number"] or 0)
    try:
        year = int(match["western"]) if name is None else year_of_era(name, number)
        day = date(year, int(match["m1"] or match["m2"]), int(match["d1"] or match["d2"]))
    except ValueError:
        raise ValueError(f"「{text}」は暦にない日です。年月日を確かめてください。") from None
    if name is not None and _era(day) != (name, number):
        raise ValueError(f"「{text}」は{name}の日ではありません。{format_day(day)}と書いてください。")
    return day


def year_of_era(name: str, number: int) -> int:
    """The 西暦 year of 令和7年 … Raises ValueError for an era before 昭和 and for a number below 1."""
    first = next((first for first, known in _ERAS if known == name), None)
    if first is None or number < 1:
        raise ValueError(f"{name}{number}年")
    return first.year + number - 1


def weekday(dt: date) -> str:
    """One of 月火水木金土日."""
    return _WEEKDAYS[_day(dt).weekday()]


def series_label(meeting: Meeting) -> str:
    """The label as given, else from the number (``第8回``), else empty."""
    if meeting.series_label:
        return meeting.series_label
    return "" if meeting.series_no is None else f"第{meeting.series_no}回"


def _day(dt: date) -> date:
    if not isinstance(dt, datetime):
        return dt
    return (dt.astimezone(JST) if dt.tzinfo else dt).date()


def _year(day: date) -> str:
    era = _era(day)
    if era is None:
        return f"西暦{day.year}年"
    name, number = era
    return f"{name}{'元' if number == 1 else number}年"


def _era(day: date) -> tuple[str, int] | None:
    return next(((name, day.year - first.year + 1) for first, name in _ERAS if day >= first), None)
