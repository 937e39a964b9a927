"""G4: every number of a sentence, with what it counts and its bound, was said in the turns it cites."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache

from minutes.checks.alignment import aligned
from minutes.checks.quantity import Quantity, quantities
from minutes.checks.source import Source, Written
from minutes.document import Finding, Severity

_YEARS = {"年", "年度"}
_BOUND = re.compile(r"以上|以下|未満|超(?!過)|以内|を上回|を下回|を超え")
_BOUNDS = {"を超え": "超", "を上回": "超", "を下回": "未満"}


def check_numbers(source: Source, written: Written) -> Iterator[Finding]:
    wanted = quantities(written.sentence.text)
    if not wanted or not written.sentence.evidence:
        return
    turns = source.cited_turns(written.sentence)
    said = [each for turn in turns for each in quantities(turn.text)]
    missing = False
    for each in wanted:
        if not _said(each, said):
            missing = True
            yield written.finding(
                "G4",
                Severity.ERROR,
                f"数値「{each.text}」が根拠の発言にありません。発言のとおりに直すか、根拠を確認してください。",
            )
    if missing:
        return
    yield from _elsewhere(source, written, wanted)
    yield from _bounds(source, written)
    yield from _order(source, written, wanted)


def _said(wanted: Quantity, said: Iterable[Quantity]) -> bool:
    return any(_same_value(wanted, each) and _same_unit(wanted, each) for each in said)


def _same_value(wanted: Quantity, said: Quantity) -> bool:
    if wanted.value == said.value:
        return True
    # 令和8年度 written out for a spoken 8年度, or 12年度 behind 令和8年度から for a spoken 令和12年度: the same year.
    return (
        wanted.unit in _YEARS
        and said.unit == wanted.unit
        and abs(wanted.value - said.value) in {Fraction(2018), Fraction(1988)}
    )


def _same_unit(wanted: Quantity, said: Quantity) -> bool:
    return wanted.unit == said.unit or not wanted.unit or not said.unit


@lru_cache(maxsize=4096)
def _bounded(text: str) -> tuple[tuple[Fraction, str], ...]:
    """Each number of the text with the 以上, 未満 … behind it, empty where none is."""
    plain = unicodedata.normalize("NFKC", text)
    found, at = [], 0
    for each in quantities(text):
        place = plain.find(each.text, at)
        if place < 0:
            continue
        at = place + len(each.text)
        match = _BOUND.match(plain, at)
        found.append((each.value, _BOUNDS.get(match[0], match[0]) if match else ""))
    return tuple(found)


def _bounds(source: Source, written: Written) -> Iterator[Finding]:
    said = {each for turn in source.cited_turns(written.sentence) for each in _bounded(turn.text)}
    values = {value for value, _ in said}
    for value, bound in _bounded(written.sentence.text):
        if value in values and (value, bound) not in said:
            yield written.finding(
                "G4",
                Severity.ERROR,
                f"数値の範囲（{bound or '以上・以下など'}）が根拠の発言と異なります。発言のとおりに直してください。",
            )


def _elsewhere(source: Source, written: Written, wanted: tuple[Quantity, ...]) -> Iterator[Finding]:
    """Said in the turn, but not in the sentences this one comes from, or fewer times: perhaps another's figure."""
    near = aligned(source, written.sentence)
    left = [each for text in near for each in quantities(text)]
    for each in wanted if near else ():
        match = next((other for other in left if _said(each, (other,))), None)
        if match is not None:
            left.remove(match)
        elif any(_said(each, quantities(turn.text)) for turn in source.evidence(written.sentence)):
            yield written.finding(
                "G4",
                Severity.WARN,
                f"数値「{each.text}」は、根拠の発言の中でも、この文に当たる箇所にありません。取り違えがないか確認してください。",
            )


def _order(source: Source, written: Written, wanted: tuple[Quantity, ...]) -> Iterator[Finding]:
    """Two amounts of one kind that changed places: 34分から12分 and 12分から34分 have the same numbers."""
    for unit in {each.unit for each in wanted if each.unit}:
        mine = [each.value for each in wanted if each.unit == unit]
        if len(set(mine)) < 2:
            continue
        for text in aligned(source, written.sentence):
            theirs = [each.value for each in quantities(text) if each.unit == unit]
            if set(mine) <= set(theirs) and not _follows(mine, theirs):
                yield written.finding(
                    "G4",
                    Severity.WARN,
                    f"「{unit}」の数値の順序が根拠の発言と異なります。取り違えがないか確認してください。",
                )
                break


def _follows(mine: list[Fraction], theirs: list[Fraction]) -> bool:
    rest = iter(theirs)
    return all(each in rest for each in mine)
