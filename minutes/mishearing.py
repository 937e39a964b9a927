"""Mishearing: a word that the recogniser probably wrote otherwise than it was meant."""

from collections.abc import Iterable
from enum import StrEnum

from minutes.value import Value


class MeantFrom(StrEnum):
    """Where the right form is written."""

    ROSTER = "名簿"
    AGENDA = "次第・資料"
    GLOSSARY = "用語集"
    DICTIONARY = "所属の辞書"


class Mishearing(Value):
    """A proposal for one place. The transcript keeps what it has; ``applied`` says whether the draft was made from
    ``meant``."""

    utterance_id: str
    start: int
    """Position of ``heard`` in the text of the utterance, in characters."""
    end: int
    heard: str
    meant: str
    source: MeantFrom
    confidence: float
    """0.0 to 1.0."""
    reason: str
    """In Japanese, for the reviewer."""
    name: bool
    """A person's name, not a term."""
    certain: bool
    """What was heard is no word that could have been meant here. Only such places are ever applied."""
    applied: bool = False


def text_as_meant(text: str, mishearings: Iterable[Mishearing]) -> str:
    """The text of one utterance with the applied ones among its mishearings corrected."""
    for each in sorted(mishearings, key=lambda m: m.start, reverse=True):
        if each.applied:
            text = text[: each.start] + each.meant + text[each.end :]
    return text
