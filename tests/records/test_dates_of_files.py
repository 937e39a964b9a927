"""Fiscal years, eras, 起算日 and 満了日: what follows from a year and a period, over the whole range."""

from calendar import isleap
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from minutes.era import format_day, read_date
from records.metadata import Disposal, FileMetadata
from records.metadata.fiscal_year import FIRST, first_day, fiscal_year_of, label, last_day, read_fiscal_year
from records.metadata.retention import USUAL, counted_from, expires_on, read_period, years_of

DAYS = st.dates(date(1926, 12, 25), date(9998, 3, 31))
NAMED_DAYS = st.dates(date(1926, 12, 25), date(2117, 12, 31))
"""An era of a hundred years is not yet written with two digits."""
YEARS = st.integers(FIRST, 9800)
PERIODS = st.one_of(st.sampled_from(USUAL), st.integers(1, 99).map(lambda n: f"{n}年"))


@given(DAYS)
def test_a_day_lies_between_the_ends_of_its_fiscal_year(day: date):
    year = fiscal_year_of(day)
    assert first_day(year) <= day <= last_day(year)
    assert last_day(year) + timedelta(days=1) == first_day(year + 1)


@given(NAMED_DAYS)
def test_a_day_is_read_back_from_how_it_is_written(day: date):
    assert read_date(format_day(day)) == day
    assert read_date(day.isoformat()) == read_date(f"{day.year}/{day.month}/{day.day}") == day
    assert read_date(f"　{format_day(day)}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))) == day


@given(st.integers(FIRST + 1, 2116))
def test_a_fiscal_year_is_read_back_from_its_name(year: int):
    assert read_fiscal_year(label(year)) == read_fiscal_year(str(year)) == read_fiscal_year(f"{year}年度") == year


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("令和７年度", 2025),
        ("R7", 2025),
        ("令和元年度", 2019),
        ("平成31年度", 2019),
        ("平成元年度", 1989),
        ("昭和63年度", 1988),
        ("昭和元年度", 1926),
        ("2025", 2025),
    ],
)
def test_fiscal_years_as_offices_write_them(text: str, year: int):
    assert read_fiscal_year(text) == year


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("平成32年度", "令和2年度"),
        ("昭和64年度", "平成元年度"),
        ("令和0年度", "令和7年度"),
        ("大正9年度", "令和7年度"),
        ("七年度", "R7"),
    ],
)
def test_a_year_that_the_era_does_not_have_is_refused_with_its_right_name(text: str, told: str):
    with pytest.raises(ValueError, match=told):
        read_fiscal_year(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("平成31年5月1日", "令和元年5月1日"),
        ("昭和64年1月8日", "平成元年1月8日"),
        ("令和元年4月30日", "平成31年4月30日"),
        ("令和7年2月29日", "暦"),
        ("2025-02-29", "暦"),
        ("2026.2/9", "読めません"),
        ("令和8年", "読めません"),
    ],
)
def test_a_day_that_is_none_is_refused(text: str, told: str):
    with pytest.raises(ValueError, match=told):
        read_date(text)


@given(YEARS, PERIODS)
def test_the_dates_that_follow_span_exactly_the_period(year: int, period: str):
    start, end, years = counted_from(period, year), expires_on(period, year), years_of(period)
    if years is None:
        assert end is None
        assert (start is None) == (period != "永年")
    else:
        assert start == first_day(year + 1)
        assert end is not None
        assert (end.month, end.day) == (3, 31)
        assert end + timedelta(days=1) == first_day(year + 1 + years)


@given(st.integers(1927, 9990).filter(isleap).map(lambda year: date(year, 2, 29)))
def test_a_leap_day_belongs_to_the_fiscal_year_before(day: date):
    assert fiscal_year_of(day) == day.year - 1
    assert counted_from("5年", fiscal_year_of(day)) == date(day.year, 4, 1)


def test_the_example_of_the_guide():
    """A meeting on 令和8年2月9日, kept for five years."""
    year = fiscal_year_of(date(2026, 2, 9))
    assert label(year) == "令和7年度"
    assert (counted_from("5年", year), expires_on("5年", year)) == (date(2026, 4, 1), date(2031, 3, 31))


@pytest.mark.parametrize(
    ("text", "period"), [("５年", "5年"), (" 1 年未満", "1年未満"), ("常用", "常用"), ("30年", "30年")]
)
def test_periods_have_one_form(text: str, period: str):
    assert read_period(text) == period


@pytest.mark.parametrize("text", ["", "永久", "0年", "五年", "100年", "5", "5か年", "長期"])
def test_other_words_for_a_period_are_not_guessed(text: str):
    with pytest.raises(ValueError, match="1年未満"):
        read_period(text)


def file(**given: object) -> FileMetadata:
    year, period = 2025, given.get("retention_period", "5年")
    usual: dict[str, object] = {
        "fiscal_year": year,
        "class_large": "総務",
        "class_mid": "会議",
        "file_title": "CIO協議会",
        "creator": "戦略課長",
        "retention_period": period,
        "retention_start": counted_from(str(period), year),
        "retention_end": expires_on(str(period), year),
        "location": "文書管理システム",
        "manager": "戦略課長",
        "disposal": "廃棄",
    }
    return FileMetadata.model_validate(usual | given)


@given(YEARS, PERIODS, st.integers(-400, 400).filter(bool))
def test_dates_that_do_not_follow_are_refused(year: int, period: str, off: int):
    start, end = counted_from(period, year), expires_on(period, year)
    given = {"fiscal_year": year, "retention_period": period, "disposal": "移管"}
    assert file(**given, retention_start=start, retention_end=end).retention_end == end
    for field, day in (("retention_start", start), ("retention_end", end)):
        wrong = (day or date(2031, 3, 31)) + timedelta(days=off)
        with pytest.raises(ValidationError, match=r"起算日|満了日"):
            file(**given, **({"retention_start": start, "retention_end": end} | {field: wrong}))


@given(NAMED_DAYS, st.integers(-3, 800))
def test_less_than_a_year_is_less_than_a_year(start: date, days: int):
    end = start + timedelta(days=days)
    anniversary = (
        date(start.year + 1, 3, 1) if (start.month, start.day) == (2, 29) else start.replace(year=start.year + 1)
    )
    fits = start <= end < anniversary - timedelta(days=1)
    given = {"retention_period": "1年未満", "retention_start": start, "retention_end": end}
    if fits:
        assert file(**given).retention_end == end
    else:
        with pytest.raises(ValidationError, match="1年未満"):
            file(**given)


def test_what_is_kept_for_ever_is_not_destroyed_at_its_end():
    with pytest.raises(ValidationError, match="永年保存の簿冊の措置が「廃棄」"):
        file(retention_period="永年", disposal="廃棄")
    assert file(retention_period="永年", disposal="移管").disposal is Disposal.TRANSFER
