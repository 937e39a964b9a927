"""A line with a name and a time, below it what was said: Zoom and Otter text, Word's and Teams' transcripts, and others.

``山田 太郎   0:03`` ``Name⇥00:00:03`` ``[Name] 13:02:11`` ``00:00:03 話者 1`` ``話者1 (00:03)``
"""

import re

from minutes.transcript.clock import in_seconds
from minutes.transcript.colon import split_colon
from minutes.transcript.formats.marked_text import uses_symbols
from minutes.transcript.fragment import LINE_END, Findings, Fragment, Reading, join_lines
from minutes.transcript.label import has_name_shape, is_header
from minutes.transcript.model import TranscriptFormat

_TIME = r"[\[(（]?(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?"
_UNTIL = r"(?:[ \t]*(?:-->|[-–—~～〜])[ \t]*\d[\d:.,]{2,12})?[\])）]?"
_NAME_FIRST = re.compile(rf"[ \t　]*\[?([^\[\]\t]{{1,60}}?)\]?([ \t　]+){_TIME}{_UNTIL}[ \t　]*$", re.ASCII)
_TIME_FIRST = re.compile(rf"[ \t　]*{_TIME}{_UNTIL}([ \t　]+)\[?([^\[\]\t]{{1,60}}?)\]?[ \t　]*$", re.ASCII)
_LONGEST = 120
_FOOT = re.compile(
    r"[ \t]*(?:Transcribed by https?://otter\.ai|.{0,40}(?:文字起こしを(?:停止|開始)|(?:started|stopped) transcription))"
)


class _Head:
    def __init__(self, label: str, start: float, sure: bool) -> None:
        self.label, self.start, self.sure = label, start, sure


def is_timed_names(text: str) -> bool:
    """Two such lines, or one whose name and time are set apart, and no other marks of speakers."""
    heads = sure = colons = 0
    for line in LINE_END.split(text):
        if head := _head(line):
            heads, sure = heads + 1, sure + head.sure
        elif split_colon(line):
            colons += 1
    return (heads >= 2 or sure >= 1) and heads > colons and not uses_symbols(text)


def read_timed_names(text: str) -> Reading:
    """Each paragraph below such a line is a fragment; lines above the first are the head of the file."""
    found = Findings()
    head: _Head | None = None
    head_line = 0
    body: list[str] = []
    body_line = 0
    said = False

    def close() -> None:
        nonlocal body, said
        if head and body:
            found.fragments.append(Fragment(head.label, join_lines(body), body_line, None if said else head.start))
            said = True
        body = []

    for number, line in enumerate(LINE_END.split(text), start=1):
        if not line.strip():
            close()
        elif new := _head(line):
            close()
            if head and not said:
                found.notice(head_line, "話者と時刻の後に発言がありません。", "発言があれば書き足してください。")
            head, head_line, said = new, number, False
        elif head is None or _FOOT.match(line):
            close()
            found.notice(number, "話者と時刻の行より前にあるか、書き出した製品の注記です。", "発言に含めていません。")
        else:
            if not body:
                body_line = number
            body.append(line)
    close()
    if head and not said:
        found.notice(head_line, "話者と時刻の後に発言がありません。", "発言があれば書き足してください。")
    return found.reading(TranscriptFormat.TIMED_NAMES)


def _head(line: str) -> _Head | None:
    if len(line) > _LONGEST or ":" not in line:
        return None
    if match := _NAME_FIRST.match(line):
        name, gap, clock = match[1].strip(), match[2], match.group(3, 4, 5, 6)
    elif match := _TIME_FIRST.match(line):
        name, gap, clock = match[6].strip(), match[5], match.group(1, 2, 3, 4)
    else:
        return None
    if not has_name_shape(name) or is_header(name) or "：" in name or ":" in name:
        return None
    sure = len(gap) >= 2 or "\t" in gap or line.lstrip().startswith("[")
    return _Head(name, in_seconds(*clock), sure)
