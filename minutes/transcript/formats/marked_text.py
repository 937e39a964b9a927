"""Marked text: paragraphs that name their speaker. One paragraph is one utterance."""

import re
from collections import Counter
from dataclasses import dataclass, field

from minutes.transcript.clock import in_seconds
from minutes.transcript.colon import named_by, speaker_names, split_colon
from minutes.transcript.fragment import LINE_END, Findings, Fragment, Reading, join_lines
from minutes.transcript.label import is_header
from minutes.transcript.mark import SYMBOLS, Mark, read_plain_mark, read_symbol_mark
from minutes.transcript.model import TranscriptFormat

_RULE = re.compile(r"[\s　\-－ー―─━=＝*＊_＿~〜～・･.…#＃]+")
_HEADER_LINE = re.compile(rf"[ 　\t]*(?:(?=.{{1,12}}?[:：])|[{SYMBOLS}■□])[ 　\t]*([^\s　:：]{{1,12}})(?:[\s　:：]|$)")
_ASIDE = re.compile(
    r"[ 　\t]*(?:（[^（）]*）|\([^()]*\)|【[^【】]*】|〔[^〔〕]*〕|［[^［］]*］|<[^<>]*>|＜[^＜＞]*＞)[ 　\t]*"
)
_TIME = re.compile(
    r"[ 　\t]*[\[(（〔【]?(?:(\d{1,2})[:：])?(\d{1,3})[:：]([0-5]\d)(?:\.(\d{1,3}))?[\])）〕】]?(?:[ 　\t]+|$)",
    re.ASCII,
)

_LEFT_OUT = "発言に含めていません。発言であれば、行頭に話者の印を書いてください。"
_UNPROVEN = "話者なしの発言として読みました。話者であれば、ほかの発言と同じ印を付けてください。"


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
        if named := named_by(line, self.colon_names):
            return Mark(named.name, named.text, True)
        return None


def _learn(whole_lines: list[str]) -> _Habits:
    parted = [_without_time(line) for line in whole_lines if line.strip()]
    lines = [line for line, _ in parted]
    symbol_marks = [mark for mark in map(read_symbol_mark, lines) if mark]
    brackets = Counter(mark.label for mark in map(read_plain_mark, lines) if mark)
    symbols = Counter(mark.label for mark in symbol_marks)
    # Where symbols mark the speakers, 会長：山田 is a line of the attendee list.
    uses_symbols = sum(mark.certain or symbols[mark.label] >= 2 for mark in symbol_marks) >= 2
    colon_names = speaker_names(lines) | _names_after_time(parted)
    return _Habits(symbols, brackets, frozenset() if uses_symbols else colon_names)


def _names_after_time(parted: list[tuple[str, float | None]]) -> frozenset[str]:
    """Where at least half of the lines are ``00:05 name: …``, that is the file's habit and one-time names count too."""
    named = [found.name for line, start in parted if start is not None and (found := split_colon(line))]
    return frozenset(named) if 2 * len(named) >= len(parted) else frozenset()


def uses_symbols(text: str) -> bool:
    """Speakers are marked by ○, ◎ or ◆ at the start of at least two lines."""
    marks = (read_symbol_mark(line) for line in LINE_END.split(text))
    certain = (True for mark in marks if mark and mark.certain)
    return next(certain, False) and next(certain, False)


def read_marked_text(text: str) -> Reading:
    """Paragraphs of a marked text. A text that marks no speaker gives no fragments at all."""
    lines = LINE_END.split(text)
    habits = _learn(lines)
    found = Findings()
    paragraphs: list[_Paragraph] = []
    label: str | None = None
    marked = False
    open_paragraph: _Paragraph | None = None
    preamble: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            if open_paragraph and any(open_paragraph.lines):  # a mark alone waits for its words
                open_paragraph = None
            continue
        untimed, start = _without_time(line)
        if mark := habits.mark(untimed):
            marked, label = True, mark.label
            open_paragraph = _Paragraph(label, number, [mark.text], start)
            paragraphs.append(open_paragraph)
        elif _RULE.fullmatch(line) or not untimed:
            open_paragraph = None
        elif not marked:
            preamble.append((number, line))
        elif (header := _HEADER_LINE.match(line)) and is_header(header[1]):
            found.notice(number, f"「{header[1].strip()}」は見出しとみなしました。", _LEFT_OUT)
            open_paragraph = None
        elif _ASIDE.fullmatch(line) and open_paragraph is None:
            paragraphs.append(_Paragraph(None, number, [line]))
        elif _unproven_name(line, habits):
            found.notice(number, "「名前：」のように見えますが、話者と決められません。", _UNPROVEN)
            open_paragraph = _Paragraph(None, number, [line])
            paragraphs.append(open_paragraph)
        elif open_paragraph is None:
            open_paragraph = _Paragraph(label, number, [line])
            paragraphs.append(open_paragraph)
        else:
            open_paragraph.lines.append(line)
    if not marked:
        return Reading(TranscriptFormat.MARKED_TEXT, ())
    for paragraph in (*_read_preamble(preamble, found), *paragraphs):
        spoken = join_lines(paragraph.lines)
        if not spoken:
            found.notice(paragraph.line, "話者の印の後に発言がありません。", "発言があれば書き足してください。")
        found.fragments.append(Fragment(paragraph.label, spoken, paragraph.line, paragraph.start))
    return found.reading(TranscriptFormat.MARKED_TEXT)


def _without_time(line: str) -> tuple[str, float | None]:
    """``[00:12:05] 平岡：はい`` as the line without its time, and the time in seconds."""
    match = _TIME.match(line)
    return (line[match.end() :], in_seconds(*match.group(1, 2, 3, 4))) if match else (line, None)


def _unproven_name(line: str, habits: _Habits) -> bool:
    """A one-time ``name：`` where colons mark the speakers: added to the one before, it could put words in a mouth."""
    return bool(habits.colon_names) and split_colon(line) is not None


def _read_preamble(lines: list[tuple[int, str]], found: Findings) -> list[_Paragraph]:
    """Lines before the first mark: whole sentences are kept without a speaker, the rest is the head of the form."""
    spoken = [
        _Paragraph(None, number, [line])
        for number, line in lines
        if "。" in line and not ((header := _HEADER_LINE.match(line)) and is_header(header[1]))
    ]
    kept = {paragraph.line for paragraph in spoken}
    left = [number for number, _ in lines if number not in kept]
    if left:
        count = f"（ここから{len(left)}行）" if len(left) > 1 else ""
        found.notice(left[0], f"最初の話者の印より前にあるため、見出しとみなしました{count}。", _LEFT_OUT)
    return spoken
