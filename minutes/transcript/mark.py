"""Speaker marks at the start of a line, as Japanese councils write them (○議長（…）, ◆12番, 〔委員〕, 部長)…)."""

import re
from dataclasses import dataclass

from minutes.transcript.label import has_name_shape, has_title, is_diarisation, is_header, is_stage_direction

SYMBOLS = "○◯〇◎●◆◇"
_SYMBOL = re.compile(rf"[ 　\t]*[{SYMBOLS}][ 　\t]*(?=[^\s　])")
_TYPED = re.compile(r"(問|答|要望|意見|質問|質疑|回答|答弁)(?:[ 　\t:：]+|$)(.*)")
_WITH_NAME = re.compile(
    r"([^（）()。、\s　]{1,24}[（(][^（）()。、]{1,30}[）)])([^（）()。、:：\s　]{0,12}(?=[:：\s　]|$))?"
    r"[ 　\t]*[:：]?[ 　\t]*(.*)"
)
_COLON = re.compile(r"([^:：。、]{1,30})[:：][ 　\t]*(.*)")
_STRONG = re.compile(r"([^　\t]{1,24}?)(　+[ \t]*|\t+| {2,}|[ \t]*$)(.*)")
_REST_OF_NAME = re.compile(r"([^\s　。、:：]{1,12})(　+|\t+| {1,})(.*)")
_KANJI_NAME = re.compile(r"[一-鿿々﨑-﩯ぁ-ゖァ-ヺーヶ]{1,4}")
_BRACKETED = re.compile(
    r"[ 　\t]*(?:〔([^〔〕]{1,30})〕|【([^【】]{1,30})】|［([^［］]{1,30})］|\[([^\[\]]{1,30})\]"
    r"|[（(]([^（）()]{1,30})[）)])"
    r"[ 　\t]*[:：]?[ 　\t]*(.*)"
)
_PARENTHESIS = re.compile(r"[ 　\t]*([^（）()。、:：\s　]{1,20})[)）][ 　\t]*(.*)")
_BARE = re.compile(r"([^。、:：\s　]{1,20})[　\t]+([^\s　].*)")


@dataclass(frozen=True, slots=True)
class Mark:
    label: str
    text: str
    certain: bool
    """False where only its recurrence in the file makes it a speaker."""


def read_symbol_mark(line: str) -> Mark | None:
    """A mark that starts with ○ ◎ ◆ and so on. Bodies differ in what these mean, so none is given a meaning."""
    opening = _SYMBOL.match(line)
    if opening is None:
        return None
    rest = line[opening.end() :].rstrip()
    if typed := _TYPED.match(rest):
        return Mark(typed[1], typed[2], True)
    if named := _WITH_NAME.match(rest):
        after = named[2] or ""  # 高橋（伸）委員長 tells two of one surname apart
        if has_title(after):
            return _checked(named[1] + after, named[3], certain=True)
        return _checked(named[1], after + rest[named.end(2) :].lstrip(" 　\t") if after else named[3], certain=True)
    if (colon := _COLON.match(rest)) and has_name_shape(colon[1].strip()):
        return _checked(colon[1].strip(), colon[2], certain=True)
    return _spaced(rest)


def read_plain_mark(line: str) -> Mark | None:
    """〔増田分科会長代理〕 text, （委員）text, 勝村委員長)text, and 座長　text where it recurs."""
    if match := _BRACKETED.match(line):
        label = next(group for group in match.group(1, 2, 3, 4, 5) if group).strip()
        if is_stage_direction(label) or not has_name_shape(label) or is_header(label):
            return None
        certain = has_title(label) or is_diarisation(label)
        # A bracket alone on its line is a stage direction or a heading unless it names an office.
        return Mark(label, match[6], certain) if certain or match[6] else None
    if (match := _PARENTHESIS.match(line)) and has_title(match[1]):
        return Mark(match[1], match[2], True)
    if (match := _BARE.match(line)) and has_title(match[1]):
        return Mark(match[1], match[2], False)
    return None


def _spaced(rest: str) -> Mark | None:
    """Label and text apart by space only: 礒野委員長⏎, 中村 委員長  それでは, 山川委員長 傍聴の, 平岡　修　はい."""
    first, _, after_first = rest.partition(" ")
    if after_first and has_title(first) and "　" not in first:
        return _checked(first, after_first.lstrip(" 　\t"), certain=True)
    match = _STRONG.match(rest)
    if match is None:
        return None
    label, text = match[1], match[3]
    if _KANJI_NAME.fullmatch(label) and not has_title(label):
        more = _REST_OF_NAME.match(text)
        if more and (has_title(more[1]) or (_KANJI_NAME.fullmatch(more[1]) and "　" in more[2])):
            label, text = f"{label}{match[2]}{more[1]}", more[3]
        elif has_title(text) and has_name_shape(text) and len(text) <= 12:
            label, text = f"{label}{match[2]}{text}", ""
    if " " in label and not has_title(label):
        head, _, tail = label.partition(" ")
        if not (_KANJI_NAME.fullmatch(head) and _KANJI_NAME.fullmatch(tail)):
            return None
    return _checked(label, text, certain=has_title(label) or bool(text))


def _checked(label: str, text: str, *, certain: bool) -> Mark | None:
    if not has_name_shape(label) or is_header(label):
        return None
    return Mark(label.strip(), text, certain)
