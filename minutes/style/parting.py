"""An overlong spoken sentence parted where it only goes on: 〜しているが、…

Speakers join sentence to sentence by けれども. Written minutes are watched from 60 characters and read badly over 120
(公用文作成の考え方 asks for short sentences), so such a joint becomes a full stop.
"""

import re

from minutes.style.morphology import morphemes

LONG = 120
_LEAST = 30
_JOINT = re.compile(r"(?P<end>[るたいうくすつむぶぬぐだ])が、")
# What follows takes the clause before it back or depends on it: a full stop would make it stand alone.
_TAKES_BACK = re.compile(
    r"^(?:現時点|今のところ|それは|そうでは|必ずしも|実際|まだ|なかなか|ただ|難し|できな|でき(?:て)?い?な)|(?:難しい|困難|できない|考えていない)"
)
_WISH = re.compile(r"(?:とは(?:思って|考えて)|ないが|たいが|であろうが|かもしれないが|はずだが|べきだが)")


def shorter(sentence: str) -> tuple[str, ...]:
    """``sentence`` itself, or its parts where it is longer than ``LONG`` characters and has joints that allow it."""
    if len(sentence) <= LONG:
        return (sentence,)
    joint = _best_joint(sentence)
    if joint is None:
        return (sentence,)
    first, rest = sentence[:joint] + "。", sentence[joint + 2 :]
    return (*shorter(first), *shorter(rest))


def _best_joint(sentence: str) -> int | None:
    """Position of the が that is nearest to the middle; None where none may become a full stop."""
    found = [
        match.end("end")
        for match in _JOINT.finditer(sentence)
        if _LEAST <= match.end("end") <= len(sentence) - _LEAST and _may_part(sentence, match.end("end"))
    ]
    return min(found, key=lambda at: abs(at - len(sentence) // 2), default=None)


def _may_part(sentence: str, at: int) -> bool:
    before, after = sentence[:at], sentence[at + 2 :]
    if any(before.count(opened) > before.count(closed) for opened, closed in ("「」", "（）", "『』")):
        return False
    clause = before.rsplit("。", 1)[-1][-16:] + "が"
    next_clause = re.split(r"[、。]", after, maxsplit=1)[0]
    if _WISH.search(clause) or _TAKES_BACK.search(next_clause):
        return False
    # が after a noun marks a subject and never gets here; after a verb it may still be the noun 〜か: ask the dictionary.
    ms = morphemes(sentence)
    place = 0
    for m in ms:
        if place == at:
            return m.surface == "が" and m.pos[1] == "接続助詞"
        place += len(m.surface)
    return False
