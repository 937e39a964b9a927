"""Dates as Japanese offices write them."""

from datetime import date, datetime, timedelta, timezone

import pytest

from minutes.era import format_date, series_label, weekday
from minutes.meeting import Meeting

JST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (date(2026, 2, 9), "令和8年2月9日（月）"),
        (date(2019, 5, 1), "令和元年5月1日（水）"),
        (date(2019, 4, 30), "平成31年4月30日（火）"),
        (date(1989, 1, 8), "平成元年1月8日（日）"),
        (date(1989, 1, 7), "昭和64年1月7日（土）"),
        (date(2020, 2, 29), "令和2年2月29日（土）"),
        (date(1926, 12, 24), "西暦1926年12月24日（金）"),
        (datetime(2026, 2, 9, 10, tzinfo=JST), "令和8年2月9日（月）"),
        (datetime(2026, 2, 8, 23, tzinfo=timezone.utc), "令和8年2月9日（月）"),  # noqa: UP017 - the offset is the point
    ],
)
def test_format_date(day: date, text: str):
    assert format_date(day) == text
    assert weekday(day) == text[-2]


@pytest.mark.parametrize(
    ("number", "label", "text"),
    [(8, None, "第8回"), (8, "令和8年度第1回", "令和8年度第1回"), (None, "臨時", "臨時"), (None, None, "")],
)
def test_series_label(number: int | None, label: str | None, text: str):
    start = datetime(2026, 2, 9, 10, tzinfo=JST)
    meeting = Meeting(
        title="協議会",
        series_no=number,
        series_label=label,
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        agenda=(),
        roster=(),
    )
    assert series_label(meeting) == text
