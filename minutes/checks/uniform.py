"""What only several sentences show: K22 (heavy wording, one ending three times in a row) and K25 (ご or 御)."""

from collections.abc import Iterator
from functools import lru_cache

from minutes.checks.source import Source, Written
from minutes.checks.wording import remark_finding
from minutes.document import BlockType, Finding
from minutes.lint.predicates import heavy_wording
from minutes.lint.remark import Remark, swap
from minutes.style.morphology import morphemes

_ROW = 3
_ENDING = 4
"""Characters at the end that are compared, without 。: ている and である alone are how the plain style ends."""
_PLAIN = frozenset(("している", "のである", "いている", "っている"))
_FIXED = frozenset(
    ("中", "嵩", "前", "殿場", "礼", "社", "所", "霊", "影", "飯", "徒町", "徒", "身", "者", "座", "曹司", "茶")
)
"""After 御: words of their own (御中, 御礼), not a prefix."""


def check_uniform(source: Source) -> Iterator[Finding]:
    off = source.profile.wording.without
    if "K22" not in off:
        for written in source.written:
            for remark in _heavy(written.sentence.text):
                yield remark_finding(written, remark)
        yield from _repeated_endings(source)
    if "K25" not in off:
        yield from _prefixes(source)


@lru_cache(maxsize=8192)
def _heavy(text: str) -> tuple[Remark, ...]:
    # Of all sentences on every edit, which changes one of them.
    return tuple(heavy_wording(text))


def _repeated_endings(source: Source) -> Iterator[Finding]:
    row: list[Written] = []
    for written in source.written:
        ending = _ending(written)
        same = row and row[-1].block.id == written.block.id and _ending(row[-1]) == ending and ending
        row = [*row, written] if same else [written]
        if len(row) == _ROW and written.block.type is not BlockType.BULLET:
            message = f"文末「{ending}」が{_ROW}文続いています。言い方を変えられないか確認してください。"
            text = written.sentence.text
            yield remark_finding(written, Remark("K22", 0, len(text), message))


def _ending(written: Written) -> str:
    text = written.sentence.text.rstrip("。 　")
    ending = text[-_ENDING:] if len(text) > _ENDING else ""
    return "" if ending in _PLAIN else ending


def _prefixes(source: Source) -> Iterator[Finding]:
    found = [
        (written, start, prefix) for written in source.written for start, prefix in _prefixes_of(written.sentence.text)
    ]
    wanted = source.profile.wording.prefix
    if wanted == "uniform":
        kana = sum(prefix == "ご" for _, _, prefix in found)
        if kana in (0, len(found)):
            return
        wanted = "ご" if kana * 2 >= len(found) else "御"
    for written, start, prefix in found:
        if prefix != wanted:
            yield remark_finding(written, swap("K25", start, prefix, wanted, "接頭辞を文書の中でそろえる"))


@lru_cache(maxsize=8192)
def _prefixes_of(text: str) -> tuple[tuple[int, str], ...]:
    """Each ご and 御 that is a prefix, and where it stands."""
    if "ご" not in text and "御" not in text:
        return ()
    found: list[tuple[int, str]] = []
    at = 0
    words = morphemes(text)
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        if (
            word.surface in ("ご", "御")
            and word.word_class == "接頭辞"
            and not word.kept
            and following is not None
            and following.surface not in _FIXED
        ):
            found.append((at, word.surface))
        at += len(word.surface)
    return tuple(found)
