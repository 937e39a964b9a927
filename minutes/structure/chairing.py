"""What the chair does with words: keeping the meeting moving, deciding, or speaking on the matter."""

import re
from collections.abc import Sequence

from minutes.folding import fold
from minutes.speakers.chair import CHAIRING
from minutes.structure.said import Said
from minutes.structure.wording import (
    CHAIR_ASKS,
    CHAIR_VIEW,
    DECIDES,
    REPORTING,
    SUMS_UP,
    asks,
    is_small_talk,
    sentences,
)
from minutes.turn import TurnKind

_PROCESS = re.compile(
    r"^(?:はい、?)?(?:それでは|では|続い|続き|次に|次は|最後に|ほかに|他に|以上|ただいまから|これより)|ありがとうござい|お願い(?:いた)?します|どうぞ|ください|"
    r"よろしい(?:です|でしょう)か"
)
_CONSENT_ASKED = re.compile(r"か[。?]?$|たいと(?:思|存)|お諮り|後ほど|予定|いただきたい|(?:方|諸君)[^。]{0,12}(?:挙手|起立)[^。]{0,10}(?:願|求)")
_AFTER_TALK = re.compile(r"聞こえ|マイク|画面|温度|事務局|調整|対応|確認|大丈夫|下げ|上げ|つけ|消し|直り|切り替え")
_INVITES = re.compile(r"(?:説明|報告|紹介|発表|発言)[^。]{0,14}(?:お?願い|いただき|求め|ください)|(?:説明|報告)を[。]?$")


def chair_kind(turn: Said) -> TurnKind:
    raw = turn.folded.raw
    if turn.presents and turn.greets and len(raw) > 80:
        return TurnKind.GREETING
    if decides(raw):
        return TurnKind.DECISION
    if CHAIR_ASKS.search(raw) and turn.asks:
        return TurnKind.QUESTION
    if turn.presents and REPORTING.search(raw[:160]) and len(raw) > 120:
        return TurnKind.REPORT
    if (CHAIR_VIEW.search(raw) or SUMS_UP.search(raw)) and len(raw) > 30:
        return TurnKind.OPINION
    return TurnKind.CHAIRING


def decides(raw: str) -> bool:
    """「決定してよろしいでしょうか」 only asks; the decision is what follows the consent or the vote."""
    return any(DECIDES.search(s) and not _CONSENT_ASKED.search(s) for s in sentences(raw))


def invites_to_present(turn: Said) -> bool:
    """The chair asks for an explanation: whatever was asked before is left behind."""
    return turn.chair and bool(_INVITES.search(turn.folded.raw[-80:]))


def settles_trouble(turn: Said) -> bool:
    """A short word on the microphone or the room temperature after somebody spoke of it."""
    return len(turn.text) <= 45 and (is_small_talk(turn.text) or bool(_AFTER_TALK.search(turn.folded.raw)))


def runs(texts: Sequence[str]) -> list[int]:
    """Lengths of the parts into which the chair's consecutive utterances fall: a decision is no part of the chairing
    around it, and an opinion lasts until words of chairing."""
    kinds: list[TurnKind] = []
    for text in texts:
        kind = _utterance_kind(text)
        if kind is TurnKind.CHAIRING and kinds and kinds[-1] in (TurnKind.OPINION, TurnKind.QUESTION):
            raw = fold(text)
            if not _PROCESS.search(raw.raw) and not CHAIRING.search(raw.key):
                kind = kinds[-1]
        kinds.append(kind)
    lengths: list[int] = []
    for n, kind in enumerate(kinds):
        if n and kind is kinds[n - 1]:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths


def _utterance_kind(text: str) -> TurnKind:
    raw = fold(text).raw
    if decides(raw):
        return TurnKind.DECISION
    if CHAIR_ASKS.search(raw) and asks(text):
        return TurnKind.QUESTION
    if (CHAIR_VIEW.search(raw) or SUMS_UP.search(raw)) and len(raw) > 30:
        return TurnKind.OPINION
    return TurnKind.CHAIRING
