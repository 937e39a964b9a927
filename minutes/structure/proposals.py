"""What a decision takes: the proposal the chair has put just before 「そのように決定いたします」."""

import re
from collections.abc import Collection, Mapping, Sequence

from minutes.transcript.model import Utterance
from minutes.turn import Turn, TurnKind

PROPOSES = re.compile(
    r"(?P<matter>[^。]*?)(?:という)?こと(?:で|に(?:つき|つい)?て?)、?(?:皆様?、?|皆さん、?|委員の皆様?、?)?"
    r"(?:(?:よろしい|いかが|差し支えない)(?:です|でしょう|でございましょう)か|ご?異議(?:は|が)?"
    r"(?:ございません|ありません|ない|ございませぬ)(?:です|でしょう)?か)"
)
"""One sentence that asks for consent, ``matter`` being what it proposes."""

_LEANS = re.compile(
    r"(?:そのよう|そのとおり|さよう|左様|ただいまのとおり)に?[^。]*(?:決|いたし|させて|します)"
    r"|本(?:件|案)(?:は|について)[^。]{0,12}(?:決|了承|いたし|させて)"
)
_ONLY_CONSENT = re.compile(r"^[^。]{0,20}ご?異議(?:は|が)?(?:なし|ない|ありません|ございません)[^。]{0,16}。?$")
# Between a proposal and its decision lie consent and no more.
_NEAR = 4


def leans_on_proposal(text: str) -> bool:
    """True where a decision names its matter only by pointing back: 「ご異議がないようですので、そのように決定いたします」."""
    return bool(_LEANS.search(text) or _ONLY_CONSENT.match(text.strip()))


def proposals(
    turns: Sequence[Turn], said: Mapping[str, Sequence[Utterance]], unprinted: Collection[str]
) -> dict[str, Utterance]:
    """Turn id of a decision that leans back -> the same speaker's utterance that put the proposal.

    ``said`` gives each turn's utterances; only turns in ``unprinted`` are searched, since what is printed anyway stands
    before its decision. Never across the border of an agenda item or of a closed stretch.
    """
    found: dict[str, Utterance] = {}
    for at, turn in enumerate(turns):
        if turn.kind is not TurnKind.DECISION or not leans_on_proposal("".join(u.text for u in said[turn.id])):
            continue
        here = (turn.label, turn.attendee_id, turn.agenda_no, turn.closed)
        for before in reversed(turns[max(0, at - _NEAR) : at]):
            if before.kind is TurnKind.DECISION:
                break
            if before.id not in unprinted or here != (
                before.label,
                before.attendee_id,
                before.agenda_no,
                before.closed,
            ):
                continue
            last = next((u for u in reversed(said[before.id]) if PROPOSES.search(u.text)), None)
            if last is not None:
                found[turn.id] = last
                break
    return found
