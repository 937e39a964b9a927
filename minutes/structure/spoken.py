"""The sentences of a turn, each with the pieces of utterances it was spoken in."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from minutes.transcript.model import Utterance
from minutes.turn import Piece

_SENTENCE = re.compile(r"[^。．？！?!\n]+[。．？！?!\n]*|[。．？！?!\n]+")
_CLOSED = re.compile(r"[。．？！?!\n]\s*$|(?:です|ます|ました|でした|ません|ください|たい|か)\s*$")


@dataclass(frozen=True)
class Spoken:
    text: str
    pieces: tuple[Piece, ...]

    def between(self, start: int, end: int) -> tuple[Piece, ...]:
        """Where characters ``start`` to ``end`` of the sentence were spoken."""
        found, at = [], 0
        for p in self.pieces:
            length = p.end - p.start
            a, b = max(start, at), min(end, at + length)
            if a < b:
                found.append(Piece(utterance_id=p.utterance_id, start=p.start + a - at, end=p.start + b - at))
            at += length
        return tuple(found)

    def cut(self, places: Sequence[int]) -> "list[Spoken]":
        """The sentence in parts that begin at ``places``."""
        edges = [0, *places, len(self.text)]
        return [Spoken(self.text[a:b], self.between(a, b)) for a, b in pairwise(edges) if a < b]


def spoken(utterances: Sequence[Utterance]) -> list[Spoken]:
    """Sentences in order; one that the recogniser cut runs on into the next utterance. Blank stretches are left out."""
    found: list[Spoken] = []
    open_ = False
    for u in utterances:
        for match in _SENTENCE.finditer(u.text):
            if not match[0].strip():
                continue
            piece = Piece(utterance_id=u.id, start=match.start(), end=match.end())
            if open_:
                found[-1] = Spoken(found[-1].text + match[0], (*found[-1].pieces, piece))
            else:
                found.append(Spoken(match[0], (piece,)))
            open_ = False
        open_ = bool(found) and not _CLOSED.search(found[-1].text)
    return found


def merged(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Neighbouring stretches of one utterance as one."""
    found: list[Piece] = []
    for p in pieces:
        if found and found[-1].utterance_id == p.utterance_id and found[-1].end <= p.start:
            found[-1] = found[-1].model_copy(update={"end": p.end})
        else:
            found.append(p)
    return tuple(found)
