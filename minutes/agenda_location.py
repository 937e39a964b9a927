"""Where each agenda item begins, from the chair's words: item number, title, or 「次の議題に移ります」."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from minutes.folding import fold_key
from minutes.meeting import AgendaItem, AgendaKind, Meeting

_KANJI_DIGITS = "〇一二三四五六七八九"
_MOVE = re.compile(
    r"移り|移ら|移っ|入り(?:ま|たい)|入っ|入ら|進み(?:ま|たい)|進め|続いて|続きまして|つづいて|次に|次は|次の|それでは|では、|最後に|最初に|"
    r"まず|初めに|はじめに|でございます|です$|始め(?:ま|さ|たい)|開始|お願い|議題(?:に供し|とし|といた)|行います|行いたい|上程|お諮り"
)
_STRONG_MOVE = re.compile(
    r"移り|移ら|移っ|入り(?:ま|たい)|入っ|続いて|続きまして|次に|次は|進み(?:ま|たい)|議題に供し|始め(?:ま|さ|たい)|最後に"
)
_NOT_NOW = re.compile(
    r"後ほど|のちほど|あとで|以降|予定し|予定で|予定と|先ほど|前回|次回|以上(?:で|と|を)|終わり|終了|終え|(?:は|を|も)非公開|非公開(?:と|で|の議題)"
)
_NEXT = re.compile(
    r"(?:続きまして|続いて|それでは|では)?[、]?次の(?:議題|議事|項目|案件|次第|報告事項|協議事項)(?:に|へ|と|で|は|を|の)|次の?(?:議題|議事|項目)に(?:移|入|進)"
)
_RETURNS = re.compile(r"戻り|戻っ|戻ら|再開|改めて|順番が前後|飛ばし")
_CLAUSES = re.compile(r"[^。!?]+")
_GENERIC_TITLES = {
    AgendaKind.REPORT: ("報告事項",),
    AgendaKind.DISCUSSION: ("協議事項", "審議事項"),
    AgendaKind.GREETING: ("挨拶", "あいさつ"),
}
_TITLE_TAIL = re.compile(r"(?:について|に関すること|に関して|の件|に関する(?:説明|報告))$")


_PAUSES = re.compile(r"[、,・「」『』()\[\]]")
"""A speaker pauses where the printed title has a space or nothing; titles are compared without."""


@dataclass(frozen=True)
class _Keys:
    number: re.Pattern[str]
    titles: tuple[str, ...]
    sub: tuple[str, ...]


def locate(texts: Sequence[str], chair: Sequence[bool], meeting: Meeting) -> tuple[int | None, ...]:
    """For each agenda item (in order) the index of the utterance that opens it; None where no words mark it.

    Items never go back: a start is after the start of every earlier located item. A sentence that lists three or
    more items (the reading of the agenda) or speaks of later or of what is over opens nothing.
    """
    items = meeting.agenda
    keys = [_keys(i) for i in items]
    starts: list[int | None] = [None] * len(items)
    current = -1
    for index, (text, by_chair) in enumerate(zip(texts, chair, strict=True)):
        if not by_chair or current >= len(items) - 1:
            continue
        for sentence in _CLAUSES.findall(fold_key(text)):
            found = _opened(sentence, keys, current, items)
            if found is not None:
                starts[found] = index
                current = found
    return tuple(starts)


def revisits(
    texts: Sequence[str], chair: Sequence[bool], starts: Sequence[int | None], meeting: Meeting
) -> dict[int, int]:
    """Utterances in which the chair opens an item that lies before the current one: index -> index of that item.

    They start nothing, items never go back; but what follows may belong to the earlier item.
    """
    keys = [_keys(i) for i in meeting.agenda]
    found: dict[int, int] = {}
    for index, current in enumerate(item_at(starts, len(texts))):
        if not chair[index]:
            continue
        for sentence in _CLAUSES.findall(fold_key(texts[index])):
            for earlier in range(current):
                if not _RETURNS.search(sentence) and not _STRONG_MOVE.search(sentence):
                    continue
                if _NOT_NOW.search(sentence):
                    continue
                if keys[earlier].number.search(sentence) or any(
                    len(t) >= 4 and t in _PAUSES.sub("", sentence) for t in keys[earlier].titles
                ):
                    found[index] = earlier
    return found


def _opened(sentence: str, keys: Sequence[_Keys], current: int, items: Sequence[AgendaItem]) -> int | None:
    plain = _PAUSES.sub("", sentence)
    listed = [k for k in keys if k.number.search(sentence) or any(t in plain for t in k.titles)]
    if len(listed) >= 3:
        return None
    # Before anything is located the meeting is in its first item, so both it and the second may follow.
    upcoming = {current + 1, 1} if current < 0 else {current + 1}
    for clause in _clauses(sentence):
        if _NOT_NOW.search(clause):
            continue
        strong = bool(_STRONG_MOVE.search(clause))
        moves = strong or bool(_MOVE.search(clause))
        plain = _PAUSES.sub("", clause)
        for index in range(current + 1, len(items)):
            numbered = bool(keys[index].number.search(clause))
            following = index in upcoming
            titled = any(t in plain for t in keys[index].titles)
            # A jump over items that nobody opened needs more than a number in passing.
            if numbered and (following or strong or (moves and titled)):
                return index
            if any(len(t) >= 4 and t in plain for t in keys[index].titles) and (strong or (moves and following)):
                return index
            if any(len(t) < 4 and _short(t, clause) for t in keys[index].titles) and (strong or (moves and following)):
                return index
            if following and moves and any(s in plain for s in keys[index].sub):
                return index
        if max(upcoming) < len(items) and _NEXT.search(clause):
            return max(upcoming)
    return None


def _clauses(sentence: str) -> list[str]:
    """A sentence cut after what is said to be over, so that 「報告は以上とし、次に協議に移ります」 still opens 協議."""
    cut = re.split(
        r"(?<=とし、)|(?<=しまして、)|(?<=まして、)|(?<=ますので、)|(?<=終わり、)|(?<=なければ、)|(?<=が、)", sentence
    )
    joined: list[str] = []
    for part in cut:
        # 「続きまして、」 opens what follows it.
        if joined and re.search(r"(?:^|、)(?:続きまして|続いて)、$", joined[-1]):
            joined[-1] += part
        else:
            joined.append(part)
    return [p for p in joined if p]


def _short(title: str, clause: str) -> bool:
    if title == "その他":
        return bool(
            re.search(
                r"(?:その他(?:に(?:移|入)|で(?:す|ござ)|として|$|、|の(?:議題|事項|項目))|[、のに]その他)", clause
            )
        )
    return title in clause


def _keys(item: AgendaItem) -> _Keys:
    no = item.no
    forms = {str(no), _kanji(no)}
    number = "(?:" + "|".join(sorted(forms, key=len, reverse=True)) + ")"
    end = r"(?![\d一二三四五六七八九十]|年|月|日|時|回|人|名|件|つ|点|団体|割|円|億|万|千|階|期|号車|以降|から\d)"
    pattern = (
        rf"(?:議題|議事次第|式次第|次第|議事|項目|案件|日程)(?:の|、|番号)?(?:第|\()?{number}{end}|"
        rf"第?{number}(?:番目|つ目)の?(?:議題|議事|項目|案件)|第{number}の(?:議題|議事|項目)|^{number}番?(?:の|、|\.){end}(?=.{{0,12}}{_escaped(item)})"
    )
    title = fold_key(item.title)
    core = _TITLE_TAIL.sub("", re.sub(r"\(.*?\)", "", title))
    whole = _TITLE_TAIL.sub("", title)
    titles = [t for t in dict.fromkeys((whole, core)) if len(t) >= 2]
    titles += [t for t in re.findall(r"\((.{4,}?)(?:について)?\)", title) if t not in titles]
    # The general name only helps where the title says nothing else: two 報告 items would be confused by it.
    titles += [t for t in _GENERIC_TITLES.get(item.kind, ()) if t in title and t not in titles]
    subs = [_TITLE_TAIL.sub("", fold_key(s.title)) for s in item.subitems]
    inner = [m for s in subs for m in re.findall(r"\((.{4,}?)(?:について)?\)?$", s)]
    return _Keys(
        re.compile(pattern),
        tuple(dict.fromkeys(_PAUSES.sub("", t) for t in titles)),
        tuple(_PAUSES.sub("", s) for s in (*subs, *inner) if len(s) >= 4),
    )


def _escaped(item: AgendaItem) -> str:
    title = fold_key(item.title)
    return re.escape(title[:4]) if title else "(?!)"


def _kanji(no: int) -> str:
    if no < 10:
        return _KANJI_DIGITS[no]
    tens, ones = divmod(no, 10)
    return ("" if tens == 1 else _KANJI_DIGITS[tens % 10]) + "十" + (_KANJI_DIGITS[ones] if ones else "")


def item_at(starts: Sequence[int | None], count: int) -> list[int]:
    """The agenda index of each of ``count`` utterances; those before the first located item belong to the first."""
    of: list[int] = []
    opening = {at: i for i, at in enumerate(starts) if at is not None}
    current = 0
    for index in range(count):
        current = opening.get(index, current)
        of.append(current)
    return of
