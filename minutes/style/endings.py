"""The end of a spoken sentence put right: what was added after it was over, and the word that ends a turn."""

import re

from minutes.style.inflection import Form, inflect
from minutes.style.morphology import morphemes

_FINITE = ("終止形", "連体形")
_LEAD = re.compile(r"^(?:また|さらに(?:は)?|しかし|そして|ただ|まず|次に|なお)、")
_LEFT_BEHIND = re.compile(r"(?:ば|て|で|から|まで|に|は|が|を)。$")


def ordered(text: str) -> str:
    """A phrase added after the sentence was over set before it: 減額される、11月から。 → 11月から、減額される。"""
    if "、" not in text or not _LEFT_BEHIND.search(text):
        return text
    ms = morphemes(text)
    comma = max(i for i, m in enumerate(ms) if m.surface == "、")
    phrase = ms[comma + 1 : -1]
    # The dictionary takes a verb before a comma and a noun for 連体形.
    over = comma > 1 and ms[comma - 1].word_class in ("動詞", "助動詞") and ms[comma - 1].form.startswith(_FINITE)
    if not over or not phrase or any(m.kept for m in ms[comma - 1 :]) or phrase[-1].word_class != "助詞":
        return text
    added = "".join(m.surface for m in phrase).removesuffix("は")
    said = "".join(m.surface for m in ms[:comma])
    lead = _LEAD.match(said)
    start = lead.end() if lead else 0
    return f"{said[:start]}{added}、{said[start:]}。"


def finished(text: str) -> str:
    """A closing 〜て、質問を終わる taken off, with the verb before it closed instead."""
    if "質問" not in text[-24:]:
        return text
    ms = morphemes(text)
    words = [m.surface for m in ms]
    if "質問" not in words[-12:] or not _ends_the_turn("".join(words[-12:])):
        return text
    at = max((i for i, w in enumerate(words[:-4]) if w == "、" and i and words[i - 1] in ("て", "で")), default=0)
    if not at or at < len(words) - 22 or ms[at - 1].pos[1] != "接続助詞" or at < 3:
        return text
    if any(m.pos[1] == "数詞" for m in ms[at:]) and "質問" not in words[at : at + 8]:
        return text
    verb = ms[at - 2]
    closed = inflect(verb.lemma, verb.conjugation, Form.TERMINAL)
    return text if closed is None else "".join(words[: at - 2]) + closed + "。"


def _ends_the_turn(tail: str) -> bool:
    return tail.rstrip("。").endswith(
        (
            "質問を終わる",
            "質問を終わりたい",
            "質問を終わらせていただく",
            "質問を終える",
            "質問を終えたい",
            "質問とする",
            "質問を閉じる",
        )
    )
