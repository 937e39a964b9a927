"""Changes to the words of one sentence: each gives a wrong sentence, or None where it does not apply."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from random import Random

from minutes.style.inflection import Form, inflect, negative
from minutes.style.morphology import Morpheme, morphemes

Change = Callable[[str, Random, Sequence[str]], str | None]
"""Sentence, source of chance, other sentences of the draft."""

_NUMBER = re.compile(r"[0-9０-９]+(?:[,，.．][0-9０-９]+)*")
_IN_DATE = re.compile(r"\s*(?:年|月|日|時|分)(?!間)")
_COUNTED = re.compile(
    r"([0-9０-９][,，.．0-9０-９]*)(万円|億円|円|人|名|件|％|%|か所|カ所|校|台|団体|自治体|世帯|回|時間|日間|年間|歳)"
)
_OTHER_UNITS = {
    "万円": ("億円", "千円", "人"), "億円": ("万円", "兆円"), "円": ("人", "件", "万円"), "人": ("件", "世帯", "円"), "名": ("件", "社"), "件": ("人", "校"),
    "％": ("人", "件"), "%": ("人", "件"), "か所": ("人", "校"), "カ所": ("人", "校"), "校": ("人", "台"), "台": ("人", "校"), "団体": ("人", "校"),
    "自治体": ("人", "校"), "世帯": ("人", "件"), "回": ("人", "件"), "時間": ("日間", "か月"), "日間": ("時間", "年間"), "年間": ("か月", "日間"), "歳": ("人", "か月"),
}  # fmt: skip
_TIMES = ("一昨年度", "昨年度", "今年度", "来年度", "再来年度", "昨年", "今年", "来年", "先月", "今月", "来月", "昨日", "本日", "明日", "午前", "午後", "年度末", "年内",
          "前回", "今回", "次回", "前年度", "翌年度", "上半期", "下半期")  # fmt: skip
_TIME = re.compile("|".join(sorted(_TIMES, key=len, reverse=True)))
_STRANGERS = (
    "田所",
    "真鍋",
    "長谷部",
    "東雲市",
    "緑ヶ丘町",
    "桜台市",
    "西条",
    "ミナトテック",
    "KAIROS",
    "大和田",
    "白浜町",
    "北辰システムズ",
)
_INVENTED = (
    "財源は基金の取崩しで賄う", "違反には罰則を設ける", "有識者の審議会に諮る", "専門の係を新設する", "議会の同意は得ている", "隣接市と協定を締結した", "民間事業者への譲渡を進める",
    "補助金の返還を求める", "住民投票で賛否を問う", "監査委員の勧告を受け入れる", "国との訴訟に備える", "利用料金を倍額に改定する", "老朽施設は解体して売却する", "外部監査を毎月受ける",
    "職員を増員して夜間窓口を開設する", "指定管理者との契約を解除する", "警察に被害届を提出した", "英語版の冊子を全戸へ配布する", "研究者との共同論文を公表する", "航空写真による測量を行う",
)  # fmt: skip


def figure(text: str, chance: Random, others: Sequence[str]) -> str | None:
    """A number that is no date: a digit changed, a zero more, or a figure from elsewhere in the draft."""
    found = [match for match in _NUMBER.finditer(text) if not _IN_DATE.match(text, match.end())]
    if not found:
        return None
    match = chance.choice(found)
    elsewhere = [each for other in others for each in _NUMBER.findall(other) if each != match[0]]
    if elsewhere and chance.random() < 0.3:
        return _put(text, match, chance.choice(elsewhere))
    if chance.random() < 0.15 and not re.search("[.．]", match[0]):
        return _put(text, match, match[0] + "0")
    return _put(text, match, _another_digit(match[0], chance))


def date(text: str, chance: Random, others: Sequence[str]) -> str | None:
    numbers = [match for match in _NUMBER.finditer(text) if _IN_DATE.match(text, match.end())]
    words = list(_TIME.finditer(text))
    if not numbers and not words:
        return None
    match = chance.choice([*numbers, *words])
    if match[0] in _TIMES:
        return _put(text, match, chance.choice([each for each in _TIMES if each != match[0]]))
    return _put(text, match, _another_digit(match[0], chance))


def unit(text: str, chance: Random, others: Sequence[str]) -> str | None:
    found = list(_COUNTED.finditer(text))
    if not found:
        return None
    match = chance.choice(found)
    new = match[1] + chance.choice(_OTHER_UNITS[match[2]])
    return text[: match.start()] + new + text[match.end() :]


def name(text: str, chance: Random, others: Sequence[str]) -> str | None:
    mine = _names(text)
    if not mine:
        return None
    old = chance.choice(mine)
    known = [each for other in others for each in _names(other) if each not in text]
    new = chance.choice(known) if known and chance.random() < 0.6 else chance.choice(_STRANGERS)
    return text.replace(old, new)


def _names(text: str) -> list[str]:
    return [
        word.surface
        for word in morphemes(text)
        if word.pos[1] == "固有名詞"
        and len(word.surface) > 1
        and (word.pos[2] in ("人名", "地名") or len(word.surface) > 2)
        and not re.fullmatch("[ぁ-んー]+", word.surface)
        and word.surface not in ("令和", "平成", "昭和", "日本")
    ]


def clause(text: str, chance: Random, others: Sequence[str]) -> str | None:
    """Something nobody said, as a sentence of its own in the same evidence or as a clause before the end."""
    new = chance.choice(_INVENTED)
    foreign = [part for other in others for part in other.rstrip("。").split("、") if 14 <= len(part) <= 40]
    if foreign and chance.random() < 0.3:
        new = chance.choice(foreign)
    if chance.random() < 0.5 or "、" not in text:
        return text.rstrip("。") + "。また、" + new + "。"
    head, _, tail = text.rpartition("、")
    return f"{head}、{new}とともに、{tail}"


_ASKS = re.compile(r"(?:伺|聞|尋ね|質問|願|申し上げ|答弁|説明)[^、。]{0,8}。?$")
"""How a speech is opened and closed (最後に伺う, ご理解をお願いする): turned round it says nothing else."""


def negation(text: str, chance: Random, others: Sequence[str]) -> str | None:
    """The closing predicate turned round."""
    if _ASKS.search(text):
        return None
    stop = "。" if text.endswith("。") else ""
    words = morphemes(text.removesuffix("。"))
    for turn in (_denied_copula, _undone_negation, _negated):
        new = turn(words)
        if new is not None and new != text.removesuffix("。"):
            return new + stop
    return None


def _text(words: Sequence[Morpheme]) -> str:
    return "".join(word.surface for word in words)


def _denied_copula(words: Sequence[Morpheme]) -> str | None:
    if len(words) > 2 and words[-1].surface == "ある" and words[-2].surface == "で":
        return _text(words[:-1]) + "はない"
    if len(words) > 3 and [word.surface for word in words[-3:]] == ["で", "は", "ない"]:
        return _text(words[:-2]) + "ある"
    return None


def _undone_negation(words: Sequence[Morpheme]) -> str | None:
    if len(words) < 2 or words[-1].surface != "ない":
        return None
    before = words[-2]
    if before.word_class in ("動詞", "助動詞"):
        plain = inflect(before.lemma, before.conjugation, Form.TERMINAL)
        return None if plain is None else _text(words[:-2]) + plain
    if before.surface in ("が", "は", "も"):
        return _text(words[:-1]) + "ある"
    return None


def _negated(words: Sequence[Morpheme]) -> str | None:
    last = words[-1] if words else None
    if last is None:
        return None
    if last.word_class == "動詞":
        return _text(words[:-1]) + denied if (denied := negative(last)) else None
    if last.word_class == "形容詞" and last.surface.endswith("い") and last.surface != "ない":
        return _text(words)[:-1] + "くない"
    if last.surface == "たい":
        return _text(words)[:-1] + "くない"
    if last.surface == "た" and len(words) > 1 and words[-2].word_class == "動詞" and (denied := negative(words[-2])):
        return _text(words[:-2]) + denied[:-1] + "かった"
    return None


_HARDER = (
    (re.compile(r"検討し"), ("実施し", "決定し")),
    (re.compile(r"検討す"), ("実施す", "決定す")),
    (re.compile(r"研究し"), ("実施し", "導入し")),
    (re.compile(r"(?<=て)いきたい(?=。|と)"), ("いく", "いる")),
    (re.compile(r"し(?:て(?:いき|まいり))?たい(?=。|と考)"), ("する", "した")),
    (re.compile(r"する予定である"), ("した", "する")),
    (re.compile(r"(?<=[るいた])かもしれない"), ("",)),
    (re.compile(r"(?<=[一-龥ァ-ヶ])かもしれない"), ("である",)),
    (re.compile(r"のではないかと(?:考えている|考える|思う)"), ("のである",)),
    (re.compile(r"(?<=る)可能性がある"), ("",)),
    (re.compile(r"すべきである"), ("した",)),
    (re.compile(r"に努め(?:たい|ていく|ていきたい|る)"), ("を達成する",)),
    (re.compile(r"(?:(?<=る)|(?<=た)|(?<=ない))と(?:考え|思っ)ている(?=。)"), ("ことに決定した", "")),
    (re.compile(r"(?:現時点では|現段階では|可能であれば|可能な限り|できる限り|できれば|必要に応じて)、?"), ("",)),
    (re.compile(r"する必要がある"), ("した",)),
    (re.compile(r"(?:して|していただき)(?:いただき)?たい(?=。)"), ("することになった",)),
    (re.compile(r"と聞いている"), ("",)),
)


def modality(text: str, chance: Random, others: Sequence[str]) -> str | None:
    """A wish, plan or doubt made a fact."""
    found = [
        (match, new)
        for pattern, new in _HARDER
        for match in pattern.finditer(text)
        if not _ASKS.search(text[: match.end()])
    ]
    if not found:
        return None
    match, choices = chance.choice(found)
    return _put(text, match, chance.choice(choices))


def _put(text: str, match: re.Match[str], new: str) -> str | None:
    changed = text[: match.start()] + new + text[match.end() :]
    return changed if changed != text and changed.strip("。、 ") else None


def _another_digit(number: str, chance: Random) -> str:
    places = [at for at, char in enumerate(number) if char.isdigit()]
    at = chance.choice(places)
    old = unicodedata.normalize("NFKC", number[at])
    new = chance.choice([each for each in "123456789" if each != old])
    return number[:at] + new + number[at + 1 :]
