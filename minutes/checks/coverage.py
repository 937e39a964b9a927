"""G8: every detected question has an entry in the draft or a recorded reason for having none."""

from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.document import Disposition, DraftTurn, Finding, Place, Severity
from minutes.turn import TurnKind
from minutes.unit import LeftOut

_QUOTE = 40


def check_coverage(source: Source) -> Iterator[Finding]:
    """A question counts as kept when a sentence cites it; 要約 alone is no reason to leave all of it out."""
    places = {each.utterance_id: each for each in source.document.dispositions}
    blocks = {
        turn: block.id for section in source.document.sections for block in section.blocks for turn in block.turn_ids
    }
    for turn in source.document.turns:
        if turn.kind is not TurnKind.QUESTION:
            continue
        ends = [places[each] for each in turn.utterance_ids if each in places]
        if ends and not any(each.kind == "cited" for each in ends) and _unexplained(ends):
            yield _finding(source, turn, blocks.get(turn.id))


def _unexplained(ends: list[Disposition]) -> bool:
    return any(each.reason is LeftOut.CONDENSED for each in ends)


def _finding(source: Source, turn: DraftTurn, block_id: str | None) -> Finding:
    first = source.utterances.get(turn.utterance_ids[0])
    words = "".join(source.utterances[each].text for each in turn.utterance_ids if each in source.utterances)
    quote = words[:_QUOTE] + ("…" if len(words) > _QUOTE else "")
    return Finding(
        rule="G8",
        severity=Severity.ERROR,
        message=f"質問「{quote}」が要旨にありません。質問を要旨に入れるか、省略する理由を記録してください。",
        place=Place(
            block_id=block_id,
            utterance_id=turn.utterance_ids[0],
            agenda_no=first.agenda_no if first else None,
        ),
    )
