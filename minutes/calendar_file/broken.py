"""Values that the library could not read: it keeps them, and raises when one looks at them."""

from typing import Any

from icalendar.error import BrokenCalendarProperty


def part_of(value: Any, name: str) -> Any:
    """The attribute; None where the value has none or could not be read."""
    try:
        return getattr(value, name, None)
    except BrokenCalendarProperty:
        return None
