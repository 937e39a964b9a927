"""Numbered lines of a text that people wrote for people (the body of an invitation) as an agenda, or nothing."""

import re
import unicodedata
from collections.abc import Sequence

from minutes.meeting import AgendaItem, AgendaKind, Disclosure, SubItem

MOST_ITEMS = 50
_LONGEST_LINE = 300
"""A longer one is no title, and no pattern has to look through it."""
_HEADING = re.compile(
    r"[\W_]*(?:(?:会議|議事|式)?次第|議題|議事|会議内容|アジェンダ|agenda)(?:[(（].*[)）])?[\W_]*", re.IGNORECASE
)
_CIRCLED = {chr(0x2460 + n): n + 1 for n in range(20)}
_MARKS = (
    ("word", re.compile(r"(?:議題|議事|報告|協議)\s*(\d{1,2})\s*[.:、)]?\s*(\S.*)")),
    ("paren", re.compile(r"\((\d{1,2})\)\s*(\S.*)")),
    ("point", re.compile(r"(\d{1,2})[.、):]\s*(?!\d)(\S.*)")),
    # 「1 時間前に集合」 is no item: a counter after the number makes it an amount.
    ("bare", re.compile(r"(\d{1,2})\s+(?![時分秒件名人月日年階回台枚円個部章号部課週か])(\D.*)")),
)
_BULLET = re.compile(r"[・･‐\-–*○●]\s*(\S.*)")
_CLOSED = re.compile(r"\s*[(（【\[〔](一部)?非公開[)）】\]〕]\s*")
_KINDS = {
    **dict.fromkeys(
        ("挨拶", "あいさつ", "開会挨拶", "開会あいさつ", "閉会挨拶", "主催者挨拶", "会長挨拶"), AgendaKind.GREETING
    ),
    **dict.fromkeys(("報告", "報告事項"), AgendaKind.REPORT),
    **dict.fromkeys(("協議", "協議事項", "審議事項"), AgendaKind.DISCUSSION),
}
"""Only what the title says itself: 「開会」 or 「基本方針（案）について」 could be anything."""


def read_agenda(text: str) -> tuple[AgendaItem, ...]:
    """The items of one unbroken numbering from 1; lines of another mark below an item are its sub-items.

    After a heading such as 次第 or 議題 one item is enough, without one it takes two. Empty where there is no such
    numbering, or where it could be read in more than one way (numbers that jump, repeat or begin again).
    """
    lines = [line for each in text.splitlines() if len(line := each.strip()) <= _LONGEST_LINE]
    headings = [n for n, line in enumerate(lines) if _HEADING.fullmatch(line)]
    if len(headings) > 1:
        return ()
    found = _items(lines[headings[0] + 1 :] if headings else lines)
    return tuple(found) if len(found) >= (1 if headings else 2) else ()


def _items(lines: Sequence[str]) -> list[AgendaItem]:
    style: str | None = None
    titles: list[tuple[str, list[str]]] = []
    for line in lines:
        marked = _marked(line)
        if marked is not None and (style in (None, marked[0])):
            found, number, title = marked
            if number != len(titles) + 1 or number > MOST_ITEMS:
                return []
            style = found
            titles.append((title, []))
        elif titles and marked is not None:
            _, number, title = marked
            if number != len(titles[-1][1]) + 1:
                return []
            titles[-1][1].append(title)
        elif titles and (bullet := _BULLET.fullmatch(line)):
            titles[-1][1].append(bullet[1].strip())
    return [_item(no, title, below) for no, (title, below) in enumerate(titles, 1)]


def _marked(line: str) -> tuple[str, int, str] | None:
    """The kind of mark, its number, and the words after it as they were written."""
    if line[:1] in _CIRCLED:
        return ("circled", _CIRCLED[line[0]], line[1:].strip()) if line[1:].strip() else None
    # Only the mark is folded: full-width letters in a title stay as the office writes them.
    head = "".join(map(_folded, line[:8]))
    for name, pattern in _MARKS:
        if match := pattern.fullmatch(head + line[8:]):
            return name, int(match[1]), line[match.start(2) :].strip()
    return None


def _folded(letter: str) -> str:
    """In its plain width; ㈱ would become three letters and shift what follows."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _item(no: int, title: str, below: Sequence[str]) -> AgendaItem:
    mark = _CLOSED.search(title)
    plain = _CLOSED.sub("", title).strip() if mark else title
    if not plain:
        mark, plain = None, title
    disclosure = Disclosure.PUBLIC if mark is None else Disclosure.PARTIAL if mark[1] else Disclosure.CLOSED
    return AgendaItem(
        no=no,
        title=plain,
        kind=_KINDS.get(plain, AgendaKind.OTHER),
        subitems=tuple(SubItem(title=each) for each in below),
        disclosure=disclosure,
    )
