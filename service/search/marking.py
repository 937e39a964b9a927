"""The part of a text that was found, with the words marked in it as they are written there."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from minutes.folding import fold_key

_BEFORE = 30
"""Characters shown before the first word that was found."""
_LENGTH = 120

_JOINING = {"\uff9e", "\uff9f", "\u3099", "\u309a", "\u200d"}


@dataclass(frozen=True)
class Piece:
    text: str
    marked: bool = False


def marked(text: str, words: Sequence[str], *, whole: bool = False) -> tuple[Piece, ...]:
    """The text in pieces. ``words`` are folded. Shortened around the first word unless ``whole``."""
    spans = _spans(text, words)
    start, end = (0, len(text)) if whole else _window(text, spans)
    pieces = [Piece("…")] if start else []
    at = start
    for first, last in spans:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        if at < first:
            pieces.append(Piece(text[at:first]))
        pieces.append(Piece(text[first:last], marked=True))
        at = last
    if at < end:
        pieces.append(Piece(text[at:end]))
    return (*pieces, *([Piece("…")] if end < len(text) else []))


def count_words(text: str, words: Sequence[str]) -> int:
    """How many of the words the text has."""
    key = fold_key(text)
    return sum(1 for word in words if word in key)


def _window(text: str, spans: Sequence[tuple[int, int]]) -> tuple[int, int]:
    if len(text) <= _LENGTH:
        return 0, len(text)
    start = max(0, (spans[0][0] if spans else 0) - _BEFORE)
    start = min(start, len(text) - _LENGTH)
    return start, start + _LENGTH


def _spans(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in the text as it is written, in order and without overlap."""
    clusters = _clusters(text)
    keys = [fold_key(text[first:last]) for first, last in clusters]
    key = "".join(keys)
    if key != fold_key(text):
        return []  # Folding looked across what was taken apart here; no mark is better than one in the wrong place.
    owner = [index for index, part in enumerate(keys) for _ in part]
    found = []
    for word in words:
        at = key.find(word)
        while at >= 0:
            found.append((clusters[owner[at]][0], clusters[owner[at + len(word) - 1]][1]))
            at = key.find(word, at + 1)
    joined: list[tuple[int, int]] = []
    for first, last in sorted(found):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _clusters(text: str) -> list[tuple[int, int]]:
    """Characters with what combines with them: half-width ｶ and ﾞ fold to one character."""
    starts = [
        index
        for index, character in enumerate(text)
        if index == 0 or not (unicodedata.combining(character) or character in _JOINING)
    ]
    return list(pairwise([*starts, len(text)]))
