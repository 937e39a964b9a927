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
_CONSENT_ASKED = re.compile(
    r"か[。?]?$|たいと(?:思|存)|お諮り|後ほど|予定(?!価格)|いただきたい|(?:方|諸君)[^。]{0,12}(?:挙手|起立)[^。]{0,10}(?:願|求)"
)
_DECIDED_BEFORE = re.compile(r"決定(?:いた)?しました[一-鿿]|決定してお|前回[^。]{0,30}決定|に(?:て|おいて)決定")
_AFTER_TALK = re.compile(
    r"聞こえ|マイク|画面|温度|事務局|調整|対応|確認|大丈夫|ごめん|すみません|失礼|そのまま|下げ|上げ|つけ|消し|直り|切り替え"
)
_INVITES = re.compile(
    r"(?:説明|報告|紹介|発表|発言)[^。]{0,14}(?:お?願い|いただき|求め|ください)|(?:説明|報告)を[。]?$"
)


_FORMALITY = re.compile(
    r"(?:ただいま|これ)(?:から|より)|定刻|開会|欠席|出席(?:を|し|いた)|定足数|代理|資料|次第|議題|それでは|どなた|表示|マイク|注意|了承|進行|(?:座長|会長|議長|委員長|司会)の[^。]{1,6}(?:です|でござ)"
)


_OPENS_MEETING = re.compile(r"(?:ただいま|これ)(?:から|より)|定刻|開会|開催(?:いた|し)|成立|欠席")
_ADDRESSES = re.compile(
    r"(?:私|わたくし|座長|会長|議長|委員長)[^。]{0,24}(?:から|より)[^。]{0,16}(?:挨拶|申し上げ|お話|一言)"
    r"|(?:お集まり|お忙しい中|ご参集|ご出席)[^。]{0,30}ありがとう"
)
"""Announces one's own address, or begins it by thanking those who have come."""


def _formal(raw: str) -> bool:
    return bool(_FORMALITY.search(raw)) and not (_ADDRESSES.search(raw) and not _OPENS_MEETING.search(raw))


def chair_kind(turn: Said) -> TurnKind:
    raw = turn.folded.raw
    if turn.presents and turn.greets and len(raw) > 60 and not _formal(raw[:60]):
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
    return any(
        DECIDES.search(s) and not _CONSENT_ASKED.search(s) and not _DECIDED_BEFORE.search(s) for s in sentences(raw)
    )


def invites_to_present(turn: Said) -> bool:
    """The chair asks for an explanation: whatever was asked before is left behind."""
    return turn.chair and bool(_INVITES.search(turn.folded.raw[-80:]))


def settles_trouble(turn: Said) -> bool:
    """A short word on the microphone or the room temperature after somebody spoke of it."""
    return len(turn.text) <= 45 and (is_small_talk(turn.text) or bool(_AFTER_TALK.search(turn.folded.raw)))


def runs(texts: Sequence[str], *, greets: bool) -> list[int]:
    """Lengths of the parts into which the chair's consecutive utterances fall.

    A decision is no part of the chairing around it; an opinion lasts until words of chairing. ``greets``: the chair is
    to give the opening address, which begins after the formalities and lasts to the next matter.
    """
    kinds: list[TurnKind] = []
    for text in texts:
        kind, raw = _utterance_kind(text), fold(text)
        if greets and kind in (TurnKind.CHAIRING, TurnKind.OPINION):
            formal = _formal(raw.raw) or ((not kinds or kinds[-1] is TurnKind.CHAIRING) and len(raw.raw) < 30)
            kind = TurnKind.CHAIRING if formal else TurnKind.GREETING
        elif kind is TurnKind.CHAIRING and kinds and kinds[-1] in (TurnKind.OPINION, TurnKind.QUESTION):
            goes_on = not _PROCESS.search(raw.raw) and not CHAIRING.search(raw.key)
            kind = kinds[-1] if goes_on else kind
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
