"""Fragment: what a reader of one format found, before utterances are numbered."""

import re
from dataclasses import dataclass

LINE_END = re.compile(r"\r\n|\r|\n")
"""Not ``str.splitlines``, which would also cut at form feeds and Unicode separators inside speech."""


@dataclass(frozen=True)
class Fragment:
    label: str | None
    text: str
    line: int
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Reading:
    fragments: tuple[Fragment, ...]
    problems: tuple[tuple[int, str], ...] = ()
    """Line and message."""


def join_lines(lines: list[str]) -> str:
    """Wrapped lines as one: Japanese joins without a space, words in Latin letters with one."""
    joined: list[str] = []
    for line in (part.strip() for part in lines):
        if not line:
            continue
        if joined and joined[-1][-1].isascii() and line[0].isascii():
            joined.append(" ")
        joined.append(line)
    return "".join(joined)
