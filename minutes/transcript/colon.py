"""``Name: text`` lines. A colon alone proves nothing, so a file's own habits decide which names are speakers."""

import re
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass

from minutes.transcript.label import has_name_shape, has_title, is_diarisation, is_full_name, is_header

_COLON = re.compile(r"\[?([^:：\r\n\]]{1,40})\]?[ 　]{0,4}[:：](?!//)[ \t　]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    text: str


def split_colon(line: str) -> Named | None:
    """``line`` as name and text where it could be read so at all."""
    named = _split(line)
    return None if named is None or _is_clock(named) else named


def named_by(line: str, names: Container[str]) -> Named | None:
    """``line`` as one of the names and text. A proven name may end in a digit before a figure: 会議室1：30人です."""
    named = _split(line)
    return named if named and named.name in names else None


def _split(line: str) -> Named | None:
    match = _COLON.match(line.lstrip(" 　\t"))
    if match is None:
        return None
    name = match[1].strip()
    return Named(name, match[2]) if has_name_shape(name) and not is_header(name) else None


def _is_clock(named: Named) -> bool:
    """午後1：30"""
    return named.name[-1].isdigit() and named.text[:1].isdigit() and not is_diarisation(named.name)


def speaker_names(lines: Iterable[str]) -> frozenset[str]:
    """Names before a colon that are speakers: they recur, or are diarisation labels, or end with a title.

    Beside such names a full name (大庭 直美) needs no recurrence: many attendees speak once.
    """
    held = [named for named in map(_split, lines) if named]
    plain = {named.name for named in held if not _is_clock(named)}
    counts = Counter(named.name for named in held if named.name in plain)
    proven = {name for name, n in counts.items() if n >= 2 or is_diarisation(name) or has_title(name)}
    return frozenset(proven | {name for name in counts if proven and is_full_name(name)})
