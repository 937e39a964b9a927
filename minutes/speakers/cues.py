"""The cues in speech that say who speaks, spoke or will speak, each with its weight.

Source of the kinds and weights: measured evidence table of the project's domain research. A person is bound
when the sum of weights reaches ``BIND`` and leads the next person by ``MARGIN``.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from minutes.folding import Folded
from minutes.speakers.roster import Mention, Part, Roster

BIND = 0.8
MARGIN = 0.3


class Cue(StrEnum):
    LABEL = "表示名"
    INTRODUCTION = "自己紹介"
    CHAIRS = "会議の進行"
    CALL = "進行役の指名"
    ORG_CALL = "団体の指名"
    HANDOVER = "答弁の引継ぎ"
    THANKS = "進行役のお礼"
    PRESENTER = "議題の説明者"
    CONTINUITY = "同じ表示名の続き"
    OWN_ORG = "団体の自称"
    REPLY = "次の発言者による呼応"


WEIGHTS: dict[Cue, float] = {
    Cue.LABEL: 0.9,
    Cue.INTRODUCTION: 1.0,
    Cue.CHAIRS: 0.8,
    Cue.CALL: 0.9,
    Cue.ORG_CALL: 0.8,
    Cue.HANDOVER: 0.8,
    Cue.THANKS: 0.7,
    Cue.PRESENTER: 0.6,
    Cue.CONTINUITY: 0.85,
    Cue.OWN_ORG: 0.5,
    Cue.REPLY: 0.6,
}
SHARED_CONTINUITY = 0.5
"""Continuity of a room's label across other speakers: never enough alone."""

HEAD = 100
TAIL = 180

_OPENING = re.compile(
    r"^(?:(?:はい|ええ?|えー+|えっ?と|あの+|あのー+|あ|あー|ああ|では|それでは|失礼(?:いた)?します|すみません|すいません|同じく|"
    r"ただいま(?:ご?紹介)?(?:いただき(?:まし)?た|に?あずかりました)|ご?指名(?:いただき|ありがとうござい)ま(?:した|す))[、。,]*)*"
)
_BEFORE_INTRODUCTION = re.compile(r"(?:^|[。、,!?]|の|おります|います|ます|ている|ておる|担当|代理)$")
_PRESENTING_OTHERS = re.compile(r"(?:こちら|あちら|お隣|隣|そちら)(?:が|は|の)[^。]*$")
_INTRODUCED = re.compile(
    r"(?:と(?:申し|言い|いい)(?:ます)?|でござ(?:い(?:まし|ます)?)?|です(?!か|ね|から|の(?!で)|よ))"
)
_STRANGER = re.compile(
    r"^(?P<who>[^。、の]{0,18}(?:市|区|町|村|課|部|局|社|大学|会|機構|庁|長|担当)の(?P<name>[一-鿿々]{2,4}))(?:と申します|でございます|です)(?=[。、,がけ]|$)"
)
_NOT_NAMES = re.compile(
    r"説明|報告|質問|件|状況|意見|事業|予算|対応|問題|制度|取組|資料|場合|関係|方針|計画|内容|結果|話|方|中|点|予定|皆"
)
_CALL_AFTER = re.compile(
    r"^(?:さん|様)?[、,]?(?:の(?:方|ほう))?(?:から|より|に)?[、,]?(?P<gap>[^。]{0,32}?)"
    r"(?:どうぞ|お?願(?:い(?:いた|致|申し|でき|し|$|。)|います)|ください|いかが(?:で|。)|ご?発言(?:を|$|。)|何か(?:ござい|あり)ます)[^。]{0,20}(?:。[^。]{0,24}){0,1}。?$"
)
_STAGE = re.compile(r"(?:[〔\[(][^〕\])]{0,40}[〕\])]|拍手|。)+$")
"""What a stenographer adds at the end: 〔登壇〕（拍手）."""
_NOT_CALLED_BY = re.compile(
    r"^(?:の(?!方|ほう)|が|は(?![、,]?(?:いかが|どう))|へ|も|と|を|に対|に関|に(?!ご?説明|ご?報告|ご?紹介|ご?発表|ご?挨拶|お願い|一言))"
)
_PAST = re.compile(r"ました|ございました|頂いた|いただいた|とおり|通り")
_HANDOVER_AFTER = re.compile(
    r"^(?:の(?:方|ほう))?(?:から|より)[、,]?(?P<gap>[^。]{0,20}?)(?:お?答え|ご?答弁|ご?回答|ご?説明|ご?報告|補足|ご?紹介|お話|ご?発表|ご?挨拶)(?P<end>[^。]{0,18})"
)
_THANKS_AFTER = re.compile(r"^[、,]?(?:(?:の|から|より)?(?:大変|どうも|ご|お|貴重)[^。]{0,16}?)?[、,]?ありがとう")
_REPLY_AFTER = re.compile(r"^(?:から|より)?(?:の|、)?[^。の]{0,6}?(?:ご?質問|ご?質疑|お?尋ね|ご?意見|ご?指摘|ご?提案)")
_OWN_ORG = re.compile(r"(?:私ども|私共|わたしども|私たち|我々|うち)(?:の|、)?$")
_OWN_ORG_AFTER = re.compile(r"^(?:では|といたしまして|としまして|としては|におき|にお)")


@dataclass(frozen=True)
class Hint:
    """One cue found in one utterance, pointing to the people it may mean."""

    cue: Cue
    ids: tuple[str, ...]
    weight: float
    quote: str


