"""What was said with the slips put right: what a model may condense. The transcript itself stays as it is.

The words that belong to a correction are moved so that the right sentence is spoken in both utterances, the one with
the slip and the one that corrects it, and cites both: 「参加は」＋「21団体です。」. An utterance of which nothing is left is
left out as 重複.
"""

import re
from collections.abc import Sequence

from minutes.transcript.model import Transcript, Utterance
from minutes.turn import Correction, Piece, Structure, Turn
from minutes.value import Value

_END = re.compile(r"[。．？！?!\n]")


class Corrected(Value):
    turns: dict[str, tuple[Utterance, ...]]
    """By turn id, in reading order. A correction said in a later turn of the same speaker stands with its slip."""
    emptied: tuple[str, ...]
    """Utterances that said nothing but a slip or its correction."""


def put_right(transcript: Transcript, structure: Structure) -> Corrected:
    texts = {u.id: u.text for u in transcript.utterances}
    order = {t.id: list(t.utterance_ids) for t in structure.turns}
    turn_of = {u: t for t in structure.turns for u in t.utterance_ids}
    touched: set[str] = set()
    for correction in structure.corrections:
        concerned = {p.utterance_id for p in (correction.slip, correction.corrected, *correction.statement)}
        # A second correction of the same utterance would need places in a text that has changed.
        if concerned & touched:
            continue
        touched |= concerned
        _apply(correction, texts, order, turn_of)
    utterances = {u.id: u for u in transcript.utterances}
    return Corrected(
        turns={
            turn: tuple(
                utterances[u].model_copy(update={"text": texts[u]}) if u in touched else utterances[u]
                for u in ids
                if u not in touched or texts[u].strip()
            )
            for turn, ids in order.items()
        },
        emptied=tuple(u for u in utterances if u in touched and not texts[u].strip()),
    )


def _apply(
    correction: Correction, texts: dict[str, str], order: dict[str, list[str]], turn_of: dict[str, Turn]
) -> None:
    slip, right = correction.slip, correction.corrected
    wrong, by = slip.utterance_id, right.utterance_id
    said = texts[by][right.start : right.end]
    if wrong == by:
        _within(correction, texts, said)
        return
    text = texts[wrong]
    begin = max((m.end() for m in _END.finditer(text, 0, slip.start)), default=0)
    stop = _END.search(text, slip.end)
    end = stop.end() if stop else len(text)
    before, rest = text[begin : slip.start], text[:begin] + text[end:]
    for utterance in {p.utterance_id for p in correction.statement}:
        own = [p for p in correction.statement if p.utterance_id == utterance]
        texts[utterance] = _without(texts[utterance], own)
    together = turn_of[wrong].id == turn_of[by].id
    one_person = turn_of[wrong].attendee_id is not None and turn_of[wrong].attendee_id == turn_of[by].attendee_id
    if together or (one_person and not texts[by].strip()):
        order[turn_of[by].id].remove(by)
        at = order[turn_of[wrong].id].index(wrong)
        if text[end:].strip():
            # The utterance goes on after its slip: what follows must not come before the right sentence.
            texts[by] = before + said + text[slip.end : end] + texts[by]
            texts[wrong] = rest
            order[turn_of[wrong].id].insert(at if not text[:begin].strip() else at + 1, by)
        else:
            texts[by] = said + text[slip.end : end] + texts[by]
            texts[wrong] = rest + before
            order[turn_of[wrong].id].insert(at + 1, by)
    else:
        # Somebody else's words, or part of a turn of its own: the whole right sentence is said there.
        texts[by] = before + said + text[slip.end : end] + texts[by]
        texts[wrong] = rest


def _within(correction: Correction, texts: dict[str, str], said: str) -> None:
    slip, right = correction.slip, correction.corrected
    text = texts[slip.utterance_id]
    own = [p for p in correction.statement if p.utterance_id == slip.utterance_id]
    if not any(p.start <= right.start and right.end <= p.end for p in own):
        texts[slip.utterance_id] = text[: slip.start] + text[right.start :]
        return
    kept = _without(
        text[slip.end :],
        [
            p.model_copy(update={"start": p.start - slip.end, "end": p.end - slip.end})
            for p in own
            if p.start >= slip.end
        ],
    )
    texts[slip.utterance_id] = text[: slip.start] + said + kept
    for utterance in {p.utterance_id for p in correction.statement} - {slip.utterance_id}:
        texts[utterance] = _without(texts[utterance], [p for p in correction.statement if p.utterance_id == utterance])


def _without(text: str, pieces: Sequence[Piece]) -> str:
    for p in sorted(pieces, key=lambda p: p.start, reverse=True):
        text = text[: p.start] + text[p.end :]
    return text
