"""The cues in speech that say who speaks, spoke or will speak. What each weighs: ``minutes.speakers.weights``."""

import re
from dataclasses import dataclass

from minutes.folding import Folded
from minutes.speakers.keys import Part
from minutes.speakers.roster import TITLES, Mention, Roster
from minutes.speakers.sound import is_common_word
from minutes.speakers.weights import DOUBTFUL, INTRODUCED_BY_ORG, INTRODUCED_BY_POST, SAME_SOUND, WEIGHTS, Cue

SEVERAL = 3
"""A name, post or organisation of more people than this (「委員のご指摘」) points to nobody."""
HEAD = 100
TAIL = 180
REACH = 200
"""How far from the start names are looked for at all, once for all cues that stand at the start."""

_OPENING = re.compile(
    r"^(?:(?:はい|えー*っ?と|えー+|ええ?|あのー*|ああ|あー*|では|それでは|失礼(?:いた)?します|すみません|すいません|同じく|"
    r"ありがとうございま(?:す|した)|お世話になっております|おはようございます|こんにちは|よろしくお願い(?:いた)?します|"
    r"ただいま(?:ご?紹介)?(?:いただき(?:まし)?た|に?あずかりました)|ご?指名(?:いただき|ありがとうござい)ま(?:した|す))[、。,]*)*"
)
_BEFORE_INTRODUCTION = re.compile(
    r"(?:^|[。、,!?]|の|おります|います|ます|ました|です|でした|ている|ておる|担当|代理|党|会派|課|部|局|室)$"
)
_PRESENTING_OTHERS = re.compile(
    r"(?:(?:こちら|あちら|お隣|隣|そちら)(?:が|は|の)|(?:続いて|続きまして|次に|次は|まず|最初に|最後に)(?!.*(?:私|わたくし)))[^。]*$"
    r"|(?<!自己)紹介(?!いただ|に[あ預]|ありが)[^。]*。?[^。]*$"
)
_PRESENTS = re.compile(r"(?<!自己)紹介(?:を|させて|いたし|いたします|します|し、|申し上げ)")
_INTRODUCED = re.compile(
    r"(?:と(?:申し|言い|いい)(?:ます)?|でござ(?:い(?:まし|ます)?)?|です(?!か|ね|から|の(?!で)|よ))"
)
_STRANGER = re.compile(
    r"^(?P<who>[^。、の]{0,18}(?:市|区|町|村|課|部|局|社|大学|会|機構|庁|長|担当)の(?P<name>[一-鿿々]{2,4}))(?:と申します|でございます|です)(?=[。、,がけ]|$)"
)
_STRANGER_ALONE = re.compile(r"^(?P<name>[一-鿿々]{2,6})と申し(?:ます|上げます)(?!の|と)")
_NOT_NAMES = re.compile(
    r"説明|報告|質問|件|状況|意見|事業|予算|対応|問題|制度|取組|資料|場合|関係|方針|計画|内容|結果|話|方|中|点|予定|皆"
)
_CALL_AFTER = re.compile(
    r"^(?:さん|様)?[、,]?(?:の(?:方|ほう))?(?:から|より|に)?[、,]?(?P<gap>[^。]{0,32}?)"
    r"(?:どうぞ|お?願(?:い(?:いた|致|申し|でき|し|$|。)|います)|ください|いかが(?:で|。)|ご?発言(?:を|$|。)|何か(?:ござい|あり)ます)[^。]{0,20}(?:。[^。]{0,24}){0,1}。?$"
)
_CALL_BEFORE = re.compile(
    rf"(?:^|[。、,\d番]|ます|ました|です|ません|でしょうか)(?:はい|では|それでは|次に|続いて)?[、,]?(?:[一-鿿々]{{0,14}}(?:{TITLES}))?$"
)
_VOCATIVE_AFTER = re.compile(r"^(?:[、。,]|すみません|すいません|恐れ入り|失礼)")
_STAGE = re.compile(r"(?:[〔\[(][^〕\])]{0,40}[〕\])]|拍手|。)+$")
"""What a stenographer adds at the end: 〔登壇〕（拍手）."""
_NOT_CALLED_BY = re.compile(
    r"^(?:の(?!方|ほう)|が|です|でござ|と申|は(?![、,]?(?:いかが|どう))|へ|も|と|を|に対|に関|に(?!ご?説明|ご?報告|ご?紹介|ご?発表|ご?挨拶|お願い|一言))"
)
_OTHER_REQUEST = re.compile(r"ご覧|ごらん|参照|ご?確認|お待ち|お聞き|ご?理解|ご?承知")
"""「資料をご覧ください」 asks nobody to speak."""
_PAST = re.compile(r"ました|ございました|頂いた|いただいた|とおり|通り")
_HANDOVER_AFTER = re.compile(
    r"^(?:の(?:方|ほう))?(?:から|より)[、,]?(?P<gap>[^。]{0,20}?)(?:お?答え|ご?答弁|ご?回答|ご?説明|ご?報告|補足|ご?紹介|お話|ご?発表|ご?挨拶)(?P<end>[^。]{0,18})"
)
_THANKS_AFTER = re.compile(r"^[、,]?(?:(?:の|から|より)?(?:大変|どうも|ご|お|貴重)[^。]{0,16}?)?[、,]?ありがとう")
_REPLY_AFTER = re.compile(
    r"^(?:から|より)?(?:の|、)?(?!も、?同|に|へ|です|でござ|と申)[^。の]{0,6}?(?:ご?質問|ご?質疑|お?尋ね|ご?意見|ご?指摘|ご?提案)"
)
_ADDRESSED = re.compile(
    r"^(?:に|へ|にも)[、,]?[^。]{0,30}?(?:伺|うかが|お?尋ね|お聞き|お?聞かせ|ご?質問)[^。]{0,30}。?$"
    r"|^の(?:ご|お)?(?:所見|見解|認識|考え|答弁|決意)[^。]{0,40}。?$"
)
_OWN_ORG = re.compile(r"(?:私ども|私共|わたしども|私たち|我々|うち)(?:の|、)?$")
_OWN_KIND = re.compile(
    r"(?:(?:私ども|私共|わたしども|私たち|我々|うち)の|当|本)(?P<kind>機構|[市区町村]|大学|協会|組合|法人|連合会|商店会)(?=の|で|は|が|と|に|も|、)"
)
_OWN_VIEW = re.compile(
    r"^(?:も|は|としても|としましても)[、,]?(?:同じ(?:意見|考え)|同様(?:の意見)?|同意見|賛成|異議(?:は)?(?:な|あり|ござ))[^。]{0,12}(?:。|$)"
)
_OWN_ORG_AFTER = re.compile(r"^(?:では|といたしまして|としまして|としては|におき|にお)")


