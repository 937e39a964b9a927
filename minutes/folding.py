"""Folding: one spelling for names that Japanese offices and tools write in many ways."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_VARIANTS = (
    "髙高﨑崎嵜崎碕崎邊辺邉辺齋斉齊斉斎斉澤沢廣広濵浜濱浜德徳桒桑𠮷吉瀨瀬嶋島嶌島國国櫻桜"
    "眞真淵渕渊渕龍竜藪薮槇槙靜静惠恵榮栄會会增増曾曽條条壽寿淺浅橫横黑黒圓円藏蔵槗橋舘館冨富"
    "顯顕禮礼彌弥與与萬万實実晉晋濟済瀧滝關関譽誉豐豊遙遥來来栁柳"
)
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# 御答弁 and ご答弁 are one word to every rule, 御手洗 and ご手洗 one name.
_VARIANTS += "御ご"
_FOLDS = {**{ord(a): ord(b) for a, b in zip(_VARIANTS[::2], _VARIANTS[1::2], strict=True)}, **_KATAKANA}
_DROPPED = re.compile("[\\s\ufe00-\ufe0f\u200b-\u200d\U000e0100-\U000e01ef]+")


@dataclass(frozen=True)
class Folded:
    """``raw`` is for quoting, ``key`` for matching; both have the same length, so positions agree."""

    raw: str
    key: str


# Attribution, agenda, kinds and units each ask about the same few hundred utterances.
@lru_cache(maxsize=16384)
def fold(text: str) -> Folded:
    """NFKC, no spaces or variation selectors; ``key`` has variant kanji united, kana as hiragana and lower case."""
    raw = _DROPPED.sub("", unicodedata.normalize("NFKC", text))
    key = raw.translate(_FOLDS).lower()
    if len(key) != len(raw):  # A few letters outside Japanese grow when lowered.
        key = "".join(low if len(low := ch.lower()) == 1 else ch for ch in raw.translate(_FOLDS))
    return Folded(raw, key)


def fold_key(text: str) -> str:
    return fold(text).key
