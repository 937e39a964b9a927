"""WebVTT, after the parsing algorithm of the W3C standard (blocks, headers, timings)."""

import re
from dataclasses import dataclass, field

from minutes.errors import InputError
from minutes.transcript.colon import Named, speaker_names, split_colon
from minutes.transcript.cue_text import CueText, read_cue_text
from minutes.transcript.fragment import LINE_END, Fragment, Reading, join_lines

_SIGNATURE = re.compile(r"WEBVTT(?:[ \t].*)?$")
_TIME = r"(?:(\d{2,6}|\d):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_TIMINGS = re.compile(rf"[ \t\f]*{_TIME}[ \t\f]*-->[ \t\f]*{_TIME}(?!\d)", re.ASCII)
_OTHER_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:[ \t]|$)")


@dataclass
class _Block:
    line: int
    """Of the timings where there are any, else of the first line of the block."""
    first: str
    arrow: bool = False
    start: float | None = None
    end: float | None = None
    text: list[str] = field(default_factory=list)
    text_line: int = 0


def read_webvtt(text: str) -> Reading:
    """Cues of a WebVTT file. A broken cue is a problem with its line; a broken signature raises InputError."""
    lines = LINE_END.split(text.replace("\0", "\ufffd"))
    if not _SIGNATURE.match(lines[0]):
        raise InputError(
            "WebVTT の先頭行が正しくありません。",
            where="1行目",
            remedy="1行目を「WEBVTT」にするか、会議システムから書き出し直してください。",
        )
    problems: list[tuple[int, str]] = []
    cues: list[tuple[_Block, CueText]] = []
    for block in _blocks(lines):
        if not block.arrow:
            if block.first and not _OTHER_BLOCK.match(block.first):
                problems.append((block.line, "時刻の行がないため、発言として読めませんでした。"))
        elif block.start is None or block.end is None:
            problems.append((block.line, "時刻の書き方が正しくないため、この発言を読めませんでした。"))
        else:
            if block.end < block.start:
                problems.append((block.line, "終了時刻が開始時刻より前です。終了時刻を使いません。"))
                block.end = None
            cues.append((block, read_cue_text("\n".join(block.text))))
    return Reading(tuple(_fragments(cues, problems)), tuple(sorted(problems)))


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
            block.arrow, block.line, block.text = True, number + 1, []
            if times := _TIMINGS.match(line):
                block.start, block.end = _seconds(times, 1), _seconds(times, 5)
        else:
            if block is None:
                block = _Block(number + 1, line)
                blocks.append(block)
            block.text.append(line)
    return blocks


def _seconds(match: re.Match[str], group: int) -> float:
    hours, minutes, seconds, thousandths = match.group(group, group + 1, group + 2, group + 3)
    # In whole thousandths first: 13.6 must not become 13.600000000000001.
    return (int(hours or 0) * 3_600_000 + int(minutes) * 60_000 + int(seconds) * 1000 + int(thousandths)) / 1000


def _fragments(cues: list[tuple[_Block, CueText]], problems: list[tuple[int, str]]) -> list[Fragment]:
    named = {n: split_colon(cue.text.strip()) for n, (_, cue) in enumerate(cues) if not cue.voices}
    speakers = _speakers_by_colon([cue.text.strip() for _, cue in cues if not cue.voices], named)
    fragments: list[Fragment] = []
    for n, (block, cue) in enumerate(cues):
        label: str | None = None
        lines = cue.text.split("\n")
        if len(cue.voices) == 1:
            label = cue.voices[0]
        elif cue.voices:
            names = "、".join(cue.voices)
            problems.append((block.line, f"1つの発言に複数の話者（{names}）がいます。話者を確かめてください。"))
            spoken = [f"{voice}：{text.strip()}" if voice else text for voice, text in cue.spoken if text.strip()]
            lines = ["　".join(spoken)]
        elif (split := named[n]) and split.name in speakers:
            label, lines = split.name, split.text.split("\n")
        text = join_lines(lines)
        if text:
            fragments.append(Fragment(label, text, block.line, block.start, block.end))
    return fragments


def _speakers_by_colon(texts: list[str], named: dict[int, Named | None]) -> frozenset[str]:
    """Where at least half of the cues name a speaker, that is the file's habit and one-time names count too."""
    found = [split for split in named.values() if split]
    if texts and 2 * len(found) >= len(texts):
        return frozenset(split.name for split in found)
    return speaker_names(texts)