@dataclass(frozen=True)
class Hint:
    """One cue found in one utterance, pointing to the people it may mean."""

    cue: Cue
    ids: tuple[str, ...]
    weight: float
    quote: str
    start: int
    """Where the words begin in the text that was searched."""


def _hint(cue: Cue, m: Mention, weight: float, text: Folded, span: tuple[int, int]) -> Hint:
    return Hint(cue, m.ids, weight, text.raw[span[0] : span[1]], span[0])


def _weighed(m: Mention, weight: float) -> float:
    if m.doubtful or len(m.ids) > SEVERAL:
        return DOUBTFUL
    return weight * SAME_SOUND if m.sounded else weight


def introduction(text: Folded, roster: Roster) -> Hint | None:
    """The speaker names himself at the start. None also where several people are introduced: that is somebody else."""
    head = text.key[:HEAD]
    found: list[Hint] = []
    for m in roster.mentions(text.key[:REACH]):
        if m.end > HEAD:
            break
        end = _INTRODUCED.match(text.key, m.end)
        before = head[: m.start]
        opens = not _OPENING.sub("", before)
        if m.honorific or end is None or not (opens or _BEFORE_INTRODUCTION.search(before)):
            continue
        if m.part is not Part.NAME and not opens:
            continue
        weight = 0.0 if _PRESENTING_OTHERS.search(before) else _weighed(m, WEIGHTS[Cue.INTRODUCTION])
        if weight and m.part is Part.POST:
            weight = INTRODUCED_BY_POST
        elif weight and m.part in (Part.ORG, Part.ALIAS):
            weight = INTRODUCED_BY_ORG
        found.append(_hint(Cue.INTRODUCTION, m, weight, text, (m.start, end.end())))
    if len({h.ids for h in found}) > 1 or not all(h.weight for h in found):
        return None
    return found[0] if found else None


def vocative(text: Folded, roster: Roster) -> tuple[str, ...]:
    """「岡部議員、すみません。」: spoken to, so not the one who speaks."""
    for m in roster.mentions(text.key[:REACH])[:1]:
        called = m.honorific or bool(m.title)
        if called and not _OPENING.sub("", text.key[: m.start]) and _VOCATIVE_AFTER.match(text.key[m.end :]):
            return m.ids
    return ()


def presents_others(key: str) -> bool:
    """「事務局を紹介します」: the names that follow are other people's."""
    return bool(_PRESENTS.search(key))


