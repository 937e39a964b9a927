"""Numbers: K03 to K07."""

import re
import unicodedata
from collections.abc import Iterator

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap
from minutes.numerals import KANJI_NUMERALS, UNIT_PATTERN, WORDS_WITH_NUMERALS, number, written

_WIDE = re.compile(r"[０-９]+(?:[，．,.][０-９]+)*")
_NARROW = re.compile(r"(?<![A-Za-z0-9\-])[0-9]+(?:[,.][0-9]+)*(?![A-Za-z])")
_KANJI = re.compile(
    rf"(?<![数何幾{KANJI_NUMERALS}万億兆0-9０-９])[{KANJI_NUMERALS}][{KANJI_NUMERALS}万億兆]+(?P<unit>{UNIT_PATTERN})(?!余|目)"
)
_LONG = re.compile(
    r"(?<![0-9０-９,，.．A-Za-z\-−－/第No万億兆号])([0-9]{4,}|[０-９]{4,})(?![0-9０-９,，.．\-−/])"
    r"(?P<after>年|年度|号|番|条|[万億兆A-Za-z]|[^万億兆A-Za-z]|$)"
)
_THOUSANDS = re.compile(r"(?:[0-9０-９][0-9０-９,，]*[兆億万])*[0-9０-９][0-9０-９,，]*[千百](?:[0-9０-９]+百?)?")
_ABOUT = re.compile(r"(?P<digits>[0-9０-９]{1,3})(?P<more>数|余り?)(?=[人名件個台校市区町村団体年回か])")
_ONE_BY_ONE = {"1人1人": "一人一人", "１人１人": "一人一人", "1人ひとり": "一人一人", "１人ひとり": "一人一人", "1つ1つ": "一つ一つ",
               "１つ１つ": "一つ一つ", "1つひとつ": "一つ一つ", "一人ひとり": "一人一人", "一つひとつ": "一つ一つ"}  # fmt: skip
_COUNT = re.compile(r"(?<![0-9０-９.．,，])([1-9１-９])つ(?![0-9０-９])")
_KANJI_COUNT = re.compile(r"(?<![一二三四五六七八九十])([一二三四五六七八九])つ(?![一-龥])")
_SMALL_KE = re.compile(
    r"(?P<many>[数何幾一二三四五六七八九十百千])?(?P<digit>[0-9０-９])?(?P<ka>[ヶケヵカｹｶ箇])(?=月|所|国|年|条|村|町|校)"
)
_DIGIT = dict(zip("123456789１２３４５６７８９", "一二三四五六七八九" * 2, strict=True))


def widths(passage: Passage) -> Iterator[Remark]:
    """K03."""
    half = passage.house.digits == "half"
    for match in (_WIDE if half else _NARROW).finditer(passage.text):
        new = unicodedata.normalize("NFKC", match[0]) if half else match[0].translate(_TO_WIDE)
        yield swap("K03", match.start(), match[0], new, "数字は半角" if half else "数字は全角")
    named = {place for match in WORDS_WITH_NUMERALS.finditer(passage.text) for place in range(*match.span())}
    for match in _KANJI.finditer(passage.text):
        value = number(match[0][: -len(match["unit"])])
        if (
            match.start() in named
            or match["unit"] == "つ"
            or value is None
            or match.start() not in passage.starts_of_words
        ):
            continue
        yield swap("K03", match.start(), match[0], written(value) + match["unit"], "横書きでは算用数字")


_TO_WIDE = {ord(a): ord(b) for a, b in zip("0123456789,.", "０１２３４５６７８９，．", strict=True)}


def commas(passage: Passage) -> Iterator[Remark]:
    """K04. Years, articles and numbers that name something have no comma; beside 万 and 億 it may be left out."""
    for match in _LONG.finditer(passage.text):
        after = match["after"]
        if after in ("年", "年度", "号", "番", "条") or (after in "万億兆" and after) or re.match(r"[A-Za-z]", after):
            continue
        if after in ("", "。", "、") and len(match[1]) == 4:
            # A bare number of four digits is as likely a year.
            continue
        digits = unicodedata.normalize("NFKC", match[1])
        yield swap("K04", match.start(1), match[1], f"{int(digits):,}", "3桁ごとに区切る")


def thousands(passage: Passage) -> Iterator[Remark]:
    """K05."""
    for match in _THOUSANDS.finditer(passage.text):
        plain = unicodedata.normalize("NFKC", match[0])
        follows = passage.text[match.end() : match.end() + 1]
        value = number(plain + (follows if follows in ("万", "億", "兆") else ""))
        if value is None:
            continue
        old = match[0] + (follows if follows in ("万", "億", "兆") else "")
        new = written(value)
        if new != unicodedata.normalize("NFKC", old):
            yield swap("K05", match.start(), old, new, "千・百は数字で書く")


def idiomatic(passage: Passage) -> Iterator[Remark]:
    """K06."""
    for match in _ABOUT.finditer(passage.text):
        new = _in_kanji(int(unicodedata.normalize("NFKC", match["digits"]))) + match["more"]
        yield swap("K06", match.start(), match[0], new, "概数は漢字")
    taken: set[int] = set()
    for old, new in _ONE_BY_ONE.items():
        for match in re.finditer(old, passage.text):
            taken.update(range(*match.span()))
            yield swap("K06", match.start(), old, new, "慣用の言い方")
    if passage.house.small_counts == "kanji":
        for match in _COUNT.finditer(passage.text):
            if match.start() not in taken:
                yield swap("K06", match.start(), match[0], f"{_DIGIT[match[1]]}つ", "「つ」で数えるときは漢字")
    else:
        for match in _KANJI_COUNT.finditer(passage.text):
            if match.start() not in taken and match.start() in passage.starts_of_words:
                digit = str("一二三四五六七八九".index(match[1]) + 1)
                yield swap("K06", match.start(), match[0], f"{digit}つ", "この書式では数字")


def _in_kanji(value: int) -> str:
    text = ""
    for unit, name in ((100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            text += ("" if digit == 1 and name else "一二三四五六七八九"[digit - 1]) + name
    return text


def places_and_months(passage: Passage) -> Iterator[Remark]:
    """K07. Beside a number in kanji the guide asks for 箇; place names (鎌ヶ谷) follow no number."""
    for match in _SMALL_KE.finditer(passage.text):
        if match["digit"]:
            wanted = "か"
        elif match["many"]:
            wanted = "箇"
        else:
            continue
        if match["ka"] != wanted:
            why = "算用数字には「か」" if wanted == "か" else "漢字の数には「箇」"
            yield swap("K07", match.start("ka"), match["ka"], wanted, why)
