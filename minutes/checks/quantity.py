"""Numbers as values: 二十一 = 21, 7億2,600万円 = 七億二千六百万円, 令和8年 = 2026年, ３割 = 30%, 三分の一 = 1/3."""

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from minutes.numerals import KANJI_NUMERALS, UNIT_PATTERN, UNITS, WORDS_WITH_NUMERALS, number, number_of_digits

_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}

_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?|[{KANJI_NUMERALS}]+)(?:[十百千万億兆]+(?:\d[\d,]*(?:\.\d+)?|[{KANJI_NUMERALS}]+)?)*"
_QUANTITY = re.compile(
    rf"(?P<era>令和|平成|昭和|大正|明治)?(?P<number>{_NUMBER}|元(?=年))"
    rf"(?:点(?P<decimals>[〇零一二三四五六七八九]+)(?![目つ]))?"
    rf"(?:分の(?P<numerator>{_NUMBER}))?"
    rf"\s*の?(?P<unit>{UNIT_PATTERN})?"
)


class Quantity(NamedTuple):
    value: Fraction
    unit: str
    """Empty where none is known."""
    text: str
    """As written, for messages."""


@lru_cache(maxsize=8192)
def quantities(text: str) -> tuple[Quantity, ...]:
    """All quantities of a text in order. Equal texts are answered from memory: drafts are checked on every edit."""
    plain = unicodedata.normalize("NFKC", text)
    words = {position for match in WORDS_WITH_NUMERALS.finditer(plain) for position in range(*match.span())}
    found = []
    for match in _QUANTITY.finditer(plain):
        kanji = not any(each.isdigit() and each.isascii() for each in match["number"])
        if kanji and match["number"] != "元" and match.start("number") in words:
            continue
        if kanji and not match["unit"] and not match["numerator"] and len(match["number"]) < 2:
            # A lone kanji numeral before no unit is part of a word.
            continue
        quantity = _quantity(match)
        if quantity is not None:
            found.append(quantity)
    return tuple(found)


def _quantity(match: re.Match[str]) -> Quantity | None:
    value = Fraction(1) if match["number"] == "元" else number(match["number"])
    if value is None or (match["number"] == "元" and not match["era"]):
        return None
    if match["decimals"]:
        value += number_of_digits(match["decimals"]) / Fraction(10) ** len(match["decimals"])
    unit = UNITS.get(match["unit"] or "", "")
    if match["numerator"]:
        numerator = number(match["numerator"])
        if not numerator or not value:
            return None
        return Quantity(numerator / value, "分の", match[0].strip())
    if match["era"] and unit in {"年", "年度"}:
        value += _ERAS[match["era"]]
    if unit == "割":
        value, unit = value * 10, "%"
    return Quantity(value, unit, match[0].strip().removesuffix("の"))
