"""How alike two readings sound: moras, and a distance weighted by what recognisers confuse."""

from functools import lru_cache

_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SAME_SOUND = str.maketrans({"ヅ": "ズ", "ヂ": "ジ", "ヲ": "オ", "ヱ": "エ", "ヰ": "イ"})
_SMALL = frozenset("ャュョァィゥェォヮ")
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "g": "ガギグゲゴ", "s": "サシスセソ", "z": "ザジズゼゾ", "t": "タチツテト",
    "d": "ダヂヅデド", "n": "ナニヌネノ", "h": "ハヒフヘホ", "b": "バビブベボ", "p": "パピプペポ", "m": "マミムメモ",
    "y": "ヤ_ユ_ヨ", "r": "ラリルレロ", "w": "ワ___ヲ", "v": "__ヴ__",
}  # fmt: skip
_SOUND = {kana: (row, "aiueo"[at]) for row, letters in _ROWS.items() for at, kana in enumerate(letters) if kana != "_"}
_GLIDE_VOWEL = dict(zip("ャュョァィゥェォヮ", "auoaiueoa", strict=True))
_VOICING = {frozenset(pair) for pair in ("kg", "sz", "td", "hb", "hp", "bp", "bv")}
_ALIKE = {frozenset(pair) for pair in ("mn", "rd", "nr", "mb", "hs", "ts", "kt", "kp")}
_LENGTHENS = {"a": "ア", "i": "イ", "u": "ウ", "e": "エイ", "o": "オウ"}
# A voiced letter and its plain one meet in one class, so that a reading is found whatever rendaku did to it.
_CLASS = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴオ",
    "カキクケコサシスセソタシステトハヒフヘホハヒフヘホフウ",
)


def katakana(text: str) -> str:
    return text.translate(_TO_KATAKANA)


def sound_class(reading: str) -> str:
    """A rough key: equal for readings that differ only in voicing, length marks or お／う."""
    return katakana(reading).translate(_CLASS).replace("ー", "")


@lru_cache(maxsize=8192)
def moras(reading: str) -> tuple[str, ...]:
    """Moras of a reading; every long vowel is ー, づ is ず, を is お."""
    found: list[str] = []
    vowel = ""
    for kana in katakana(reading).translate(_SAME_SOUND):
        if kana in _SMALL and found:
            found[-1] += kana
            vowel = _GLIDE_VOWEL[kana]
        elif kana == "ー" or (vowel and kana in _LENGTHENS[vowel]):
            found.append("ー")
        else:
            found.append(kana)
            vowel = _SOUND.get(kana, ("", ""))[1]
    return tuple(found)


def distance(one: str, other: str) -> float:
    """Weighted edits between two readings; 0 where they sound the same, about 1 for one other mora."""
    a, b = moras(one), moras(other)
    row = [0.0]
    for mora in b:
        row.append(row[-1] + _alone(mora))
    for left in a:
        before = row
        row = [before[0] + _alone(left)]
        for at, right in enumerate(b):
            row.append(min(before[at] + _between(left, right), before[at + 1] + _alone(left), row[at] + _alone(right)))
    return row[-1]


def _alone(mora: str) -> float:
    # Recognisers drop and add length and the small っ far more often than a whole mora.
    return 0.4 if mora in "ーッ" else 1.0


@lru_cache(maxsize=8192)
def _between(one: str, other: str) -> float:
    if one == other:
        return 0.0
    first, second = _SOUND.get(one[0]), _SOUND.get(other[0])
    if first is None or second is None:
        return 1.0
    consonants = frozenset(first[0] + second[0])
    if first[0] == second[0]:
        cost = 0.0
    elif consonants in _VOICING:
        cost = 0.2
    elif consonants in _ALIKE:
        cost = 0.5
    else:
        cost = 0.8
    if _vowel(one) != _vowel(other):
        cost += 0.5
    if (len(one) > 1) != (len(other) > 1):
        cost += 0.2
    return min(cost, 1.0)


def _vowel(mora: str) -> str:
    return _GLIDE_VOWEL[mora[-1]] if mora[-1] in _GLIDE_VOWEL else _SOUND[mora[0]][1]
