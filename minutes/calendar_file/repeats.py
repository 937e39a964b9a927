"""Which instances of a repeated event fall on a day."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dateutil.rrule import rrulestr

from minutes.calendar_file.broken import part_of
from minutes.calendar_file.times import Clock
from minutes.era import JST
from minutes.errors import InputError

_PARTS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST"}
_OF_LONG_PERIODS = {"BYMONTHDAY", "BYSETPOS"}
"""With a daily rule they can name a day that never comes, which would be looked for until the year 9999."""
_UNTIL = re.compile(r";?UNTIL=[^;]*")


def repeats(event: Any) -> bool:
    """Whether it takes place more than once."""
    return event.get("RRULE") is not None or event.get("RDATE") is not None


def starts_on(clock: Clock, event: Any, day: date, moved: frozenset[datetime]) -> list[datetime]:
    """The beginnings on that day in Japan. ``moved``: those that have an entry of their own in the file.

    Raises InputError for a rule of a kind that no meeting has.
    """
    written = event.get("DTSTART")
    first = clock.zoned(written.dt, written, "開始日時")
    added = (each for each in _listed(clock, event, "RDATE") if isinstance(each, datetime))
    found = {first.astimezone(JST), *_by_rule(event, first, day), *added}
    left_out = set(_listed(clock, event, "EXDATE")) | moved
    return sorted(each for each in found if each.date() == day and each not in left_out and each.date() not in left_out)


def _by_rule(event: Any, first: datetime, day: date) -> Iterator[datetime]:
    rule = event.get("RRULE")
    if rule is None:
        return
    items = None if isinstance(rule, list) else part_of(rule, "items")
    if items is None:
        raise _unreadable()
    parts = {str(name).upper(): values for name, values in items()}
    every = [str(each).upper() for each in _list(parts.get("FREQ"))]
    long = every in (["MONTHLY"], ["YEARLY"])
    if (
        not (long or every in (["DAILY"], ["WEEKLY"]))
        or not parts.keys() <= (_PARTS | _OF_LONG_PERIODS if long else _PARTS)
        or not all(isinstance(each, int) and each > 0 for each in _list(parts.get("INTERVAL", 1)))
    ):
        raise _unreadable()
    # The rule speaks of days in the zone of the event: a Monday there may be a Tuesday here.
    zone = first.tzinfo
    try:
        written = _UNTIL.sub("", rule.to_ical().decode()).strip(";")
        local = rrulestr(written, dtstart=first.replace(tzinfo=None))
        around = datetime.combine(day, time())
        last = _last(parts.get("UNTIL"), zone)
        for each in local.between(around - timedelta(days=2), around + timedelta(days=2), inc=True):
            if last is None or each <= last:
                yield each.replace(tzinfo=zone).astimezone(JST)
    except Exception as error:  # what a rule with odd numbers makes the two libraries raise is not documented
        raise _unreadable() from error


def _last(until: Any, zone: Any) -> datetime | None:
    values = _list(until)
    if not values:
        return None
    (value,) = values
    if not isinstance(value, datetime):
        return datetime.combine(value, time.max)
    last: datetime = value if value.tzinfo is None else value.astimezone(zone)
    return last.replace(tzinfo=None)


def _listed(clock: Clock, event: Any, name: str) -> Iterator[datetime | date]:
    """Each date of a property that may stand several times and hold several."""
    for written in _list(event.get(name)):
        dates = part_of(written, "dts")
        if dates is None:
            raise _unreadable()
        for each in dates:
            value = each.dt[0] if isinstance(each.dt, tuple) else each.dt
            yield clock.in_japan(value, written, "繰り返しの日付")


def _list(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, list) else [value]


def _unreadable() -> InputError:
    return InputError(
        "予定の繰り返し方を読めません。",
        where="繰り返し",
        remedy="会議のあった回だけを1つの予定として書き出すか、日時を手で入力してください。",
    )
