"""Characters outside 常用漢字表 (内閣告示, 2010) and readings it does not give: K16."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap

_KANJI = re.compile("[一-龥㐀-䶵\U00020000-\U0002a6df]")

# The usual forms of characters whose table form few fonts and keyboards have.
_ALLOWED = frozenset("叱填剥頬")

# By the beginning of a word: 纏める, 纏まる. The reading stands in kana.
READINGS = {
    "纏": "まと", "揃": "そろ", "繋": "つな", "掴": "つか", "叩": "たた", "撒": "ま", "騙": "だま", "辿": "たど", "覗": "のぞ",
    "齎": "もたら", "凌": "しの", "捗": "はかど", "暫く": "しばらく", "殆ど": "ほとんど", "敢えて": "あえて", "予め": "あらかじめ",
    "概ね": "おおむね", "嬉し": "うれし", "綺麗": "きれい", "尤も": "もっとも", "沢山": "たくさん", "流石": "さすが",
    "相応し": "ふさわし", "躊躇": "ちゅうちょ", "杜撰": "ずさん", "勿論": "もちろん", "何処": "どこ", "此処": "ここ", "此の": "この",
    "其の": "その", "留まら": "とどまら", "留まっ": "とどまっ", "留まり": "とどまり", "留まる": "とどまる", "汲み": "くみ", "汲む": "くむ",
    "漏洩": "漏えい", "改竄": "改ざん", "招聘": "招へい", "逼迫": "ひっ迫", "斡旋": "あっせん", "忌憚": "忌たん", "障碍": "障害",
    "於い": "おい", "拘わ": "かかわ", "関わらず": "かかわらず",
}  # fmt: skip
_BETTER = {"忌憚のない": "率直な", "忌憚ない": "率直な"}


@cache
def common() -> frozenset[str]:
    """The 2,136 characters of the table and their usual variants."""
    return frozenset((files(__package__) / "joyo.txt").read_text(encoding="utf-8").replace("\n", "")) | _ALLOWED


def uncommon(passage: Passage) -> Iterator[Remark]:
    """K16. Proper nouns keep their characters."""
    taken: set[int] = set()
    for old, new in _BETTER.items():
        for match in re.finditer(old, passage.text):
            taken.update(range(*match.span()))
            yield swap("K16", match.start(), old, new, "常用漢字表にない字")
    heads = tuple(READINGS)
    if common().issuperset(_KANJI.findall(passage.text)) and not any(head in passage.text for head in heads):
        return
    for at, start, word in passage.placed():
        if start in taken or word.pos[1] == "固有名詞":
            continue
        known = word.surface.startswith(heads)
        reading = next(old for old in READINGS if word.surface.startswith(old)) if known else None
        if reading == "関わらず" and passage.surface(at - 1) != "に":
            reading = None
        if reading:
            yield swap("K16", start, reading, READINGS[reading], "常用漢字表にない字か読み")
            continue
        beside = passage.text[max(0, start - 1) : start] + passage.text[start + 1 : start + 2]
        if len(word.surface) == 1 and _KANJI.search(beside):
            # 宿之島橋: a single character among others is part of a name that the dictionary does not know.
            continue
        for offset, char in enumerate(word.surface):
            if _KANJI.match(char) and char not in common():
                message = f"「{char}」（{word.surface}）は常用漢字表にありません。言い換えるか平仮名にします。"
                yield Remark("K16", start + offset, start + offset + 1, message)
