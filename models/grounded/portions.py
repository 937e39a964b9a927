"""A unit in portions that fit one prompt: whole turns where possible, then whole utterances, then whole sentences."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from minutes.style.sentences import split_sentences
from minutes.transcript.model import Utterance


@dataclass(frozen=True)
class Said:
    """An utterance or, where it is too long for one prompt, a piece of it."""

    id: str
    text: str


def spoken(text: str) -> str:
    """On one line: only the number in front of it may begin a line of the prompt."""
    return " ".join(text.split())


def portions(utterances: Sequence[Utterance], room: int, tokens: Callable[[str], int]) -> tuple[tuple[Said, ...], ...]:
    """Everything said, in order, in as few portions of at most ``room`` tokens as go by filling up.

    A single character always gets its place, so a ``room`` of no use gives portions that are too large, not a loss.
    """
    pieces = [piece for each in utterances for piece in _pieces(each, room, tokens)]
    found: list[tuple[Said, ...]] = []
    current: list[Said] = []
    used = 0
    for piece in pieces:
        size = line_tokens(piece, tokens)
        if current and used + size > room:
            found.append(tuple(current))
            current, used = [], 0
        current.append(piece)
        used += size
    if current:
        found.append(tuple(current))
    return tuple(found)


def line_tokens(piece: Said, tokens: Callable[[str], int]) -> int:
    return tokens(f"[{piece.id}] {piece.text}\n")


def _pieces(utterance: Utterance, room: int, tokens: Callable[[str], int]) -> Iterator[Said]:
    whole = Said(utterance.id, spoken(utterance.text))
    if line_tokens(whole, tokens) <= room:
        yield whole
        return
    text = ""
    for sentence in split_sentences(whole.text):
        for part in _cut(whole.id, sentence, room, tokens):
            if text and line_tokens(Said(whole.id, text + part), tokens) > room:
                yield Said(whole.id, text)
                text = ""
            text += part
    if text:
        yield Said(whole.id, text)


def _cut(id: str, sentence: str, room: int, tokens: Callable[[str], int]) -> Iterator[str]:
    """A sentence without end (recognisers write no full stops for minutes on end) is halved, at a pause if there is one."""
    if len(sentence) < 2 or line_tokens(Said(id, sentence), tokens) <= room:
        yield sentence
        return
    middle = len(sentence) // 2
    pause = max(sentence.rfind(mark, 1, middle) for mark in ("、", " "))
    at = pause + 1 if pause > len(sentence) // 4 else middle
    yield from _cut(id, sentence[:at], room, tokens)
    yield from _cut(id, sentence[at:], room, tokens)
