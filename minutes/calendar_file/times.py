"""When an event is, in Japan's time. Times without a zone are those of the reader's place, which is Japan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from minutes.calendar_file.broken import part_of
from minutes.calendar_file.zones import zone_named
from minutes.era import JST
from minutes.errors import InputError

_YEARS = range(1990, 2101)
_AGAIN = "予定表で日時を確かめ、書き出し直してください。"


@dataclass(frozen=True)
class Clock:
    """Reads the times of one file. ``zones``: those that it describes itself."""

    zones: Mapping[str, tzinfo]

    def moment(self, event: Any, name: str, words: str) -> datetime | date | None:
        """The value of a property in Japan's time, a date without time as a date. ``words``: what it is, for messages."""
        value = event.get(name)
        if value is None:
            return None
        if isinstance(value, list):
            raise InputError(f"{words}が2つ書かれています。", where=words, remedy=_AGAIN)
        return self.in_japan(part_of(value, "dt"), value, words)

    def in_japan(self, value: object, written: Any, words: str) -> datetime | date:
        """``written``: the property, which knows the name of the zone. Raises InputError for what is no moment."""
        if isinstance(value, datetime):
            zoned = self.zoned(value, written, words)
            try:
                value = zoned.astimezone(JST)
            except Exception as error:  # a zone that the file itself describes may raise anything
                raise InputError(f"{words}を日本の時刻に直せません。", where=words, remedy=_AGAIN) from error
        elif not isinstance(value, date):
            raise InputError(f"{words}を日時として読めません。", where=words, remedy=_AGAIN)
        if value.year not in _YEARS:
            raise InputError(
                f"{words}が{_YEARS[0]}年から{_YEARS[-1]}年までの日時ではありません。", where=words, remedy=_AGAIN
            )
        return value

    def zoned(self, value: datetime, written: Any, words: str) -> datetime:
        """The same time of day in the zone that the file means. Raises InputError for an unknown name."""
        if str(value.tzinfo) == "UTC":
            return value
        name = (part_of(written, "params") or {}).get("TZID")
        if not name:
            return value.replace(tzinfo=JST)
        zone = zone_named(str(name), self.zones)
        if zone is None:
            raise InputError(
                f"{words}の時間帯「{str(name)[:40]}」が分かりません。",
                where=words,
                remedy="予定表で時間帯を「大阪、札幌、東京」にして書き出し直すか、日時を手で入力してください。",
            )
        return value.replace(tzinfo=zone)

    def length(self, event: Any, start: datetime) -> timedelta | None:
        """How long the event lasts; None where the file does not say, or says an end that is no end."""
        end = self.moment(event, "DTEND", "終了日時")
        span = end - start if isinstance(end, datetime) else part_of(event.get("DURATION"), "dt")
        return span if isinstance(span, timedelta) and timedelta() < span < timedelta(days=366) else None
