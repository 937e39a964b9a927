"""Dates as Japanese offices write them: 和暦, weekday, 第8回. Dates are those of Japan (UTC+9)."""

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


def format_date(dt: date) -> str:
    """``令和8年2月9日（月）``. A datetime with an offset is read as its date in Japan; before 昭和 the year is 西暦."""
    day = _day(dt)
    return f"{_year(day)}{day.month}月{day.day}日（{weekday(day)}）"


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
    for first, name in _ERAS:
        if day >= first:
            number = day.year - first.year + 1
            return f"{name}{'元' if number == 1 else number}年"
    return f"西暦{day.year}年"