def introduction(text: Folded, roster: Roster) -> Hint | None:
    """The speaker names himself at the start. None also where several people are introduced: that is somebody else."""
    head = text.key[:HEAD]
    found: list[Hint] = []
    for m in roster.mentions(head):
        end = _INTRODUCED.match(text.key, m.end)
        if m.honorific or end is None or not _at_introduction(head, m):
            continue
        if m.part is not Part.NAME and _OPENING.sub("", head[: m.start]):
            continue
        weight = WEIGHTS[Cue.INTRODUCTION]
        if m.doubtful:
            weight = 0.4
        elif m.part is Part.POST:
            weight = 0.9
        elif m.part in (Part.ORG, Part.ALIAS):
            weight = 0.8
        found.append(Hint(Cue.INTRODUCTION, m.ids, weight, text.raw[m.start : end.end()]))
    if len({h.ids for h in found}) > 1:
        return None
    return found[0] if found else None


def _at_introduction(head: str, m: Mention) -> bool:
    before = head[: m.start]
    return (bool(_BEFORE_INTRODUCTION.search(before)) and not _PRESENTING_OTHERS.search(before)) or not _OPENING.sub(
        "", before
    )


def stranger(text: Folded, roster: Roster) -> str | None:
    """A self-introduction by somebody whom the roster does not hold, as the words spoken."""
    opened = _OPENING.match(text.key)
    start = opened.end() if opened else 0
    found = _STRANGER.match(text.key[start : start + 60])
    if found is None or _NOT_NAMES.search(found["name"]):
        return None
    if any(m.part is Part.NAME and not m.doubtful for m in roster.mentions(found.group())):
        return None
    return text.raw[start : start + found.end()]


def call(text: Folded, roster: Roster, *, by_chair: bool) -> Hint | None:
    """Somebody gets the floor at the end: 「平林様、お願いいたします」, 「では狛江市さん」, 「22番、周藤議員。」."""
    spoken = _STAGE.sub("", text.key)
    offset = max(0, len(spoken) - TAIL)
    tail = spoken[offset:]
    for m in reversed(roster.mentions(tail)):
        after = tail[m.end :]
        found = None if _NOT_CALLED_BY.match(after) else _CALL_AFTER.match(after)
        if found and _PAST.search(found["gap"]):
            found = None
        bare = (
            by_chair
            and re.fullmatch(r"[。、,?]*", after)
            and (m.honorific or bool(m.title) or m.part is Part.POST)
            and _sentence_start(tail, m)
        )
        if found or bare:
            return _call_hint(m, text.raw[offset + m.start : offset + len(tail)][:40], by_chair)
    return None


def _sentence_start(tail: str, m: Mention) -> bool:
    return bool(re.search(r"(?:^|[。、,\d番])(?:はい|では|それでは|次に|続いて|続きまして)?[、,]?$", tail[: m.start]))


def _call_hint(m: Mention, quote: str, by_chair: bool) -> Hint:
    cue = Cue.ORG_CALL if m.part is Part.ORG else Cue.CALL
    weight = WEIGHTS[cue] if by_chair else 0.6
    return Hint(cue, m.ids, 0.4 if m.doubtful else weight, quote)


def handover(text: Folded, roster: Roster) -> Hint | None:
    """「担当の小林部長からお答えします」: the next speaker. Several people announced at once point to nobody."""
    offset = max(0, len(text.key) - TAIL)
    tail = text.key[offset:]
    found: list[Hint] = []
    for m in roster.mentions(tail):
        match = _HANDOVER_AFTER.match(tail[m.end :])
        if match is None or _PAST.search(match["gap"] + match["end"]) or tail[m.end + match.end() :].count("。") > 2:
            continue
        weight = 0.4 if m.doubtful else WEIGHTS[Cue.HANDOVER]
        found.append(Hint(Cue.HANDOVER, m.ids, weight, text.raw[offset + m.start : offset + m.end + match.end()]))
    return found[0] if len({h.ids for h in found}) == 1 else None


def thanks(text: Folded, roster: Roster) -> Hint | None:
    """「平林様、ありがとうございました」 at the start of the chair's words: the previous speaker."""
    return _backward(text, roster, _THANKS_AFTER, Cue.THANKS, 50)


def reply(text: Folded, roster: Roster) -> Hint | None:
    """「平林様のご質問ですが」: the one who asked just before. 「先ほどの」 points further back and is no cue."""
    return _backward(text, roster, _REPLY_AFTER, Cue.REPLY, HEAD)


def _backward(text: Folded, roster: Roster, after: re.Pattern[str], cue: Cue, reach: int) -> Hint | None:
    for m in roster.mentions(text.key[: reach + 20]):
        if m.start > reach or "先ほど" in text.key[: m.start] or "さっき" in text.key[: m.start]:
            break
        if found := after.match(text.key[m.end :]):
            weight = 0.4 if m.doubtful else WEIGHTS[cue]
            return Hint(cue, m.ids, weight, text.raw[m.start : m.end + found.end()])
    return None


def own_org(text: Folded, roster: Roster) -> Hint | None:
    """「私ども狛江市では」: someone of that organisation."""
    for m in roster.mentions(text.key[:200]):
        if m.part is Part.ORG and _OWN_ORG.search(text.key[: m.start]) and _OWN_ORG_AFTER.match(text.key[m.end :]):
            return Hint(Cue.OWN_ORG, m.ids, WEIGHTS[Cue.OWN_ORG], text.raw[max(0, m.start - 3) : m.end + 2])
    return None
