"""Google Meet's transcript as text: times alone on a line, then ``Name: text``, between a list of attendees and a note."""

import re
from itertools import pairwise

from minutes.transcript.clock import seconds
from minutes.transcript.colon import named_by, speaker_names, split_colon
from minutes.transcript.formats.marked_text import uses_symbols
from minutes.transcript.fragment import LINE_END, Findings, Fragment, Reading, join_lines
from minutes.transcript.model import TranscriptFormat

_TIME = re.compile(r"[ \t　]*\d{1,3}:\d\d(?::\d\d)?(?:\.\d{1,3})?[ \t　]*", re.ASCII)
_ATTENDEES = re.compile(r"[ \t]*(?:Attendees|Invited|参加者|招待者)[ \t]*[:：]?[ \t]*$", re.IGNORECASE)
_TITLE = re.compile(r"[ \t]*(?:.{0,80}[-–—][ \t]*)?(?:Transcript|文字起こし)[ \t]*$", re.IGNORECASE)
_FOOT = re.compile(
    r".{0,20}(?:Transcription ended after|Meeting ended after|文字起こしは?.{0,20}(?:終了|停止)しました|"
    r"This editable transcript was computer generated|編集可能な文字起こしはコンピュータ)"
)


def is_google_meet(text: str) -> bool:
    """A time alone on its line above a named line, or the words that Meet puts around its transcripts."""
    lines = [line for line in LINE_END.split(text) if line.strip()]
    named = [line for line in lines if split_colon(line)]
    if not named or uses_symbols(text):
        return False
    framed = any(_FOOT.match(line) for line in lines[-5:]) or any(_ATTENDEES.match(line) for line in lines[:20])
    framed = framed or any(_TITLE.match(line) for line in lines[:20])
    timed = any(_TIME.fullmatch(line) and split_colon(below) for line, below in pairwise(lines))
    return (framed and (timed or len(named) > len(lines) // 3)) or (timed and 2 * len(named) >= len(lines) - len(named))


def read_google_meet(text: str) -> Reading:
    """Each named paragraph is a fragment. The time belongs to the first words below it."""
    found = Findings()
    lines = LINE_END.split(text)
    names = _names(lines)
    label: str | None = None
    start: float | None = None
    open_lines: list[str] | None = None
    opened: list[tuple[str | None, list[str], int, float | None]] = []
    begun = False
    for number, line in enumerate(lines, start=1):
        named = named_by(line, names)
        if not line.strip():
            open_lines = None
        elif _TIME.fullmatch(line):
            start, open_lines, begun = seconds(line), None, True
        elif _FOOT.match(line):
            open_lines = None
            found.notice(number, "文字起こしの終わりの注記です。", "発言に含めていません。")
        elif named:
            label, begun, open_lines = named.name, True, [named.text]
            opened.append((label, open_lines, number, start))
            start = None
        elif not begun or (label is None and (_TITLE.match(line) or _ATTENDEES.match(line))):
            found.notice(number, "最初の時刻または話者より前にある見出しです。", "発言に含めていません。")
        elif open_lines is None:
            open_lines = [line]
            opened.append((label, open_lines, number, start))
            start = None
        else:
            open_lines.append(line)
    found.fragments.extend(Fragment(who, join_lines(said), number, at) for who, said, number, at in opened)
    return found.reading(TranscriptFormat.GOOGLE_MEET)


def _names(lines: list[str]) -> frozenset[str]:
    """The attendees that the file lists, and the names that prove to be speakers by their use."""
    listed: set[str] = set()
    for heading, below in pairwise(lines):
        if _ATTENDEES.match(heading):
            listed.update(name.strip() for name in re.split(r"[,、，]", below))
    named = [split for split in map(split_colon, lines) if split]
    spoken = [line for line in lines if line.strip() and not _TIME.fullmatch(line)]
    if 2 * len(named) >= len(spoken):
        return frozenset(split.name for split in named)
    return speaker_names(lines) | {split.name for split in named if split.name in listed}