def stranger(text: Folded, roster: Roster) -> str | None:
    """A self-introduction by somebody whom the roster does not hold, as the words spoken."""
    opened = _OPENING.match(text.key)
    start = opened.end() if opened else 0
    found = _STRANGER.match(text.key[start : start + 60])
    found = found or _STRANGER_ALONE.match(text.key[start : start + 30])
    if found is None or _NOT_NAMES.search(found["name"]) or is_common_word(found["name"]):
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
        # 「部会長は湯浅副会長にお願いします」 gives an office, not the floor.
        found = (
            None
            if _NOT_CALLED_BY.match(after) or tail[: m.start].endswith(("長は", "役は"))
            else _CALL_AFTER.match(after)
        )
        if found and (_PAST.search(found.group().partition("。")[0]) or _OTHER_REQUEST.search(found["gap"])):
            found = None
        bare = (
            by_chair
            and re.fullmatch(r"[。、,?]*", after)
            and (m.honorific or bool(m.title) or m.part is Part.POST)
            and _sentence_start(tail, m)
        )
        if found or bare:
            return _call_hint(m, text, offset, by_chair)
    return None


def _sentence_start(tail: str, m: Mention) -> bool:
    # A title that the roster lacks may stand before the name: 「財務大臣加藤勝信君」.
    return bool(_CALL_BEFORE.search(tail[: m.start]))


def _call_hint(m: Mention, text: Folded, offset: int, by_chair: bool) -> Hint:
    cue = (Cue.ORG_CALL if m.part is Part.ORG else Cue.CALL) if by_chair else Cue.REQUEST
    start = offset + m.start
    return _hint(cue, m, _weighed(m, WEIGHTS[cue]), text, (start, start + 40))


def handover(text: Folded, roster: Roster) -> Hint | None:
    """「担当の小林部長からお答えします」: the next speaker. Several people announced at once point to nobody."""
    offset = max(0, len(text.key) - TAIL)
    tail = text.key[offset:]
    found: list[Hint] = []
    for m in roster.mentions(tail):
        match = _HANDOVER_AFTER.match(tail[m.end :])
        if match is None or _PAST.search(match["gap"] + match["end"]) or tail[m.end + match.end() :].count("。") > 2:
            continue
        weight = _weighed(m, WEIGHTS[Cue.HANDOVER])
        found.append(_hint(Cue.HANDOVER, m, weight, text, (offset + m.start, offset + m.end + match.end())))
    return found[0] if len({h.ids for h in found}) == 1 else None


def thanks(text: Folded, roster: Roster) -> Hint | None:
    """「平林様、ありがとうございました」 at the start of the chair's words: the previous speaker."""
    return _backward(text, roster, _THANKS_AFTER, Cue.THANKS, 50)


def reply(text: Folded, roster: Roster) -> Hint | None:
    """「平林様のご質問ですが」: the one who asked just before. 「先ほどの」 points further back and is no cue."""
    return _backward(text, roster, _REPLY_AFTER, Cue.REPLY, HEAD)


def _backward(text: Folded, roster: Roster, after: re.Pattern[str], cue: Cue, reach: int) -> Hint | None:
    for m in roster.mentions(text.key[:REACH]):
        if m.start > reach or "先ほど" in text.key[: m.start] or "さっき" in text.key[: m.start]:
            break
        if found := after.match(text.key[m.end :]):
            return _hint(cue, m, _weighed(m, WEIGHTS[cue]), text, (m.start, m.end + found.end()))
    return None


def addressee(text: Folded, roster: Roster) -> Hint | None:
    """「立山参考人に伺います」 at the end of a question: who is asked, so who may answer next."""
    offset = max(0, len(text.key) - TAIL)
    tail = text.key[offset:]
    for m in reversed(roster.mentions(tail)):
        if m.part is not Part.ORG and (found := _ADDRESSED.match(tail[m.end :])):
            weight = _weighed(m, WEIGHTS[Cue.ADDRESSEE])
            return _hint(Cue.ADDRESSEE, m, weight, text, (offset + m.start, offset + m.end + found.end()))
    return None


def own_org(text: Folded, roster: Roster) -> Hint | None:
    """「私ども狛江市では」, 「狛江市も同じ意見です」 as the first words: someone of that organisation."""
    for m in roster.mentions(text.key[:REACH]):
        if m.part is Part.ORG and _OWN_ORG.search(text.key[: m.start]) and _OWN_ORG_AFTER.match(text.key[m.end :]):
            return _hint(Cue.OWN_ORG, m, WEIGHTS[Cue.OWN_ORG], text, (max(0, m.start - 3), m.end + 2))
        opens = not _OPENING.sub("", text.key[: m.start])
        if m.part is Part.ORG and opens and not m.honorific and (view := _OWN_VIEW.match(text.key[m.end :])):
            return _hint(Cue.OWN_ORG, m, WEIGHTS[Cue.OWN_ORG], text, (m.start, m.end + view.end()))
    if kind := _OWN_KIND.search(text.key[:REACH]):
        ids = roster.of_kind(kind["kind"])
        if len(ids) == 1:
            return Hint(Cue.OWN_ORG, ids, WEIGHTS[Cue.OWN_ORG], text.raw[kind.start() : kind.end()], kind.start())
    return None
