"""Which utterances were spoken in closed session. In doubt an utterance is closed."""

import re
from collections.abc import Sequence

from minutes.agenda_location import item_at, revisits
from minutes.folding import fold_key
from minutes.meeting import Disclosure, Meeting

_FROM_HERE = r"(?:ここから|ここで|これより|これから|以降|以後|この後|この先|この部分|ただいまから|本件|この件|本議題)"
CLOSING = re.compile(
    rf"{_FROM_HERE}[^。]{{0,20}}(?:非公開|公開(?:は|も)?(?:し|いたし|でき)(?:ない|ませ|かね)|おふれこ|議事録に(?:は)?(?:残|載|の)せ?さ?な)|"
    r"非公開(?:と(?:し|さ|いた|な)|に(?:し|入|移|切|いた|さ)|で(?:行|進|お願|審議|協議|実施)|の(?:議事|協議|議題|部分|審議)(?:に|へ)(?:入|移))|"
    r"傍聴(?:者|人|席)?(?:の)?(?:方|皆|様)?[^。]{0,24}(?:退室|退席|退場|ご?退出)|公開(?:の|での)?(?:部分|議事|議題)?は(?:以上|ここまで)|"
    r"ここまで(?:は|が|を)公開|おふれこ"
)
OPENING = re.compile(
    rf"(?:{_FROM_HERE}|再び|改めて)[^。非]{{0,14}}公開(?!(?:は|も)?(?:し|いたし|でき)(?:ない|ませ|かね))(?:と|に|で|し|を|いた|の|。|$)|"
    r"公開(?:に(?:戻|切り?替)|で再開|を再開)|非公開(?:の|での)?(?:部分|議事|議題|協議|審議)?(?:は|を)(?:以上|終|ここまで)|"
    r"非公開(?:の|での)?[^。]{0,6}(?:終了|終わ|解除|解き)|傍聴(?:者|人)?(?:の)?(?:方|皆)?[^。]{0,14}(?:入室|お入り|お戻り)"
)
_NOT_NOW = re.compile(
    r"予定|一部(?:は|を|、)?非公開|[\d一二三四五六七八九十](?:番)?(?:以降|から\d|及び|と\d|、\d)|後半|後ほど|のちほど"
)
_STATED = re.compile(r"^非公開で[^。]{0,8}(?:して|しました|行って|行いました|進めて)")
"""A member or an official who says that something is or was held in private closes nothing."""
_NUMBERED = re.compile(r"(?:議題|次第|議事|項目|日程)(?:の|第)*(\d+|[一二三四五六七八九])")


def closed_flags(
    texts: Sequence[str], chair: Sequence[bool], starts: Sequence[int | None], meeting: Meeting
) -> tuple[bool, ...]:
    """Per utterance, whether it must stay out of the public version.

    - A closed item is closed from the utterance that opens it to the next located item, whatever is said inside.
    - In other items 「ここからは非公開」 closes and 「ここから公開」 (chair only) opens again, until the next item.
      The toggling utterance itself is closed both ways: part of it may have been said behind closed doors.
    - A partial item without any such words is closed entirely; before its first opening words it is closed, before
      its first closing words it is public.
    - A closed or partial item whose start nobody marked: everything from the start of the last located item before
      it up to the next located item after it is closed, except what precedes closing words spoken in that stretch.
      The first item needs no mark, it starts with the transcript.
    - Where the chair goes back to a closed or partial item, everything up to the next located item is closed.
    - Where no item at all is located and one is closed or partial, the same rule closes the whole transcript, with
      the same exception.
    """
    count = len(texts)
    items = meeting.agenda
    toggles = [_toggle(t, c, meeting, o) for t, c, o in zip(texts, chair, item_at(starts, count), strict=True)]
    flags = [False] * count
    for first, last, index in _stretches(starts, count, len(items)):
        _inside(flags, toggles, first, last, items[index].disclosure)
    for index, item in enumerate(items):
        if index and starts[index] is None and item.disclosure is not Disclosure.PUBLIC:
            first, last = doubtful(starts, index, count)
            at = next((k for k in range(first, last + 1) if toggles[k] == "close"), first)
            # A closed item's own words never make what came before it public again.
            for k in range(at, last + 1):
                flags[k] = True
    for at, index in revisits(texts, chair, starts, meeting).items():
        if items[index].disclosure is not Disclosure.PUBLIC:
            until = next((s for s in starts if s is not None and s > at), count)
            for k in range(at, until):
                flags[k] = True
    return tuple(flags)


def doubtful(starts: Sequence[int | None], index: int, count: int) -> tuple[int, int]:
    """First and last utterance among which an unlocated item must lie."""
    before = [s for s in starts[:index] if s is not None]
    after = [s for s in starts[index + 1 :] if s is not None]
    return (before[-1] if before else 0), (after[0] if after else count) - 1


def _stretches(starts: Sequence[int | None], count: int, items: int) -> list[tuple[int, int, int]]:
    if not items or not count:
        return []
    of = item_at(starts, count)
    found: list[tuple[int, int, int]] = []
    first = 0
    for k in range(1, count + 1):
        if k == count or of[k] != of[first]:
            found.append((first, k - 1, of[first]))
            first = k
    return found


def _inside(flags: list[bool], toggles: Sequence[str], first: int, last: int, disclosure: Disclosure) -> None:
    words = [t for t in toggles[first : last + 1] if t]
    closed = disclosure is Disclosure.CLOSED or (disclosure is Disclosure.PARTIAL and (not words or words[0] == "open"))
    for k in range(first, last + 1):
        flags[k] = flags[k] or closed or bool(toggles[k])
        if disclosure is not Disclosure.CLOSED and toggles[k]:
            # An opening said while the item is public already changes nothing, and its utterance stays public.
            if toggles[k] == "open" and not closed:
                flags[k] = False
            closed = toggles[k] == "close"


def _toggle(text: str, chair: bool, meeting: Meeting, index: int) -> str:
    """``close``, ``open`` or nothing. Anybody's words close, only the chair's open; the last words of both win."""
    result = ""
    if "公開" not in text and "傍聴" not in text and "オフレコ" not in text and "議事録" not in text:
        return result
    for sentence in re.split(r"[。!?！？]", fold_key(text)):
        if _NOT_NOW.search(sentence) or _elsewhere(sentence, meeting, index):
            continue
        closing, opening = CLOSING.search(sentence), OPENING.search(sentence)
        if opening and (closing is None or closing.start() < opening.start()) and chair:
            result = "open"
        elif closing and (chair or not _STATED.search(sentence[closing.start() :])):
            result = "close"
    return result


def _elsewhere(sentence: str, meeting: Meeting, index: int) -> bool:
    """The sentence speaks of the disclosure of another item by its number."""
    numbers = _NUMBERED.findall(sentence)
    here = meeting.agenda[index].no if meeting.agenda else 0
    return bool(numbers) and all(_number(n) != here for n in numbers)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else "〇一二三四五六七八九".index(text)
