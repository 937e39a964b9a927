"""Which utterances make one turn."""

from collections.abc import Sequence

from minutes.folding import fold
from minutes.speakers.segments import is_backchannel
from minutes.structure.chairing import runs
from minutes.structure.wording import asks
from minutes.transcript.model import Utterance
from minutes.turn import Attribution

INTERJECTED = 2
"""Slight utterances of somebody else that do not end a turn."""


def grouped(
    utterances: Sequence[Utterance],
    attributions: Sequence[Attribution],
    chair: Sequence[bool],
    of: Sequence[int],
    *,
    closed: Sequence[bool],
    greets: Sequence[bool],
) -> list[list[int]]:
    """Indices of the utterances of each turn, turns in order of their first utterance.

    A turn ends where speaker, item or disclosure change; the chair's also where decision, own words and chairing part.
    A はい of somebody else does not end it: the speaker who goes on after it is still in the same turn, unless what
    came before it was a question.
    """

    def one_speaker(a: int, b: int) -> bool:
        bound = attributions[a].attendee_id
        if bound != attributions[b].attendee_id:
            return False
        return bound is not None or (utterances[a].label == utterances[b].label and utterances[a].label is not None)

    def together(a: int, b: int) -> bool:
        return one_speaker(a, b) and of[a] == of[b] and closed[a] == closed[b]

    stretches: list[list[int]] = []
    for k in range(len(utterances)):
        if stretches and together(stretches[-1][-1], k):
            stretches[-1].append(k)
        else:
            stretches.append([k])
    turns: list[list[int]] = []
    for stretch in stretches:
        if chair[stretch[0]] and len(stretch) > 1:
            turns.extend(_parted(stretch, runs([utterances[k].text for k in stretch], greets=greets[stretch[0]])))
            continue
        before = turns[-2] if len(turns) > 1 else None
        if (
            before is not None
            and not chair[stretch[0]]
            and together(before[-1], stretch[0])
            and _interjects([utterances[k].text for k in turns[-1]])
            and not asks("".join(utterances[k].text for k in before[-2:]))
            and not _slight(utterances[before[-1]].text)
        ):
            before.extend(stretch)
        else:
            turns.append(stretch)
    return turns


def _parted(stretch: Sequence[int], lengths: Sequence[int]) -> list[list[int]]:
    parts: list[list[int]] = []
    at = 0
    for length in lengths:
        parts.append(list(stretch[at : at + length]))
        at += length
    return parts


def _interjects(texts: Sequence[str]) -> bool:
    return len(texts) <= INTERJECTED and all(_slight(t) for t in texts)


def _slight(text: str) -> bool:
    return is_backchannel(fold(text).key)
