"""ます and です taken off: each verb and adjective gets the plain form that means the same.

Rule of the register: 文化庁「公用文作成の考え方」 asks for である, not だ, in the plain style.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from minutes.style.inflection import Form, inflect, negative, voiced
from minutes.style.morphology import Morpheme

_COPULA = ("です", "だ")
_COPULA_CLASSES = ("助動詞-デス", "助動詞-ダ")
_STOPS = ("。", "？", "?", "！", "!")
_ADJECTIVAL = ("助動詞-タ", "助動詞-タイ", "助動詞-ナイ", "助動詞-ヌ", "助動詞-ラシイ")
_CONTRAST = ("けれど", "けど", "が")


@dataclass(frozen=True)
class _Step:
    text: str
    taken: int
    kind: str
    """What the text ends in: ``verb``, ``adjective`` (also た and ない), ``copula`` or ``other``."""


def _get(ms: Sequence[Morpheme], i: int) -> Morpheme | None:
    return ms[i] if 0 <= i < len(ms) and not ms[i].kept else None


def _surface(ms: Sequence[Morpheme], i: int) -> str:
    m = _get(ms, i)
    return m.surface if m else ""


def _ends(ms: Sequence[Morpheme], i: int) -> bool:
    """Nothing of the sentence stands at ``i``: its end, a full stop or a closing bracket."""
    return i >= len(ms) or ms[i].surface in _STOPS or (ms[i].surface.isspace() and _ends(ms, i + 1))


def _past(ms: Sequence[Morpheme], i: int) -> bool:
    m = _get(ms, i)
    return m is not None and (
        m.conjugation == "助動詞-タ" or (m.surface in ("たり", "て", "ては") and m.word_class == "助詞")
    )


def _verb_masu(ms: Sequence[Morpheme], i: int) -> _Step | None:
    """A verb at ``i`` with a form of ます after it."""
    verb, masu = ms[i], _get(ms, i + 1)
    if masu is None or masu.conjugation != "助動詞-マス":
        return None

    def done(text: str | None, taken: int, kind: str = "verb") -> _Step | None:
        return None if text is None else _Step(text, taken, kind)

    if masu.surface == "ます":
        return done(inflect(verb.lemma, verb.conjugation, Form.TERMINAL), 2)
    if masu.surface == "ましょう":
        return done(inflect(verb.lemma, verb.conjugation, Form.VOLITIONAL), 2)
    if masu.surface == "ますれ":
        return done(inflect(verb.lemma, verb.conjugation, Form.CONDITIONAL), 2)
    if masu.surface == "まし" and _past(ms, i + 2):
        stem = inflect(verb.lemma, verb.conjugation, Form.TE)
        tail = ms[i + 2].surface
        if stem is None:
            return None
        if voiced(verb.conjugation):
            tail = {"た": "だ", "て": "で"}[tail[0]] + tail[1:]
        return _Step(stem + tail, 3, "adjective" if tail in ("た", "だ") else "other")
    if masu.surface == "ませ" and _surface(ms, i + 2) == "ん":
        negated = negative(verb)
        if negated is None:
            return None
        if _surface(ms, i + 3) == "でし" and _past(ms, i + 4):
            if _surface(ms, i + 4) == "て":
                return _Step(negated[:-1] + "く", 5, "other")
            return _Step(negated[:-1] + "かっ" + ms[i + 4].surface, 5, "adjective")
        if _surface(ms, i + 3) == "で" and _surface(ms, i + 4) == "、":
            return _Step(negated[:-1] + "く", 4, "other")
        return _Step(negated, 3, "adjective")
    return None


def _particles_end(ms: Sequence[Morpheme], i: int) -> int | None:
    """Where a run of ね, よ and the like ends if it closes the sentence; None where there is no such run."""
    at = i
    while (m := _get(ms, at)) and m.surface in ("ね", "よ", "よね", "ねえ", "な", "わ") and m.pos[1] == "終助詞":
        at += 1
    return at if at > i and _ends(ms, at) else None


def _copula(ms: Sequence[Morpheme], i: int, before: str) -> _Step | None:
    """A form of です (or a closing だ) at ``i``; ``before`` is the kind of what was written last."""
    m = ms[i]
    predicate = before in ("verb", "adjective")
    following = _surface(ms, i + 1)
    closing = _ends(ms, i + 1) or _particles_end(ms, i + 1) is not None
    if m.conjugation == "助動詞-ダ":
        if m.surface == "だ" and not predicate and (closing or following in _CONTRAST):
            return _Step("である", 1, "verb")
        if m.surface == "だっ" and following == "た" and not predicate:
            return _Step("であった", 2, "adjective")
        return None
    if m.surface == "です":
        if following == "か" or predicate:
            return _Step("", 1, before)
        return _Step("だ" if following == "と" else "である", 1, "verb")
    if m.surface == "でしょう":
        if following == "か":
            return _Step("", 1, before)
        return _Step("であろう", 1, "verb")
    if m.surface == "でし" and _past(ms, i + 1) and not predicate:
        tail = ms[i + 1].surface
        if tail == "て":
            return _Step("であり", 2, "other")
        return _Step("であっ" + tail, 2, "adjective" if tail == "た" else "other")
    return None


def _explanatory(ms: Sequence[Morpheme], i: int, before: str) -> _Step | None:
    """〜んです, 〜のです at ``i``: the tone of explaining goes, the statement stays."""
    m = ms[i]
    if m.surface not in ("ん", "の") or m.pos[1] != "準体助詞":
        return None
    copula = _get(ms, i + 1)
    if m.surface == "ん" and copula and copula.surface == "で" and copula.conjugation == "助動詞-ダ":
        return _Step("の", 1, "other")
    if copula is None or copula.conjugation not in ("助動詞-デス", "助動詞-ダ"):
        return None
    after = _surface(ms, i + 2)
    if copula.surface in ("です", "でしょう") and after == "か":
        return _Step("の", 2, "other")
    if copula.surface == "でしょう":
        return _Step("のであろう", 2, "verb")
    if copula.surface in _COPULA and (
        after in (*_CONTRAST, "から", "ので", "し", "と") or _ends(ms, i + 2) or _particles_end(ms, i + 2) is not None
    ):
        return _Step("", 2, before)
    return None


def _kind(m: Morpheme, before: str) -> str:
    if m.word_class == "動詞" or (
        m.conjugation.endswith(("-ラ行", "-サ行", "-タ行", "-レル")) and m.word_class == "助動詞"
    ):
        return "verb" if m.form.startswith(("終止形", "連体形")) else "other"
    if m.word_class == "形容詞" or m.conjugation in _ADJECTIVAL:
        return "adjective" if m.form.startswith(("終止形", "連体形")) else "other"
    return "other"


def plain_predicates(ms: Sequence[Morpheme]) -> str:
    """The text of ``ms`` without ます and です; what no rule knows stays as it is."""
    out: list[str] = []
    before = "other"
    i = 0
    while i < len(ms):
        m = ms[i]
        step: _Step | None = None
        if not m.kept:
            step = _verb_masu(ms, i)
            # な + んです closes a noun predicate: 〜なんです is である.
            if step is None and m.surface == "な" and m.conjugation == "助動詞-ダ":
                inner = _explanatory(ms, i + 1, "verb") if _get(ms, i + 1) else None
                if inner is not None and inner.text == "":
                    step = _Step("である", 3, "verb")
            if step is None and m.surface in ("の", "ん"):
                step = _explanatory(ms, i, before)
            if step is None and m.conjugation in _COPULA_CLASSES:
                step = _copula(ms, i, before)
            if step is None and m.surface in ("けれど", "けど") and m.pos[1] == "接続助詞":
                taken = 2 if _surface(ms, i + 1) == "も" else 1
                step = _Step("" if _ends(ms, i + taken) else "が", taken, "other")
            if step is None and m.surface == "が" and m.pos[1] == "接続助詞" and _ends(ms, i + 1):
                step = _Step("", 1, before)
            if step is None and m.surface in ("ね", "よ", "ねえ", "よね", "わ", "な"):
                end = _particles_end(ms, i)
                # 〜するな is a prohibition: な may only go after another particle or です.
                if end is not None and (m.surface != "な" or before == "other"):
                    step = _Step("", end - i, before)
        if step is None:
            out.append(m.surface)
            before = _kind(m, before)
            i += 1
        else:
            out.append(step.text)
            before = step.kind
            i += step.taken
    return "".join(out)
