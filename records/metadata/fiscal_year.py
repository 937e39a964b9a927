"""Fiscal years of Japanese offices: 1 April to 31 March, named after the year in which they begin."""

import re
import unicodedata
from datetime import date

from minutes.era import format_day, read_date, year_of_era

FIRST, LAST = 1926, 9998
"""From 昭和 on; the day after the last fiscal year must still be a date."""

_NAMED = re.compile(r"(令和|平成|昭和|[RHS])\s*(元|[0-9]{1,2})(?:年度)?", re.IGNORECASE)
_WESTERN = re.compile(r"(?:西暦)?([0-9]{4})(?:年度)?")
_LETTERS = {"R": "令和", "H": "平成", "S": "昭和"}


def fiscal_year_of(day: date) -> int:
    """The fiscal year that the day lies in."""
    return day.year if day.month >= 4 else day.year - 1


def first_day(year: int) -> date:
    return date(year, 4, 1)


def last_day(year: int) -> date:
    return date(year + 1, 3, 31)


def label(year: int) -> str:
    """``令和7年度``. The year in which an era began in May has the new name throughout, as the State counted 令和元年度."""
    return format_day(date(year, 5, 1)).partition("年")[0] + "年度"


def read_fiscal_year(text: str) -> int:
    """令和7年度, R7, 2025年度 … Raises ValueError with a sentence where it is no fiscal year of the era named."""
    written = unicodedata.normalize("NFKC", text).strip()
    remedy = "令和7年度、R7 又は 2025年度 のように書いてください。"
    if match := _WESTERN.fullmatch(written):
        return _in_range(int(match[1]), text)
    match = _NAMED.fullmatch(written)
    if match is None:
        raise ValueError(f"「{text}」を年度として読めません。{remedy}")
    era = _LETTERS.get(match[1].upper(), match[1])
    number = 1 if match[2] == "元" else int(match[2])
    try:
        year = year_of_era(era, number)
    except ValueError:
        raise ValueError(f"「{text}」を年度として読めません。{remedy}") from None
    # 平成31年度 and 令和元年度 are one fiscal year, and both are written.
    if not any(_named_so(era, number, day) for day in (first_day(year), date(year, 12, 31))):
        raise ValueError(f"「{text}」という年度はありません。{label(year)}と書いてください。")
    return _in_range(year, text)


def _named_so(era: str, number: int, day: date) -> bool:
    try:
        return read_date(f"{era}{number}年{day.month}月{day.day}日") == day
    except ValueError:
        return False


def _in_range(year: int, text: str) -> int:
    if not FIRST <= year <= LAST:
        raise ValueError(f"「{text}」は扱える年度ではありません。{FIRST}年度から{LAST}年度までにしてください。")
    return year
