"""An overlong spoken sentence parted where it only goes on: 〜しているが、…

Speakers join sentence to sentence by けれども. Written minutes are watched from 60 characters and read badly over 120
(公用文作成の考え方 asks for short sentences), so such a joint becomes a full stop. Without a parser nobody knows what
every phrase depends on: a joint is used only where nothing before it can wait for a word after it, and nothing after
it can hold what was before. Else the sentence stays whole.
"""

import re
from collections.abc import Sequence

from minutes.style.morphology import Morpheme, morphemes

LONG = 120
_LEAST = 30
# A clause this short between commas is an aside: …に行って、内容を忘れたが、そのときに…
_ASIDE = 14
# What follows takes the clause before it back or depends on it: a full stop would make it stand alone.
_TAKES_BACK = re.compile(
    r"^(?:現時点|今のところ|それは|そうでは|必ずしも|実際|まだ|なかなか|ただ|難し|できな|でき(?:て)?い?な)|(?:難しい|困難|できない|考えていない)"
)
_WISH = re.compile(r"(?:とは(?:思って|考えて)|ないが|たいが|であろうが|かもしれないが|はずだが|べきだが)")
_SAID_BEFORE = re.compile(
    r"^(?:先ほど|さきほど|さっき|ただいま|今|前にも|以前|前回|繰り返し|(?:ご|御)(?:案内|承知|存じ))[^、]*$"
)
# よく言われるのは、 waits for what is said; a verb before the joint is not yet that.
_ANNOUNCED = re.compile(r"のは、.*(?<!である)(?<!だ)$")
_FINITE = ("終止形", "連体形")
_OWN_VIEW = frozenset(["思う", "考える", "感じる", "存じる", "認識", "理解", "承知"])
_HANGS_ON = frozenset(["を", "や", "の", "へ", "と", "か", "に", "など", "だの", "とか"])
_OPENS_ANEW = re.compile(
    r"^(?:また|さらに|そして|それ|その|この|これ|こちら|こう|そう|一方|今後|現在|次|特に|例えば|同時|なお|しかし|本市|本区|当区|当市)"
)


def shorter(sentence: str) -> tuple[str, ...]:
    """``sentence`` itself, or its parts where it is longer than ``LONG`` characters and has joints that allow it."""
    if len(sentence) <= LONG:
        return (sentence,)
    ms = morphemes(sentence)
    joint = _best_joint(ms, len(sentence))
    if joint is None:
        return (sentence,)
    first = "".join(m.surface for m in ms[:joint]) + "。"
    return (*shorter(first), *shorter(sentence[len(first) + 1 :]))


def _best_joint(ms: Sequence[Morpheme], length: int) -> int | None:
    """Which morpheme is the が nearest to the middle; None where none may become a full stop."""
    found: list[tuple[int, int]] = []
    at = 0
    for i, m in enumerate(ms[:-1]):
        if (
            m.surface == "が"
            and m.pos[1] == "接続助詞"
            and ms[i + 1].surface == "、"
            and _LEAST <= at <= length - _LEAST
            and ms[i - 1].form.startswith(_FINITE)
            and _stands_alone(ms[:i])
            and _begins_anew(ms[:i], ms[i + 2 :])
        ):
            found.append((abs(at - length // 2), i))
        at += len(m.surface)
    return min(found)[1] if found else None


def _text(ms: Sequence[Morpheme]) -> str:
    return "".join(m.surface for m in ms)


def _stands_alone(before: Sequence[Morpheme]) -> bool:
    """Nothing before the joint waits for what comes after it: no open bracket, no 〜を、 or 〜という、, no aside."""
    text = _text(before)
    if any(text.count(opened) > text.count(closed) for opened, closed in ("「」", "（）", "『』")):
        return False
    if _WISH.search(text[-16:] + "が") or _ANNOUNCED.search(text):
        return False
    commas = [i for i, m in enumerate(before) if m.surface == "、"]
    if any(_waits(before[i - 1], before[i - 2] if i > 1 else None) for i in commas if i):
        return False
    if not commas:
        return True
    clause, opened_by = _text(before[commas[-1] + 1 :]), before[commas[-1] - 1]
    if _SAID_BEFORE.match(clause):
        return len(commas) == 1 and commas[0] <= 1
    # A topic or a conjunction leads into the clause; after anything else a short clause is only thrown in.
    leads = opened_by.surface in ("は", "も") or opened_by.word_class in ("接続詞", "副詞")
    return leads or len(clause) >= _ASIDE


def _waits(last: Morpheme, previous: Morpheme | None) -> bool:
    """True for what stands before a comma and still needs its predicate or its noun: 困難を、 という、 実施する、"""
    if last.word_class == "助詞":
        if last.surface == "に" and previous is not None:
            return previous.word_class == "代名詞"
        return last.pos[1] in ("格助詞", "副助詞", "準体助詞") and last.surface in _HANGS_ON
    # ている、 before a comma modifies a noun further on; a noun before a comma may belong to a list left open.
    return last.word_class in ("動詞", "助動詞", "形容詞", "連体詞") and last.form.startswith(_FINITE)


def _begins_anew(before: Sequence[Morpheme], after: Sequence[Morpheme]) -> bool:
    """What follows neither takes the first part back nor may hold it in a quotation or in a clause about a noun."""
    text = _text(after)
    if _TAKES_BACK.search(re.split(r"[、。]", text, maxsplit=1)[0]):
        return False
    if _OPENS_ANEW.match(text):
        return True
    for i, m in enumerate(after[:-1]):
        following = after[i + 1]
        if m.surface == "は" and m.pos[1] == "係助詞":
            # A topic of its own: the joint is outside of whatever follows.
            return True
        if m.word_class not in ("動詞", "助動詞", "形容詞") or not m.form.startswith(_FINITE):
            continue
        if following.surface == "と" and following.pos[1] == "格助詞":
            told = after[i + 2] if i + 2 < len(after) else None
            return told is not None and told.lemma in _OWN_VIEW
        return following.word_class not in ("名詞", "接頭辞", "代名詞") and following.pos[1] != "準体助詞"
    return True
