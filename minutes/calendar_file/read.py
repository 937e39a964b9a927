"""Bytes of a calendar file to its events, and one event to a draft."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from icalendar import Calendar

from minutes.calendar_file.broken import part_of
from minutes.calendar_file.fields import fields_of, text_of, without_addresses
from minutes.calendar_file.repeats import repeats, starts_on
from minutes.calendar_file.times import Clock
from minutes.calendar_file.zones import without_zones
from minutes.era import format_date
from minutes.errors import InputError
from minutes.meeting_draft import FromFile
from minutes.transcript.encoding import Undecodable, bom_encoding, decode
from minutes.value import Value

CALENDAR_MAX_BYTES = 2_000_000
"""An invitation takes a few thousand bytes, a department's calendar of a year under a million; two take 3 seconds."""
MOST_EVENTS = 1_000
_ANSWERS = {"REPLY", "REFRESH", "COUNTER", "DECLINECOUNTER"}
_ALL = "ファイル全体"


class CalendarEvent(Value):
    """One entry of the file, to choose from."""

    no: int
    """Its place in the file, from 1."""
    title: str
    starts_at: datetime | None
    """In Japan's time; of a repeated event the first beginning. None: see ``unusable``."""
    repeats: bool
    unusable: str
    """Why it cannot be a meeting (a whole day, cancelled, no time); empty where it can."""


@dataclass(frozen=True)
class _Entry:
    event: Any
    instances: tuple[Any, ...]
    """Single instances of this repeated event that were changed (RECURRENCE-ID)."""
    shown: CalendarEvent


@dataclass(frozen=True)
class CalendarFile:
    entries: tuple[_Entry, ...]
    clock: Clock

    @property
    def events(self) -> tuple[CalendarEvent, ...]:
        return tuple(entry.shown for entry in self.entries)

    def choices(self, no: int | None, day: date | None) -> tuple[CalendarEvent, ...]:
        """Between which events a person has to decide; empty where ``no`` and ``day`` leave one instance.

        Raises InputError where they leave none.
        """
        fitting = self._fitting(no, day)
        if len(fitting) > 1 or (day is None and fitting[0].shown.repeats and not fitting[0].shown.unusable):
            return tuple(entry.shown for entry in fitting)
        return ()

    def draft(self, no: int | None = None, day: date | None = None) -> FromFile:
        """The meeting of the one instance that ``no`` (its place in the file) and ``day`` (in Japan) leave.

        Raises InputError where they leave none or several, and for an event that is no meeting at a time of day.
        """
        if choices := self.choices(no, day):
            raise choice_needed(choices)
        entry = self._fitting(no, day)[0]
        if entry.shown.unusable:
            raise InputError(
                f"{entry.shown.unusable}。",
                where=_place(entry.shown),
                remedy="別の予定を選ぶか、会議の情報を手で入力してください。",
            )
        event, start = _instances(self.clock, entry, day)[0]
        span = self.clock.length(event, start if event is not entry.event else _start(self.clock, entry.event))
        return fields_of(event, start, None if span is None else start + span)

    def _fitting(self, no: int | None, day: date | None) -> list[_Entry]:
        entries = [entry for entry in self.entries if no is None or entry.shown.no == no]
        if not entries:
            raise InputError(
                f"{no}番目の予定はありません。",
                where="予定の番号",
                remedy=f"1から{len(self.entries)}までの番号を指定してください。",
            )
        if day is None or (len(entries) == 1 and entries[0].shown.unusable):
            return entries
        on_day = [entry for entry in entries if not entry.shown.unusable and _instances(self.clock, entry, day)]
        if not on_day:
            raise InputError(
                f"{format_date(day)}の予定がありません。",
                where="開催日",
                remedy="予定表で会議のあった日を確かめてください。",
            )
        return on_day


def read_calendar(data: bytes) -> CalendarFile:
    """Raises InputError for what is no calendar, too large, damaged, without events, or an answer to an invitation."""
    if len(data) > CALENDAR_MAX_BYTES:
        raise InputError(
            f"カレンダーのファイルが大きすぎます（上限 {CALENDAR_MAX_BYTES:,} バイト）。",
            where=_ALL,
            remedy="会議の予定だけを書き出してください（添付ファイルは含めません）。",
        )
    text = _text(data)
    if text.upper().count("BEGIN:VEVENT") > MOST_EVENTS:
        raise InputError(
            f"予定が多すぎます（上限 {MOST_EVENTS:,} 件）。", where=_ALL, remedy="会議の予定だけを書き出してください。"
        )
    events = []
    rest, zones = without_zones(text)
    clock = Clock(zones)
    for calendar in _calendars(rest):
        _refuse_answers(calendar)
        events += [(calendar, each) for each in calendar.subcomponents if each.name == "VEVENT"]
    if not events:
        raise InputError("予定が1つもありません。", where=_ALL, remedy="会議の予定を選んで書き出してください。")
    return CalendarFile(tuple(_entries(clock, events)), clock)


def choice_needed(choices: tuple[CalendarEvent, ...]) -> InputError:
    """The error for a caller that cannot ask: it names what there is to choose from."""
    if len(choices) == 1:
        return InputError(
            "繰り返しの予定です。", where=_place(choices[0]), remedy="会議のあった日（開催日）を指定してください。"
        )
    shown = "、".join(f"{each.no}番「{each.title[:30]}」{_when(each)}" for each in choices[:20])
    return InputError(
        f"予定が{len(choices)}件あります（{shown}{'など' if len(choices) > 20 else ''}）。",
        where="予定の番号",
        remedy="予定の番号か、会議のあった日（開催日）を指定してください。",
    )


