"""``Name: text`` lines. A colon alone proves nothing, so a file's own habits decide which names are speakers."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from minutes.transcript.label import has_name_shape, has_title, is_diarisation, is_full_name, is_header

_COLON = re.compile(r"\[?([^:：\r\n\]]{1,40})\]?[ 　]{0,4}[:：](?!//)[ \t　]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    text: str


def split_colon(line: str) -> Named | None:
    """``line`` as name and text where it could be read so at all."""
    match = _COLON.match(line.lstrip(" 　\t"))
    if match is None:
        return None
    name, text = match[1].strip(), match[2]
    if not has_name_shape(name) or is_header(name):
        return None
    if name[-1].isdigit() and text[:1].isdigit():
        return None  # 午後1：30
    return Named(name, text)


def speaker_names(lines: Iterable[str]) -> frozenset[str]:
    """Names before a colon that are speakers: they recur, or are diarisation labels, or end with a title.

    Beside such names a full name (大庭 直美) needs no recurrence: many attendees speak once.
    """
    counts = Counter(named.name for named in map(split_colon, lines) if named)
    proven = {name for name, n in counts.items() if n >= 2 or is_diarisation(name) or has_title(name)}
    return frozenset(proven | {name for name in counts if proven and is_full_name(name)})
