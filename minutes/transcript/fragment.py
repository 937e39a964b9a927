"""Fragment and Reading: what a reader of one format found, before utterances are numbered."""

import re
from dataclasses import dataclass

from minutes.transcript.model import Notice, TranscriptFormat

LINE_END = re.compile(r"\r\n|\r|\n")
"""Not ``str.splitlines``, which would also cut at form feeds and Unicode separators inside speech."""


@dataclass(frozen=True, slots=True)
class Fragment:
    label: str | None
    text: str
    line: int
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True)
class Reading:
    format: TranscriptFormat
    fragments: tuple[Fragment, ...]
    notices: tuple[Notice, ...] = ()


class Findings:
    """Fragments and notices as a reader comes upon them."""

    def __init__(self) -> None:
        self.fragments: list[Fragment] = []
        self.notices: list[Notice] = []

    def notice(self, line: int, what: str, remedy: str) -> None:
        self.notices.append(Notice(line=line, what=what, remedy=remedy))

    def reading(self, kind: TranscriptFormat) -> Reading:
        """Without empty fragments, notices in the order of the file."""
        return Reading(
            kind, tuple(f for f in self.fragments if f.text), tuple(sorted(self.notices, key=lambda n: n.line))
        )


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