def _text(data: bytes) -> str:
    # Some programs fold lines between the bytes of one letter: joined first, the letters are whole again.
    joined = data if (bom_encoding(data) or "").startswith("utf-16") else re.sub(rb"\r?\n[ \t]", b"", data)
    try:
        return decode(joined).text
    except Undecodable:
        raise
    except InputError as error:
        raise _no_calendar() from error


def _calendars(text: str) -> list[Any]:
    head = text.upper()
    if "BEGIN:VCALENDAR" not in head:
        raise _no_calendar()
    if re.search(r"^VERSION:1\.0\s*$", head, re.MULTILINE):
        raise InputError(
            "古い形式（vCalendar 1.0、.vcs）です。", where=_ALL, remedy="iCalendar（.ics）の形式で書き出してください。"
        )
    if head.count("BEGIN:VCALENDAR") != head.count("END:VCALENDAR"):
        raise InputError(
            "カレンダーのファイルが途中で切れています。", where="ファイルの末尾", remedy="書き出し直してください。"
        )
    try:
        found = Calendar.from_ical(text, multiple=True)
    except Exception as error:  # what a damaged file makes the library raise is not documented
        raise InputError(
            "カレンダーのファイルが壊れているため読めません。",
            where=_broken_line(text),
            remedy="予定表から書き出し直すか、会議の情報を手で入力してください。",
        ) from error
    return [each for each in found if each.name == "VCALENDAR"]


def _broken_line(text: str) -> str:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not re.match(r"[A-Za-z0-9-]+[;:]", line):
            return f"{number}行目（折り返した行は前の行とつなげて数える）"
    return _ALL


def _no_calendar() -> InputError:
    return InputError(
        "カレンダーのファイル（iCalendar、.ics）ではありません。",
        where=_ALL,
        remedy="予定表から iCalendar（.ics）の形式で書き出したファイルを選んでください。",
    )


def _refuse_answers(calendar: Any) -> None:
    if text_of(calendar, "METHOD").strip().upper() in _ANSWERS:
        raise InputError(
            "招待への返信のファイルです。", where=_ALL, remedy="予定そのものを書き出したファイルを選んでください。"
        )


def _entries(clock: Clock, events: list[tuple[Any, Any]]) -> list[_Entry]:
    """Changed instances belong to the repeated event of the same UID; without it they stand for themselves."""
    series = {text_of(event, "UID"): event for _, event in reversed(events) if _is_series(event)}
    changed: dict[int, list[Any]] = {}
    alone = []
    for calendar, event in events:
        master = series.get(text_of(event, "UID")) if event.get("RECURRENCE-ID") is not None else None
        if master is not None and text_of(event, "UID"):
            changed.setdefault(id(master), []).append(event)
        else:
            alone.append((calendar, event))
    return [
        _Entry(event, tuple(changed.get(id(event), ())), _shown(clock, no, calendar, event))
        for no, (calendar, event) in enumerate(alone, 1)
    ]


def _is_series(event: Any) -> bool:
    return repeats(event) and event.get("RECURRENCE-ID") is None


def _shown(clock: Clock, no: int, calendar: Any, event: Any) -> CalendarEvent:
    start: datetime | None = None
    unusable = ""
    try:
        start = _start(clock, event)
    except InputError as error:
        unusable = error.what.rstrip("。")
    if _cancelled(event) or text_of(calendar, "METHOD").strip().upper() == "CANCEL":
        unusable = "取り消された予定です"
    title = without_addresses(text_of(event, "SUMMARY")) or "（件名なし）"
    return CalendarEvent(no=no, title=title, starts_at=start, repeats=_is_series(event), unusable=unusable)


def _cancelled(event: Any) -> bool:
    return text_of(event, "STATUS").strip().upper() == "CANCELLED"


def _start(clock: Clock, event: Any) -> datetime:
    start = clock.moment(event, "DTSTART", "開始日時")
    if start is None:
        raise InputError("開始日時がありません。", where="開始日時", remedy="予定表で日時を確かめてください。")
    if not isinstance(start, datetime):
        raise InputError("終日の予定です（開始と終了の時刻がありません）。", where="開始日時", remedy="")
    return start


def _instances(clock: Clock, entry: _Entry, day: date | None) -> list[tuple[Any, datetime]]:
    """The event and the beginning of each of its instances on that day; without a day its only one."""
    start = _start(clock, entry.event)
    if not entry.shown.repeats:
        return [(entry.event, start)] if day is None or start.date() == day else []
    assert day is not None  # choices has asked for one
    moved = set()
    found = []
    for event in entry.instances:
        original = clock.moment(event, "RECURRENCE-ID", "変更された回")
        if (part_of(event.get("RECURRENCE-ID"), "params") or {}).get("RANGE"):
            raise InputError(
                "繰り返しの途中から変わる予定です。",
                where=_place(entry.shown),
                remedy="会議のあった回だけを1つの予定として書き出すか、日時を手で入力してください。",
            )
        moved.add(original)
        begins = _start(clock, event)
        if begins.date() == day and not _cancelled(event):
            found.append((event, begins))
    regular = starts_on(clock, entry.event, day, frozenset(each for each in moved if isinstance(each, datetime)))
    found += [(entry.event, each) for each in regular if each.date() not in moved]
    if len(found) > 1:
        raise InputError(
            f"{format_date(day)}に、この予定が{len(found)}回あります。",
            where=_place(entry.shown),
            remedy="会議のあった回だけを1つの予定として書き出すか、日時を手で入力してください。",
        )
    return found


def _place(event: CalendarEvent) -> str:
    return f"{event.no}番目の予定「{event.title[:40]}」"


def _when(event: CalendarEvent) -> str:
    if event.starts_at is None:
        return f"（{event.unusable}）"
    return f"（{format_date(event.starts_at)}{'から繰り返し' if event.repeats else ''}）"
