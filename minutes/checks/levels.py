"""K23: marks of headings in the order 第1, 1, (1), ア, (ア), a, (a), none of them passed over."""

import re
from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.checks.wording import remark_finding
from minutes.document import Finding
from minutes.lint.remark import Remark

_LEVELS = ("第1", "1", "(1)", "ア", "(ア)", "a", "(a)")
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        r"第[0-9０-９]{1,2}[ 　]",
        r"[0-9０-９]{1,2}(?:[ 　]|[.．](?![0-9０-９]))",
        r"[(（][0-9０-９]{1,2}[)）]",
        r"[アイウエオカキクケコ][ 　]",
        r"[(（][アイウエオカキクケコ][)）]",
        r"[a-kａ-ｋ][ 　]",
        r"[(（][a-kａ-ｋ][)）]",
    )
)
_ANY_MARK = re.compile("|".join(each.pattern for each in _MARKS))
_SECTION = 1
"""The level of an agenda item's own heading, under which the body stands."""


def check_levels(source: Source) -> Iterator[Finding]:
    if "K23" in source.profile.wording.without:
        return
    section: int | None = None
    above = _SECTION
    for written in source.written:
        if written.section.agenda_no != section:
            section, above = written.section.agenda_no, _SECTION
        if not _ANY_MARK.match(written.sentence.text):
            continue
        level = next(n for n, mark in enumerate(_MARKS) if mark.match(written.sentence.text))
        if level > above + 1:
            message = (
                f"「{_LEVELS[level]}」の前に「{_LEVELS[level - 1]}」の見出しがありません。"
                "見出しの記号は、第1、1、(1)、ア、(ア)、a、(a)の順に用います。"
            )
            yield remark_finding(written, Remark("K23", 0, len(written.sentence.text), message))
        above = level
