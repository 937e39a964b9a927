"""Slips that were put right: 「参加は12団体です。失礼しました、21団体です。」. The corrected words win over the slip.

A correction needs its own words (失礼しました, 訂正, 正しくは …) and something to put right: a figure of the same unit that
the same speaker gave just before, a figure that the correction names itself, or the same word begun again.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from minutes.checks.quantity import quantities
from minutes.structure.spoken import Spoken
from minutes.turn import Correction, Piece

BACK = 3
"""Sentences before a correction among which its slip is looked for when the correction names only the right figure."""
FAR = 400
"""The same when it names the slip; everything beyond is forgotten, so time stays linear."""

_APOLOGY = r"(?:大変)?(?:失礼(?:いた)?しました|失礼(?:いた)?します|失礼|申し訳(?:ございません|ありません)|すみません(?:でした)?|すいません|訂正(?:いた)?します|訂正(?:を)?させて(?:いただき|ください)ます?|(?<![ぁ-ん])もとい|(?:あ、)?(?:(?<![ぁ-ん])(?:いえ|いや)|違います|間違えました|言い間違えました))"
_CUE = re.compile(rf"{_APOLOGY}|訂正|正しくは|が正し|誤り|間違")
_NAMES_BOTH = re.compile(
    r"^(?:と|という|って)?[^。、]{0,12}(?:申し(?:上げ)?まし|言いまし|お伝えし|ご?説明(?:いた)?し|お答え(?:いた)?し|発言)[^。]{0,24}$|^(?:では|じゃ)(?:なく|ありません|ございません)[^。]{0,16}$|"
    r"^(?:を|は|のところ|とある[^。]{0,6})[、,]?(?:正しくは)?$|^[^。]{0,10}正しくは[、,]?$"
)
_AFTER_BOTH = re.compile(
    r"^[^。]{0,12}(?:です|でし|でござ|になり|の誤り|の間違い|に訂正|に修正|が正し|と訂正|でお願い)"
)
_BARE = re.compile(
    rf"^(?:(?:えー+|あ|あの|ええと)[、,。]*)*(?:{_APOLOGY}[、,。]*)*(?:正しくは[、,]?|訂正(?:いた)?し(?:ます|まして)[、,。]?)*(?P<topic>[^。、\d]{{0,24}}(?:は|が|も|の|、))?$"
)
_BARE_END = re.compile(
    r"^(?:人|名)?(?:です|でした|でございます|でございました|となります|になります|の(?:誤り|間違い)(?:です|でした)|が正し[^。]{0,10})[。]?\s*$"
)
_ONLY_APOLOGY = re.compile(rf"^(?:(?:えー+|あ|あの|ええと)[、,]?)*{_APOLOGY}[。、]?\s*$")
_BETWEEN = re.compile(rf"[、,。…\s]*(?:(?:えー*っ?と?|あー?|あの+ー?)[、,]\s*)*(?:{_APOLOGY}[、,。…\s]*)+")
_WEEKDAY = re.compile(r"(?:の)?[月火水木金土日]曜日?|[(（][月火水木金土日][)）]")
_COUNTER = re.compile(r"[一-鿿々ァ-ヶー]{1,6}")
"""A word that counts, where the table of units does not hold it: 棟."""
_WORD = re.compile(r"[一-鿿々]{2,}|[ァ-ヶー]{2,}")
_AGAIN = 12
"""Characters before an apology within which the word begun again must stand."""


@dataclass(frozen=True)
class _Figure:
    start: int
    end: int
    values: tuple[Fraction, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class Stated:
    """A sentence with its speaker and part of the meeting: corrections stay inside one disclosure."""

    spoken: Spoken
    speaker: str
    turn: str
    closed: bool


def corrections(sentences: Sequence[Stated]) -> tuple[Correction, ...]:
    found: list[Correction] = []
    taken: set[tuple[str, int]] = set()
    for n, said in enumerate(sentences):
        text = said.spoken.text
        if not _CUE.search(text) and not (n and _ONLY_APOLOGY.match(sentences[n - 1].spoken.text)):
            continue
        for correction in _of(sentences, n):
            key = (correction.slip.utterance_id, correction.slip.start)
            if key not in taken:
                taken.add(key)
                found.append(correction)
            break
    return tuple(found)


def _of(sentences: Sequence[Stated], n: int) -> Iterator[Correction]:
    said = sentences[n]
    figures = _figures(said.spoken.text)
    yield from _inline(said, figures)
    yield from _named(sentences, n, figures)
    yield from _bare(sentences, n, figures)


def _inline(said: Stated, figures: Sequence[_Figure]) -> Iterator[Correction]:
    """「12団体、失礼しました、21団体」 and 「対象と、すみません、対象外」 within one sentence."""
    text = said.spoken.text
    for match in _BETWEEN.finditer(text):
        after = next((f for f in figures if f.start == match.end()), None)
        before = next((f for f in reversed(figures) if f.end <= match.start()), None)
        if before and after:
            before, after = _with_counter(text, before, after, match.start())
        if before and after and before.end == match.start() and before.units == after.units:
            between = said.spoken.between(*match.span())
            yield from _correction(_at(said, before), _at(said, after), between)
            return
        again = _WORD.match(text, match.end())
        if again is None:
            continue
        at = text.rfind(again[0][:2], max(0, match.start() - _AGAIN), match.start())
        if at >= 0:
            between = said.spoken.between(*match.span())
            yield from _correction(_piece(said.spoken, at, match.start()), _piece(said.spoken, *again.span()), between)
            return


def _with_counter(text: str, before: _Figure, after: _Figure, end: int) -> tuple[_Figure, _Figure]:
    """Both with the word that counts, where the same stands behind both and the first runs up to ``end``."""
    counter = text[before.end : end]
    if not _COUNTER.fullmatch(counter) or not text.startswith(counter, after.end):
        return before, after
    return replace(before, end=end), replace(after, end=after.end + len(counter))


def _named(sentences: Sequence[Stated], n: int, figures: Sequence[_Figure]) -> Iterator[Correction]:
    """「先ほど286回と申し上げましたが、正しくは268回です」: the wrong figure is named, the right one follows."""
    said, text = sentences[n], sentences[n].spoken.text
    for wrong, right in pairwise(figures):
        if wrong.units != right.units or wrong.values == right.values:
            continue
        if not _NAMES_BOTH.match(text[wrong.end : right.start]) or not _AFTER_BOTH.match(text[right.end :]):
            continue
        for k in range(n - 1, max(-1, n - FAR), -1):
            if sentences[k].closed != said.closed:
                continue
            for slip in reversed(_figures(sentences[k].spoken.text)):
                if (slip.values, slip.units) == (wrong.values, wrong.units):
                    statement = [*said.spoken.pieces, *_trailing(sentences, n)]
                    yield from _correction(_at(sentences[k], slip), _at(said, right), statement)
                    return


def _bare(sentences: Sequence[Stated], n: int, figures: Sequence[_Figure]) -> Iterator[Correction]:
    """「失礼しました、21団体です。」 right after the slip, by the same speaker in the same turn."""
    said, text = sentences[n], sentences[n].spoken.text
    if len(figures) != 1:
        return
    right = figures[0]
    head = _BARE.match(text[: right.start])
    if head is None or not _BARE_END.match(text[right.end :]):
        return
    apologised = bool(_CUE.search(text[: right.start]) or _CUE.search(text[right.end :]))
    first = n
    while first and sentences[first - 1].turn == said.turn and _ONLY_APOLOGY.match(sentences[first - 1].spoken.text):
        first, apologised = first - 1, True
    if not apologised:
        return
    for k in range(first - 1, max(-1, first - 1 - BACK), -1):
        if sentences[k].speaker != said.speaker or sentences[k].closed != said.closed:
            continue
        for slip in reversed(_figures(sentences[k].spoken.text)):
            topic = (head["topic"] or "").strip("はがもの、")
            if slip.units != right.units or slip.values == right.values:
                continue
            if not topic or topic[-2:] in sentences[k].spoken.text:
                statement = [p for s in sentences[first : n + 1] for p in s.spoken.pieces] + _trailing(sentences, n)
                yield from _correction(_at(sentences[k], slip), _at(said, right), statement)
                return


def _trailing(sentences: Sequence[Stated], n: int) -> list[Piece]:
    """「訂正いたします。」 after the right figure."""
    after = sentences[n + 1] if n + 1 < len(sentences) else None
    if after is None or after.turn != sentences[n].turn or not _ONLY_APOLOGY.match(after.spoken.text):
        return []
    return list(after.spoken.pieces)


def _correction(wrong: Piece | None, right: Piece | None, statement: Sequence[Piece]) -> Iterator[Correction]:
    if wrong is not None and right is not None:
        yield Correction(slip=wrong, corrected=right, statement=tuple(statement))


def _at(said: Stated, figure: _Figure) -> Piece | None:
    return _piece(said.spoken, figure.start, figure.end)


def _piece(spoken: Spoken, start: int, end: int) -> Piece | None:
    """The stretch as one piece; None where it runs over two utterances."""
    found = spoken.between(start, end)
    return found[0] if len(found) == 1 else None


def _figures(text: str) -> list[_Figure]:
    """Figures with their places; the parts of a date (6月30日) are one figure."""
    plain = unicodedata.normalize("NFKC", text)
    if len(plain) != len(text):
        return []
    found: list[_Figure] = []
    at = 0
    for q in quantities(text):
        start = plain.find(q.text, at)
        if start < 0:
            continue
        at = start + len(q.text)
        if found and found[-1].end == start:
            last = found.pop()
            found.append(_Figure(last.start, at, (*last.values, q.value), (*last.units, q.unit)))
        else:
            found.append(_Figure(start, at, (q.value,), (q.unit,)))
        if q.unit == "日" and (weekday := _WEEKDAY.match(plain, at)):
            at = weekday.end()
            found.append(replace(found.pop(), end=at))
    return found
