"""A turn that only gives back what the speaker before has said: 「なるほど、各課で登録されるんですね」."""

import re

from minutes.folding import fold
from minutes.speakers.segments import is_backchannel
from minutes.structure.wording import COURTESY, REACTION, sentences

LONGEST = 45
"""Characters of one repeating sentence; whoever says more adds something."""

NOUN = 14
"""Characters of a bare repeated word: 「あ、対象外。」."""

_TAKES_IN = re.compile(r"(?:ですね|ですか|ますね|ましたね|ということ|わけ(?:です)?|です|ます|のか|と|ね)[。?]?$")
_UNDERSTOOD = re.compile(
    r"^(?:はい|うーん|ああ?|へえ|ほう|なるほど|そうですか|そうなんですね|分かりました|承知しました|ありがとうございます?)[、。]"
)
_RUNS = re.compile(r"[一-鿿々]+|[ァ-ヶー]+|[A-Za-z]+|\d+")
_NEW = re.compile(
    r"と思|と考え|べき|たい|ください|でも|しかし|ただ|だから|なぜ|どう|いつ|何|どこ|誰|いくら|安心|残念|心配"
)
_SHARE = 0.8


def repeats(text: str, before: str) -> bool:
    """Every sentence is thanks, agreement or the words of ``before`` taken in; at least one is the latter."""
    repeated = understood = False
    given = fold(before).raw
    said = sentences(text)
    for sentence in said:
        if COURTESY.match(sentence) or REACTION.match(sentence) or is_backchannel(fold(sentence).key):
            understood = True
            continue
        if (
            len(sentence) > LONGEST
            or _NEW.search(sentence)
            or not (_TAKES_IN.search(sentence) or len(sentence) <= NOUN)
        ):
            return False
        if not _known(sentence, given):
            return False
        repeated = True
    return repeated and bool(understood or _UNDERSTOOD.match("".join(said)) or len(said) == 1)


def _known(sentence: str, given: str) -> bool:
    words = _RUNS.findall(_UNDERSTOOD.sub("", sentence))
    if not words or any(w.isdecimal() and w not in given for w in words):
        return False
    parts = [w[i : i + 2] for w in words for i in range(max(1, len(w) - 1))]
    return sum(p in given for p in parts) >= _SHARE * len(parts)
