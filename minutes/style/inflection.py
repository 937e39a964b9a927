"""Conjugation of verbs by the class that the dictionary names for them."""

from enum import Enum

from minutes.style.morphology import Morpheme


class Form(Enum):
    TERMINAL = "終止形"
    NEGATIVE = "未然形（ない の前）"
    CONTINUATIVE = "連用形（ます の前）"
    TE = "連用形（て・た の前）"
    CONDITIONAL = "仮定形（ば の前）"
    VOLITIONAL = "意志形"


_ORDER = (Form.NEGATIVE, Form.CONTINUATIVE, Form.TERMINAL, Form.CONDITIONAL, Form.VOLITIONAL, Form.TE)
_GODAN = {
    "カ行": ("か", "き", "く", "け", "こう", "い"),
    "ガ行": ("が", "ぎ", "ぐ", "げ", "ごう", "い"),
    "サ行": ("さ", "し", "す", "せ", "そう", "し"),
    "タ行": ("た", "ち", "つ", "て", "とう", "っ"),
    "ナ行": ("な", "に", "ぬ", "ね", "のう", "ん"),
    "バ行": ("ば", "び", "ぶ", "べ", "ぼう", "ん"),
    "マ行": ("ま", "み", "む", "め", "もう", "ん"),
    "ラ行": ("ら", "り", "る", "れ", "ろう", "っ"),
    "ワア行": ("わ", "い", "う", "え", "おう", "っ"),
}
_SURU = ("し", "し", "する", "すれ", "しよう", "し")
_KURU = ("こ", "き", "くる", "くれ", "こよう", "き")
_VOICED = ("ガ行", "ナ行", "バ行", "マ行")


def inflect(lemma: str, conjugation: str, form: Form) -> str | None:
    """``lemma`` in ``form``; None where the class is not one of modern verbs, so that the caller leaves it alone."""
    kind, _, row = conjugation.partition("-")
    at = _ORDER.index(form)
    if kind == "五段" and row in _GODAN:
        if form is Form.TE and (lemma.endswith("行く") or lemma in ("いく", "ゆく")):
            return lemma[:-1] + "っ"
        return lemma[:-1] + _GODAN[row][at]
    if (kind in ("上一段", "下一段") or conjugation == "助動詞-レル") and lemma.endswith("る"):
        return lemma[:-1] + ("", "", "る", "れ", "よう", "")[at]
    if kind == "サ行変格" and lemma.endswith(("する", "ずる")):
        tail = _SURU[at] if lemma.endswith("する") else ("じ", "じ", "ずる", "ずれ", "じよう", "じ")[at]
        return lemma[:-2] + tail
    if kind == "カ行変格" and lemma.endswith("来る"):
        return lemma[:-1] + ("", "", "る", "れ", "よう", "")[at]
    if kind == "カ行変格" and lemma.endswith("くる"):
        return lemma[:-2] + _KURU[at]
    return None


def voiced(conjugation: str) -> bool:
    """True where て and た become で and だ after this verb."""
    kind, _, row = conjugation.partition("-")
    return kind == "五段" and row in _VOICED


def negative(morpheme: Morpheme) -> str | None:
    """The verb with ない; ある has no other negative than ない itself."""
    if morpheme.lemma in ("ある", "有る") and morpheme.conjugation == "五段-ラ行":
        return "ない"
    stem = inflect(morpheme.lemma, morpheme.conjugation, Form.NEGATIVE)
    return None if stem is None else stem + "ない"


def form_of(morpheme: Morpheme) -> Form | None:
    """Which of our forms a morpheme stands in; None for imperatives and literary forms."""
    form = morpheme.form
    if form.startswith(("終止形", "連体形")):
        return Form.TERMINAL
    if form.startswith("連用形"):
        sound_change = form.endswith(("イ音便", "促音便", "撥音便")) and morpheme.surface[-1:] in "いっん"
        # ござい, ください and their like are marked イ音便 although ます follows.
        honorific = morpheme.lemma.endswith(("ござる", "くださる", "なさる", "おっしゃる", "いらっしゃる"))
        return Form.TE if sound_change and not (honorific and morpheme.surface.endswith("い")) else Form.CONTINUATIVE
    if form.startswith("仮定形"):
        return Form.CONDITIONAL
    if form.startswith("意志推量形"):
        return Form.VOLITIONAL
    if form.startswith("未然形"):
        return Form.NEGATIVE
    return None
