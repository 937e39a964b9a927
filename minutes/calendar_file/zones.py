"""Which zone a name means: the world's names first, then what the file itself describes.

Nothing is asked of icalendar here. It keeps each zone that any file describes for the whole process, so that one file would
decide what a name means in the next one.
"""

import io
from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from dateutil.tz import tzical
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON


def without_zones(text: str) -> tuple[str, dict[str, tzinfo]]:
    """The text without its descriptions of zones, and these by name; one that cannot be read is left out."""
    kept: list[str] = []
    block: list[str] | None = None
    zones: dict[str, tzinfo] = {}
    for line in text.splitlines():
        word = line.strip().upper()
        if block is None and word == "BEGIN:VTIMEZONE":
            block = []
        if block is None:
            kept.append(line)
            continue
        block.append(line)
        kept.append("")  # so that what comes after it keeps its number
        if word == "END:VTIMEZONE":
            zones |= _described("\n".join(block))
            block = None
    return "\n".join(kept) + "\n", zones


def _described(block: str) -> dict[str, tzinfo]:
    try:
        found = tzical(io.StringIO(block))
        return {name: found.get(name) for name in found.keys()}  # noqa: SIM118  no mapping
    except Exception:  # what odd offsets and rules make dateutil raise is not documented; the name stays unknown
        return {}


def zone_named(name: str, described: Mapping[str, tzinfo]) -> tzinfo | None:
    """None for a name that says nothing."""
    try:
        return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (ValueError, KeyError, OSError):
        return described.get(name)
