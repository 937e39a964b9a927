"""Drafts as the product makes them, at the product's length or at a share of the source."""

from collections.abc import Callable
from functools import lru_cache

from evaluation.datasets.record import Record
from minutes.dispositions import sentences_of
from minutes.document import MinutesDocument
from minutes.meeting import Meeting
from minutes.profile import Profile
from minutes.profiles import load_profile
from models.base import SummaryModel
from models.pipeline import Inputs, MemoryStore, make_draft
from models.registry import load_model

_SHORTEST = 1e-3
_TRIES = 14
_FULL = 0.97
"""Of the limit: near enough, since each try makes a draft."""


@lru_cache(maxsize=2)
def _model(name: str) -> SummaryModel:
    return load_model(name)


def draft(transcript: bytes, filename: str, meeting: Meeting, profile: Profile | None = None) -> MinutesDocument:
    inputs = Inputs(
        transcript=transcript,
        filename=filename,
        meeting=meeting,
        profile=profile or load_profile(),
        model_name="extractive",
    )
    return make_draft(inputs, _model, MemoryStore())


@lru_cache(maxsize=512)
def draft_record(record: Record, factor: float = 1.0) -> MinutesDocument:
    """The draft in the default house style with budgets ``factor`` times as long; kept, since several measures ask."""
    return draft(record.transcript(), "record.json", record.meeting, load_profile().scaled(factor))


def written(document: MinutesDocument) -> str:
    """The sentences of a draft, one a line: labels, headings and the form do not count as summary."""
    return "\n".join(each.text for each in sentences_of(document.sections))


def length(text: str) -> int:
    """Characters without white space."""
    return len("".join(text.split()))


def at_most(make: Callable[[float], str], limit: int, *, most: float = 1.0) -> str:
    """The fullest text within ``limit`` characters that ``make`` gives for a length factor up to ``most``.

    Where even the shortest is longer, that one is given back, and the caller sees its length.
    """
    longest = make(most)
    if length(longest) <= limit:
        return longest
    best = make(_SHORTEST)
    if length(best) >= limit:
        return best
    low, high, over = _SHORTEST, most, length(longest)
    for nth in range(_TRIES):
        if length(best) >= _FULL * limit:
            break
        # In turns by proportion, which is near where lengths grow evenly, and by halves, which never gets stuck.
        part = (limit - length(best)) / (over - length(best)) if nth % 2 == 0 else 0.5
        middle = low + (high - low) * part
        text = make(middle)
        if length(text) <= limit:
            low, best = middle, max(best, text, key=length)
        else:
            high, over = middle, length(text)
    return best
