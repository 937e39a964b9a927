"""A calendar file (iCalendar, .ics) as the beginning of a meeting: what it says is taken over, nothing is added."""

from minutes.calendar_file.read import CALENDAR_MAX_BYTES, CalendarEvent, CalendarFile, read_calendar

__all__ = ["CALENDAR_MAX_BYTES", "CalendarEvent", "CalendarFile", "read_calendar"]
