"""The sentences of a unit, each with the utterances it was spoken in."""

import re
from dataclasses import dataclass
from functools import lru_cache

from minutes.style import carries_nothing, clean_spoken, compress, ends_finished, split_sentences, without_courtesy
from minutes.turn import TurnKind
from minutes.unit import Unit
from models.extractive.cues import asks, names_only


@dataclass(frozen=True)
class Candidate:
    text: str
    """Cleaned of fillers, still in the polite style; empty where nothing was left."""
    evidence: tuple[str, ...]
    order: int
    empty: bool
    """Courtesy, self-introduction, pointer to papers or only fillers."""


_ASKING = (TurnKind.QUESTION, TurnKind.OPINION, TurnKind.REQUEST)
# Recognisers cut at pauses and write none: 難しいと思っていて / 当区でも
_CLAUSE_END = re.compile(r"(?:て|で|が|けど|けれども|ので|から|し)$")
# A line that begins with a list mark is a sentence of its own; any other break is only where the page was full.
_LIST_LINE = re.compile(r"\s*\n[ 　]*[-*・●•○◦][ 　]*(?=\S)")
_LINE_BREAK = re.compile(r"(?<=[^\n])\n(?=[^\n])")
_PARTICLES = tuple("はもをにがとのへ、。")


def _joined(unit: Unit) -> tuple[str, list[tuple[int, str]]]:
    """The unit as one text and, for each utterance, the position where it begins.

    A sentence cut by the recogniser runs on into the next utterance; one that is finished is closed with a mark so
    that it does not.
    """
    text = ""
    starts: list[tuple[int, str]] = []
    for utterance in unit.utterances:
        if text and not text.endswith("\n") and ends_finished(text):
            text += "\n"
        spoken = _LIST_LINE.sub("\n", utterance.text)
        spoken = _LINE_BREAK.sub(" ", spoken).strip()
        if _CLAUSE_END.search(text) and not spoken.startswith(_PARTICLES):
            text += "、"
        starts.append((len(text), utterance.id))
        text += spoken
    return text, starts


@lru_cache(maxsize=4096)
def _cleaned(piece: str) -> tuple[str, bool]:
    """A spoken sentence without fillers and courtesy, and whether that leaves nothing to say."""
    # A question is cleaned for its own unit and again for each of its answers.
    text = compress(without_courtesy(clean_spoken(piece.strip())))
    return text, not re.search(r"\w", text) or carries_nothing(text)


def asked(context: str) -> tuple[str, ...]:
    """The sentences of a question that ask; where none shows it, its last sentence with content."""
    told = [text for text, empty in map(_cleaned, split_sentences(context)) if not empty]
    return tuple(text for text in told if asks(text)) or tuple(told[-1:])


def _spoken_in(starts: list[tuple[int, str]], begin: int, end: int) -> tuple[str, ...]:
    found = []
    for at, (start, utterance_id) in enumerate(starts):
        stop = starts[at + 1][0] if at + 1 < len(starts) else end
        if start < end and (stop > begin or start == stop == begin):
            found.append(utterance_id)
    return tuple(found)


def candidates(unit: Unit) -> tuple[Candidate, ...]:
    """Every sentence of ``unit`` in order. Each utterance with text stands in the evidence of at least one."""
    text, starts = _joined(unit)
    found: list[Candidate] = []
    at = 0
    for piece in split_sentences(text):
        lead = len(piece) - len(piece.lstrip())
        begin, end = at + lead, at + len(piece.rstrip())
        at += len(piece)
        if end <= begin:
            continue
        cleaned, empty = _cleaned(piece)
        # 市債残高は。 asks in a question; in an answer it only takes up what was asked.
        empty = empty or (unit.kind not in _ASKING and names_only(cleaned))
        found.append(Candidate(cleaned, _spoken_in(starts, begin, end), len(found), empty))
    return tuple(found)
