"""Words of a recogniser as spoken text, for files that give no other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_SENTENCE_ENDS = ("。", "？", "！", "?", "!", ".")


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    label: str | None
    start: float | None
    end: float | None


def join_words(words: Iterable[str]) -> str:
    """Japanese without spaces, words in Latin letters with one; punctuation never has one before it."""
    joined: list[str] = []
    for word in words:
        if not word:
            continue
        if joined and joined[-1][-1:].isascii() and word[0].isascii() and word[0].isalnum():
            joined.append(" ")
        joined.append(word)
    return "".join(joined).strip()


def stretches(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words of one speaker up to the end of a sentence: what such a file has in place of cues."""
    here: list[Word] = []
    for word in words:
        if here and (word.label != here[-1].label or here[-1].text.endswith(_SENTENCE_ENDS)):
            yield here
            here = []
        here.append(word)
    if here:
        yield here
