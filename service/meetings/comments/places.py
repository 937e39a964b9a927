"""What a comment may be about, and in which order a reader comes across it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minutes.dispositions import blocks_of
from minutes.document import MinutesDocument

QUOTE_LIMIT = 300
"""Characters: enough to know the words again after they have changed."""


@dataclass(frozen=True)
class Spot:
    """A place as it is in one version. ``evidence``: every utterance that its words rest on."""

    quote: str
    evidence: tuple[str, ...]


def spots(document: MinutesDocument) -> Mapping[str, Spot]:
    """Every sentence, block and utterance by id."""
    found = {each.id: Spot(each.text, (each.id,)) for each in document.utterances}
    turns = {turn.id: turn.utterance_ids for turn in document.turns}
    for block in blocks_of(document.sections):
        own = [each for turn_id in block.turn_ids for each in turns.get(turn_id, ())]
        cited = [each for sentence in block.sentences for each in sentence.evidence]
        head = f"（{block.label}）" if block.label else block.title or ""
        words = "".join(each.text for each in block.sentences)
        found[block.id] = Spot(head + words, tuple(dict.fromkeys([*own, *cited])))
        found.update((each.id, Spot(each.text, each.evidence)) for each in block.sentences)
    return found


def quoted(text: str) -> str:
    """The words as they are kept with a comment."""
    return text if len(text) <= QUOTE_LIMIT else text[: QUOTE_LIMIT - 1] + "…"


def reading_order(document: MinutesDocument) -> Mapping[str, int]:
    """Rank of every sentence, block and utterance: down the draft, an utterance where a sentence first cites it, or
    right behind the utterance before it."""
    ranks = {each: rank for rank, each in enumerate(dict.fromkeys(_down(document)))}
    at = -1
    for said in document.utterances:
        at = ranks.setdefault(said.id, at)
    return ranks


def _down(document: MinutesDocument) -> Iterator[str]:
    for block in blocks_of(document.sections):
        yield block.id
        for sentence in block.sentences:
            yield sentence.id
            yield from sentence.evidence
