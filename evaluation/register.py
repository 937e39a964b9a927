"""The register of written sentences: fillers, polite style, impossible inflection, loose ends.

Judged on morphemes alone, without any rule of the style that produced the sentence, so that a fault of those rules
shows here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from minutes.style.morphology import Morpheme, morphemes


class Fault(StrEnum):
    FILLER = "フィラー"
    POLITE = "敬体"
    INFLECTION = "あり得ない活用"
    DANGLING = "文末・文頭の助詞"


@dataclass(frozen=True)
class Flaw:
    fault: Fault
    words: str
    """The morphemes at fault, for the reader of the report."""
    at: str = ""
    """The same as it stands in the sentence."""


# The guide to official prose leaves thanks and apologies polite in records of greetings.
_COURTESY = re.compile(
    r"(?:感謝|御礼|お礼|お詫び|おわび|お見舞い|お悔やみ|敬意)(?:を|の意を|と敬意を)?(?:表し|申し上げ)ます"
    r"|ありがとうござい(?:ます|ました)|申し訳(?:ございません|ありません)|お願い(?:いたし|申し上げ|し)ます"
)
_QUOTED = re.compile(r"[「『][^」』]*[」』]")
_FILLERS = frozenset(
    ["えー", "えーと", "ええと", "えっと", "あのー", "あのう", "そのー", "うーん", "んー", "まあ", "まぁ"]
)
_PAUSED = frozenset(["なんか", "あの", "その", "ま", "こう"])
_NEGATIONS = ("助動詞-ナイ", "助動詞-ヌ", "助動詞-マイ", "文語助動詞-ズ", "文語助動詞-ヌ")
_AFTER_IRREALIS = frozenset(
    [
        "れる",
        "られる",
        "せる",
        "させる",
        "しめる",
        "ない",
        "ぬ",
        "ず",
        "まい",
        "ん",
        "う",
        "よう",
        "す",
        "さす",
        "り",
        "ば",
        "ざる",
    ]
)
_AFTER_SOUND_CHANGE = frozenset(
    [
        "て",
        "で",
        "た",
        "だ",
        "たり",
        "だり",
        "たら",
        "だら",
        "ては",
        "では",
        "ちゃう",
        "じゃう",
        "てる",
        "でる",
        "とく",
        "どく",
        "たって",
        "だって",
        "ちゃ",
        "じゃ",
        "てく",
        "ろ",
    ]
)
_AFTER_CONDITIONAL = frozenset(["ば", "ども", "ど", "や"])
_BOUND_TO_CONTINUATIVE = ("助動詞-タ", "助動詞-マス", "助動詞-ナイ", "助動詞-タイ")
_ENDING_PARTICLES = frozenset(["か", "まで", "など", "のみ", "だけ", "ほど", "ばかり", "くらい", "ぐらい", "の"])
_FINITE = ("終止形", "連体形", "命令形", "意志推量形")
_STOPS = frozenset("。．？！?!")
# Written as one conjunction, but two morphemes to the dictionary.
_OPENERS = re.compile(
    r"(?:では|でも|というのは?も?|ということ|といった|といい|とすると|となると|とはいえ|とりわけ|だから|なので|にもかかわらず)"
)


def flaws(sentence: str) -> tuple[Flaw, ...]:
    """Every flaw of one written sentence; quotations in 「」 are the speaker's and are not judged."""
    plain = _QUOTED.sub("「」", sentence.strip())
    ms = [m for m in morphemes(plain) if not m.surface.isspace()]
    if not ms:
        return ()
    return (*_fillers(ms), *_polite(plain), *_inflection(ms), *_loose(ms))


def _fillers(ms: Sequence[Morpheme]) -> Iterator[Flaw]:
    for at, m in enumerate(ms):
        following = ms[at + 1].surface if at + 1 < len(ms) else ""
        starts = at == 0 or ms[at - 1].surface in ("、", "。", "「")
        filler = m.surface in _FILLERS or (m.word_class == "感動詞" and m.pos[1] == "フィラー")
        paused = m.surface in _PAUSED and following == "、" and starts
        if (filler and (starts or following == "、")) or paused:
            yield Flaw(Fault.FILLER, m.surface, m.surface)
        if m.surface == "です" and following == "ね" and at + 2 < len(ms) and ms[at + 2].surface == "、":
            yield Flaw(Fault.FILLER, "ですね、", "ですね、")
    if ms[0].surface == "はい" and len(ms) > 1 and ms[1].surface in ("、", "。"):
        yield Flaw(Fault.FILLER, "はい", "はい")


