"""M1: where a generating model was asked but its words were not used, the reviewer is told so and why."""

from collections.abc import Iterator

from minutes.checks.source import Source
from minutes.document import Finding, Place, Severity
from minutes.unit import KEPT_BACK


def check_replacements(source: Source) -> Iterator[Finding]:
    turns = {turn.id: turn for turn in source.document.turns}
    blocks = {
        turn: (block.id, section.agenda_no)
        for section in source.document.sections
        for block in section.blocks
        for turn in block.turn_ids
    }
    for each in source.document.replacements:
        turn = turns.get(each.turn_id)
        if turn is None:
            continue
        block_id, agenda_no = blocks.get(each.turn_id, (None, None))
        first = source.utterances.get(turn.utterance_ids[0])
        yield Finding(
            rule="M1",
            severity=Severity.INFO if each.reason == KEPT_BACK else Severity.WARN,
            message=f"要約モデルの文を使わず、発言から選んだ文を載せています（{each.reason}）。"
            "要点が足りているか確認してください。",
            place=Place(
                block_id=block_id,
                utterance_id=turn.utterance_ids[0],
                agenda_no=agenda_no if agenda_no is not None else (first.agenda_no if first else None),
            ),
        )
