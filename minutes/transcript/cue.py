"""Cues of WebVTT and SRT as fragments: who speaks, by voice tag, by ``name:`` or by a line with the name alone."""

from collections import Counter
from dataclasses import dataclass

from minutes.transcript.colon import Named, named_by, speaker_names, split_colon
from minutes.transcript.cue_text import CueText, read_cue_text
from minutes.transcript.fragment import Findings, Fragment, join_lines
from minutes.transcript.label import has_name_shape, is_header


@dataclass(frozen=True, slots=True)
class Cue:
    line: int
    """Of the timings."""
    id: str
    start: float | None
    end: float | None
    text: str
    """As in the file, lines apart by a line feed."""


def add_cues(cues: list[Cue], found: Findings) -> None:
    """One fragment for each cue with words; the file's own habit tells what names its speakers."""
    read = [read_cue_text(cue.text) for cue in cues]
    plain = [text.text.strip() for text in read if not text.voices]
    on_own_line = _names_on_own_line(plain)
    by_colon = frozenset() if on_own_line else _names_by_colon(plain)
    for cue, text in zip(cues, read, strict=True):
        end = cue.end
        if cue.start is not None and end is not None and end < cue.start:
            found.notice(cue.line, "終了時刻が開始時刻より前です。", "終了時刻を使わずに読みました。")
            end = None
        label, lines = _speaker(cue, text, on_own_line, by_colon, found)
        found.fragments.append(Fragment(label, join_lines(lines), cue.line, cue.start, end))


def _speaker(
    cue: Cue, text: CueText, on_own_line: frozenset[str], by_colon: frozenset[str], found: Findings
) -> tuple[str | None, list[str]]:
    if len(text.voices) == 1:
        return text.voices[0], text.text.split("\n")
    if text.voices:
        names = "、".join(text.voices)
        found.notice(
            cue.line,
            f"1つの発言に複数の話者（{names}）がいます。",
            "話者なしとして読みました。話者を確かめてください。",
        )
        spoken = [f"{voice}：{said.strip()}" if voice else said for voice, said in text.spoken if said.strip()]
        return None, ["　".join(spoken)]
    lines = text.text.strip().split("\n")
    if lines[0].strip() in on_own_line:
        return lines[0].strip(), lines[1:]
    if named := named_by(text.text.strip(), by_colon):
        return named.name, named.text.split("\n")
    return None, lines


def _names_by_colon(texts: list[str]) -> frozenset[str]:
    """Where at least half of the cues name a speaker, that is the file's habit and one-time names count too."""
    named: list[Named] = [split for split in map(split_colon, texts) if split]
    if texts and 2 * len(named) >= len(texts):
        return frozenset(split.name for split in named)
    return speaker_names(texts)


def _names_on_own_line(texts: list[str]) -> frozenset[str]:
    """Cues whose first line is a name alone: so in (almost) every cue, and the same names again and again."""
    said = [text for text in texts if text]
    heads = Counter(
        head
        for head, rest, _ in (text.partition("\n") for text in said)
        if rest and len(head) <= 24 and has_name_shape(head) and not is_header(head) and split_colon(head) is None
    )
    if len(said) < 2 or sum(heads.values()) < 0.9 * len(said) or sum(heads.values()) < 1.5 * len(heads):
        return frozenset()
    return frozenset(heads)