def _polite(sentence: str) -> Iterator[Flaw]:
    ms = morphemes(_COURTESY.sub("", sentence))
    for at, m in enumerate(ms):
        # The dictionary takes 対応＋でし＋たり for 対応＋で＋し＋たり.
        copula = [each.surface for each in ms[at : at + 3]] == ["で", "し", "たり"] and m.pos[1] == "格助詞"
        if copula and at and ms[at - 1].word_class == "名詞":
            yield Flaw(Fault.POLITE, "でしたり", "でしたり")
        if m.conjugation in ("助動詞-マス", "助動詞-デス") or m.lemma in ("ござる", "御座る"):
            yield Flaw(Fault.POLITE, m.surface, m.surface)


def _inflection(ms: Sequence[Morpheme]) -> Iterator[Flaw]:
    for at, (before, m) in enumerate(pairwise(ms)):
        reason = _clash(before, m) or _assertion(ms[at : at + 3])
        if reason:
            yield Flaw(Fault.INFLECTION, f"{before.surface}＋{m.surface}（{reason}）", before.surface + m.surface)


def _assertion(ms: Sequence[Morpheme]) -> str | None:
    """実施する＋で＋ある, 実施した＋で＋ある: である follows nouns; であろう may follow a verb."""
    if len(ms) < 3 or ms[1].surface != "で" or ms[2].lemma != "ある" or ms[2].surface.startswith("あろ"):
        return None
    verb = ms[0].word_class == "動詞" or ms[0].conjugation in ("助動詞-タ", "助動詞-マス")
    return "活用語の後の断定" if verb and ms[0].form.startswith("終止形") else None


def _clash(before: Morpheme, m: Morpheme) -> str | None:
    """Why ``m`` cannot follow ``before``; None where it can or where it is not known."""
    form = before.form
    if before.surface in ("て", "で") and before.pos[1] == "接続助詞":
        # 見込んで＋おりる: the auxiliary おる has no form おりる, and nothing climbs down here.
        return "補助動詞「おる」の活用" if m.surface.startswith("おり") and m.lemma == "おりる" else None
    if before.word_class == "動詞":
        if form.startswith("未然形") and m.lemma not in _AFTER_IRREALIS and m.conjugation not in _NEGATIONS:
            return "未然形の後"
        if form.startswith("終止形") and m.conjugation in _BOUND_TO_CONTINUATIVE:
            return "終止形の後"
        if form.startswith("仮定形") and m.surface not in _AFTER_CONDITIONAL and not form.endswith("融合"):
            return "仮定形の後"
    if before.word_class not in ("動詞", "助動詞", "形容詞"):
        return None
    past = m.conjugation == "助動詞-タ" and m.surface in ("た", "だ", "たり", "だり", "たら", "だら")
    if past and (
        form.startswith(("終止形", "連体形", "仮定形")) or (before.surface, before.conjugation) == ("で", "助動詞-ダ")
    ):
        return "過去の前"
    changed = form.startswith("連用形") and form.endswith(("促音便", "撥音便"))
    if changed and m.surface not in _AFTER_SOUND_CHANGE and m.lemma not in _AFTER_SOUND_CHANGE:
        return "音便の後"
    if m.surface in ("だ", "だっ") and m.conjugation == "助動詞-ダ":
        finite = form.startswith("終止形") and (
            before.word_class == "動詞" or before.conjugation in _BOUND_TO_CONTINUATIVE
        )
        return "活用語の後の断定" if finite else None
    return None


def _loose(ms: Sequence[Morpheme]) -> Iterator[Flaw]:
    first = ms[0]
    opened = _OPENERS.match("".join(m.surface for m in ms[:4]))
    if (first.word_class in ("助詞", "助動詞") and not opened) or first.surface in ("、", "。", "）"):
        yield Flaw(Fault.DANGLING, f"文頭「{first.surface}」")
    body = list(ms)
    while body and body[-1].surface in _STOPS:
        body.pop()
    if not body:
        return
    last = body[-1]
    loose = (
        last.surface in ("、", "・")
        or (last.word_class == "助詞" and last.surface not in _ENDING_PARTICLES)
        or last.word_class in ("接続詞", "連体詞")
        or (last.word_class in ("動詞", "助動詞", "形容詞") and not last.form.startswith(_FINITE))
    )
    if loose:
        yield Flaw(Fault.DANGLING, f"文末「{last.surface}」")


@dataclass(frozen=True)
class Found:
    flaw: Flaw
    sentence: str
    as_spoken: bool
    """The words at fault stand in the source in the same form: the speaker's or the record's, not made by us."""


def found_in(sentence: str, source: str) -> Iterator[Found]:
    """The flaws of a sentence beside the words of the utterances it cites."""
    for flaw in flaws(sentence):
        words = flaw.at if flaw.fault is not Fault.DANGLING else sentence.strip()[-6:]
        yield Found(flaw, sentence, as_spoken=words in source)
