"""Marked text: paragraphs that name their speaker. One paragraph is one utterance."""

import re
from collections import Counter
from dataclasses import dataclass, field

from minutes.transcript.colon import speaker_names, split_colon
from minutes.transcript.fragment import LINE_END, Fragment, Reading, join_lines
from minutes.transcript.label import is_header
from minutes.transcript.mark import SYMBOLS, Mark, read_plain_mark, read_symbol_mark

_RULE = re.compile(r"[\s　\-－ー―─━=＝*＊_＿~〜～・･.…#＃]+")
_HEADER_LINE = re.compile(rf"[ 　\t]*(?:(?=.{{1,12}}?[:：])|[{SYMBOLS}■□])[ 　\t]*([^\s　:：]{{1,12}})(?:[\s　:：]|$)")
_ASIDE = re.compile(
    r"[ 　\t]*(?:（[^（）]*）|\([^()]*\)|【[^【】]*】|〔[^〔〕]*〕|［[^［］]*］|<[^<>]*>|＜[^＜＞]*＞)[ 　\t]*"
)
_TIME = re.compile(
    r"[ 　\t]*[\[(（〔【]?(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]\d)(?:\.\d{1,3})?[\])）〕】]?[ 　\t]+(?=\S)", re.ASCII
)
_UNPROVEN = "「名前：」のように見えますが話者と決められないため、話者なしの発言として読みました。"


@dataclass
class _Paragraph:
    label: str | None
    line: int
    lines: list[str] = field(default_factory=list)
    start: float | None = None


@dataclass(frozen=True)
class _Habits:
    """How this file names its speakers, learnt from the whole of it."""

    symbols: Counter[str]
    brackets: Counter[str]
    colon_names: frozenset[str]

    def mark(self, line: str) -> Mark | None:
        found = read_symbol_mark(line)
        if found and (found.certain or self.symbols[found.label] >= 2):
            return found
        found = read_plain_mark(line)
        if found and (found.certain or self.brackets[found.label] >= 2):
            return found
        named = split_colon(line)
        if named and named.name in self.colon_names:
            return Mark(named.name, named.text, True)
        return None


def _learn(whole_lines: list[str]) -> _Habits:
    lines = [_without_time(line)[0] for line in whole_lines]
    symbol_marks = [mark for mark in map(read_symbol_mark, lines) if mark]
    brackets = Counter(mark.label for mark in map(read_plain_mark, lines) if mark)
    symbols = Counter(mark.label for mark in symbol_marks)
    # Where symbols mark the speakers, 会長：山田 is a line of the attendee list.
    uses_symbols = sum(mark.certain or symbols[mark.label] >= 2 for mark in symbol_marks) >= 2
    return _Habits(symbols, brackets, frozenset() if uses_symbols else speaker_names(lines))


def _without_time(line: str) -> tuple[str, float | None]:
    """``[00:12:05] 平岡：はい`` as the line without its time, and the time in seconds."""
    match = _TIME.match(line)
    if match is None:
        return line, None
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return line[match.end() :], float(hours * 3600 + minutes * 60 + seconds)


def read_marked_text(text: str) -> Reading:
    """Paragraphs of a marked text. A text that marks no speaker gives no fragments at all."""
    lines = LINE_END.split(text)
    habits = _learn(lines)
    paragraphs: list[_Paragraph] = []
    problems: list[tuple[int, str]] = []
    label: str | None = None
    marked = False
    open_paragraph: _Paragraph | None = None
    preamble: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            open_paragraph = None
            continue
        untimed, start = _without_time(line)
        if mark := habits.mark(untimed):
            marked, label = True, mark.label
            open_paragraph = _Paragraph(label, number, [mark.text], start)
            paragraphs.append(open_paragraph)
        elif _RULE.fullmatch(line):
            open_paragraph = None
        elif not marked:
            preamble.append((number, line))
        elif (header := _HEADER_LINE.match(line)) and is_header(header[1]):
            problems.append((number, f"「{header[1].strip()}」は見出しとみなし、発言に含めていません。"))
            open_paragraph = None
        elif _ASIDE.fullmatch(line) and open_paragraph is None:
            paragraphs.append(_Paragraph(None, number, [line]))
        elif _unproven_name(line, habits):
            problems.append((number, _UNPROVEN))
            open_paragraph = _Paragraph(None, number, [line])
            paragraphs.append(open_paragraph)
        elif open_paragraph is None:
            open_paragraph = _Paragraph(label, number, [line])
            paragraphs.append(open_paragraph)
        else:
            open_paragraph.lines.append(line)
    if not marked:
        return Reading(())
    spoken_before, note = _read_preamble(preamble)
    fragments = [Fragment(p.label, join_lines(p.lines), p.line, p.start) for p in (*spoken_before, *paragraphs)]
    problems.extend((p.line, "話者の印の後に発言がありません。") for p in paragraphs if not join_lines(p.lines))
    return Reading(tuple(f for f in fragments if f.text), tuple(sorted([*note, *problems])))


def _unproven_name(line: str, habits: _Habits) -> bool:
    """A one-time ``name：`` where colons mark the speakers: added to the one before, it could put words in a mouth."""
    return bool(habits.colon_names) and split_colon(line) is not None


def _read_preamble(lines: list[tuple[int, str]]) -> tuple[list[_Paragraph], list[tuple[int, str]]]:
    """Lines before the first mark: whole sentences are kept without a speaker, the rest is the head of the form."""
    spoken = [
        _Paragraph(None, number, [line])
        for number, line in lines
        if "。" in line and not ((header := _HEADER_LINE.match(line)) and is_header(header[1]))
    ]
    kept = {paragraph.line for paragraph in spoken}
    left = [number for number, _ in lines if number not in kept]
    if not left:
        return spoken, []
    place = f"{left[0]}行目" if len(left) == 1 else f"{left[0]}～{left[-1]}行目のうち{len(left)}行"
    return spoken, [(left[0], f"{place}は最初の話者の印より前にあり、見出しとみなして発言に含めていません。")]
