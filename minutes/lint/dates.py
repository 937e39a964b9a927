"""Dates that contradict themselves: K26. A hard rule, because a record with a date that never was is wrong."""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from minutes.era import weekday
from minutes.lint.passage import Passage
from minutes.lint.remark import Remark

_FIRST = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
_LAST = {"明治": 45, "大正": 15, "昭和": 64, "平成": 31}
_DATE = re.compile(
    r"(?:(?P<era>明治|大正|昭和|平成|令和)(?P<era_year>\d+|元)年|(?P<year>(?:18|19|20)\d\d)年)?"
    r"(?:(?P<month>\d{1,2})月(?P<day>\d{1,2})日)?(?:[（(](?P<weekday>[月火水木金土日])(?:曜日?)?[)）])?"
)
_BOTH = re.compile(
    r"(?P<era>明治|大正|昭和|平成|令和)(?P<era_year>\d+|元)年(?P<term>度)?[（(](?P<year>(?:18|19|20)\d\d)年?(?:度)?[)）]"
    r"|(?P<year2>(?:18|19|20)\d\d)年(?:度)?[（(](?P<era2>明治|大正|昭和|平成|令和)(?P<era_year2>\d+|元)年?(?:度)?[)）]"
)


def _western(era: str, year: str) -> int:
    return _FIRST[era] + (1 if year == "元" else int(year)) - 1


def impossible_dates(passage: Passage) -> Iterator[Remark]:
    # NFKC may change lengths, so that places would be wrong; digits alone do not.
    text = passage.text.translate(_HALF)
    for match in _BOTH.finditer(text):
        era, year = (match["era"] or match["era2"]), (match["era_year"] or match["era_year2"])
        western = int(match["year"] or match["year2"])
        if _western(era, year) != western:
            yield _wrong(match, f"{era}{year}年は{_western(era, year)}年です。和暦と西暦が合いません")
    for match in _DATE.finditer(text):
        if match[0]:
            yield from _date(match)


_HALF = {ord(wide): unicodedata.normalize("NFKC", wide) for wide in "０１２３４５６７８９"}


def _date(match: re.Match[str]) -> Iterator[Remark]:
    era, year = match["era"], None
    if era:
        number = 1 if match["era_year"] == "元" else int(match["era_year"])
        year = _western(era, match["era_year"])
        if number == 0 or number > _LAST.get(era, 99):
            yield _wrong(match, f"「{era}{match['era_year']}年」という年はありません")
            return
    elif match["year"]:
        year = int(match["year"])
    if not match["month"]:
        return
    month, day = int(match["month"]), int(match["day"])
    try:
        # Without a year, 2月29日 may be right.
        found = date(year or 2024, month, day)
    except ValueError:
        yield _wrong(match, f"「{match['month']}月{match['day']}日」という日はありません")
        return
    if year and match["weekday"] and weekday(found) != match["weekday"]:
        yield _wrong(match, f"この日は（{weekday(found)}）です。曜日が合いません")


def _wrong(match: re.Match[str], what: str) -> Remark:
    return Remark("K26", match.start(), match.end(), f"「{match[0]}」: {what}。日付を確かめて直してください。")
