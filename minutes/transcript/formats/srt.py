"""SRT and other cues without a signature. No standard rules them, so everything that can be read is read.

The index may be missing or wrong, the decimal mark may be a comma or a point, and a cue with broken times keeps its
words. Whisper and WhisperX write ``[SPEAKER_00]: …``; an older Teams wrote the name on a line of its own.
"""

import re

from minutes.transcript.clock import in_seconds
from minutes.transcript.cue import Cue, add_cues
from minutes.transcript.fragment import LINE_END, Findings, Reading
from minutes.transcript.model import TranscriptFormat

_TIME = r"(?:(\d{1,6}):)?(\d{1,3}):(\d{1,2})(?:[,.](\d{1,9}))?"
_TIMINGS = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?:[ \t]|$)", re.ASCII)
_CUES = re.compile(rf"^{_TIMINGS.pattern}", re.ASCII | re.MULTILINE)
_ARROW = re.compile(r"[ \t]*(?:\d[\d:,. \t]*[-–—−=~]+[ \t]*>|.*-->)")
_INDEX = re.compile(r"[ \t]*#?\d{1,9}[ \t]*", re.ASCII)


def is_srt(text: str) -> bool:
    """At least one line of times with an arrow."""
    return bool(_CUES.search(LINE_END.sub("\n", text[:200_000])))


def read_srt(text: str) -> Reading:
    """Cues in file order; what stands before the first is a notice."""
    found = Findings()
    lines = LINE_END.split(text)
    timings = [n for n, line in enumerate(lines) if ">" in line and ":" in line and _ARROW.match(line)]
    _head(lines[: timings[0]], found)
    cues: list[Cue] = []
    for n, at in enumerate(timings):
        following = timings[n + 1] if n + 1 < len(timings) else len(lines)
        body = lines[at + 1 : following]
        if following < len(lines) and body and _INDEX.fullmatch(body[-1]):
            body.pop()
        times = _TIMINGS.match(lines[at])
        if times is None:
            found.notice(
                at + 1,
                "時刻の書き方が正しくありません。",
                "時刻なしの発言として読みました。時刻を 00:00:00,000 --> 00:00:01,000 の形に直してください。",
            )
        cues.append(
            Cue(
                at + 1,
                "",
                in_seconds(*times.group(1, 2, 3, 4)) if times else None,
                in_seconds(*times.group(5, 6, 7, 8)) if times else None,
                "\n".join(line for line in body if line.strip()),
            )
        )
    add_cues(cues, found)
    return found.reading(TranscriptFormat.SRT)


def _head(lines: list[str], found: Findings) -> None:
    for number, line in enumerate(lines, start=1):
        if line.strip() and not _INDEX.fullmatch(line):
            found.notice(
                number,
                "最初の字幕より前にあるため、発言に含めていません。",
                "発言であれば、前の行に時刻を書いてください。",
            )
