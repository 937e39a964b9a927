"""WebVTT, after the parsing algorithm of the W3C standard (blocks, headers, timings): Teams, Zoom, Meet and others."""

import re
from dataclasses import dataclass, field

from minutes.transcript.clock import in_seconds
from minutes.transcript.cue import Cue, add_cues
from minutes.transcript.formats.srt import is_srt, read_srt
from minutes.transcript.fragment import LINE_END, Findings, Reading
from minutes.transcript.model import TranscriptFormat

_SIGNATURE = re.compile(r"WEBVTT(?=[ \t\r\n]|$)")
_TIME = r"(?:(\d{2,6}|\d):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMINGS = re.compile(rf"[ \t\f]*{_TIME}[ \t\f]*-->[ \t\f]*{_TIME}(?!\d)", re.ASCII)
_OTHER_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


@dataclass
class _Block:
    line: int
    """Of the timings where there are any, else of the first line of the block."""
    first: str
    arrow: bool = False
    id: str = ""
    start: float | None = None
    end: float | None = None
    text: list[str] = field(default_factory=list)


def is_webvtt(text: str) -> bool:
    return bool(_SIGNATURE.match(text))


def read_webvtt(text: str) -> Reading:
    """Cues of a WebVTT file; a broken cue is a notice with its line.

    Where the standard finds none at all (a tool that writes SRT's decimal commas), they are read as cues without one.
    """
    found = Findings()
    cues = parse(text, found)
    if not cues and is_srt(text):
        return read_srt(text)
    add_cues(cues, found)
    return found.reading(TranscriptFormat.WEBVTT)


def parse(text: str, found: Findings) -> list[Cue]:
    """The cues that the standard finds. Settings and regions are about a screen and are not read."""
    cues: list[Cue] = []
    for block in _blocks(LINE_END.split(text)):
        if not block.arrow:
            if block.first and not _OTHER_BLOCK.match(block.first):
                found.notice(
                    block.line,
                    "時刻の行がないため、発言として読めませんでした。",
                    "発言であれば、前の行に時刻（00:00:00.000 --> 00:00:01.000）を書いてください。",
                )
        elif block.start is None or block.end is None:
            found.notice(
                block.line,
                "時刻の書き方が正しくないため、この字幕を読めませんでした。",
                "時刻を 00:00:00.000 --> 00:00:01.000 の形に直してください。",
            )
        else:
            cues.append(Cue(block.line, block.id, block.start, block.end, "\n".join(block.text)))
    return cues


def _blocks(lines: list[str]) -> list[_Block]:
    at = 1
    while at < len(lines) and lines[at] and "-->" not in lines[at]:
        at += 1  # the header
    blocks: list[_Block] = []
    block: _Block | None = None
    for number in range(at, len(lines)):
        line = lines[number]
        if not line:
            block = None
        elif "-->" in line:
            # A second line with an arrow, or one below text, begins the next cue.
            if block is None or block.arrow or len(block.text) > 1:
                block = _Block(number + 1, line)
                blocks.append(block)
            block.id = block.text[0] if block.text else ""
            block.arrow, block.line, block.text = True, number + 1, []
            if times := _TIMINGS.match(line):
                block.start = in_seconds(*times.group(1, 2, 3, 4))
                block.end = in_seconds(*times.group(5, 6, 7, 8))
        else:
            if block is None:
                block = _Block(number + 1, line)
                blocks.append(block)
            block.text.append(line)
    return blocks
