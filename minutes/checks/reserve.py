"""What keeps an assertion from being a plain one: wish, plan, doubt … read from the words behind a predicate."""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise

from minutes.style.morphology import Morpheme


class Reserve(StrEnum):
    WISH = "意向"
    PLAN = "予定"
    DIFFICULT = "困難"
    ISSUE = "課題の認識"
    RESEARCH = "研究"
    STUDY = "検討"
    OPINION = "考え"
    DOUBT = "推量"
    DUTY = "必要"
    HEARSAY = "伝聞"
    REQUEST = "依頼"


LOW_RUNGS = (Reserve.DIFFICULT, Reserve.ISSUE, Reserve.RESEARCH, Reserve.STUDY)
NEGATIONS = frozenset(("ない", "ぬ", "まい"))
_COPULAS = ("助動詞-ダ", "助動詞-デス")
_STUDIES = frozenset(("検討", "協議", "調整", "検証"))
_RESEARCH = frozenset(("研究", "模索"))
_DIFFICULT = frozenset(("難しい", "困難", "無理", "不可能"))
_ISSUES = frozenset(("課題", "懸案", "認識"))
_PLANS = frozenset(("予定", "見込み", "見込む", "方針", "つもり", "計画", "所存"))
_DOUBTS = frozenset(("しれる", "可能性", "恐れ", "おそれ", "らしい"))
_NECESSITY = frozenset(("なる", "いける", "得る"))
_FAVOURS = frozenset(("いただける", "くださる", "もらう", "もらえる", "ほしい", "欲しい"))
_ASKING = frozenset(("たい", "ば", "か", "ほしい", "欲しい", "ありがたい", "有り難い", "助かる", "幸い"))


def reserves(head: str, chain: Sequence[Morpheme], lemmas: Sequence[str], head_form: str) -> frozenset[Reserve]:
    """``lemmas`` are those of ``chain``, spelt alike; ``head_form`` is the form in which the head stands."""
    found: set[Reserve] = set()
    # だろう, でしょう and あろう guess; 進めよう and 進めましょう intend.
    volitional = [lemma for lemma, word in zip(lemmas, chain, strict=True) if word.form.startswith("意志推量形")]
    guesses = [
        at
        for at, word in enumerate(chain)
        if word.form.startswith("意志推量形")
        and (word.conjugation in _COPULAS or {"ある", "なる"}.intersection(lemmas[max(0, at - 1) : at + 1]))
    ]
    wills = len(volitional) > len(guesses) or head_form.startswith("意志推量形")
    # でしょうか asks.
    guesses = [at for at in guesses if lemmas[at + 1 : at + 2] != ["か"]]
    strives = head == "努める" and "いる" not in lemmas
    if "たい" in lemmas or "努める" in lemmas or strives or wills:
        found.add(Reserve.WISH)
    if _PLANS.intersection(lemmas) or head in _PLANS:
        found.add(Reserve.PLAN)
    if head in _STUDIES:
        found.add(Reserve.STUDY)
    if head in _RESEARCH:
        found.add(Reserve.RESEARCH)
    if _DOUBTS.intersection(lemmas) or guesses:
        found.add(Reserve.DOUBT)
    denials = sum(each in NEGATIONS for each in lemmas)
    if "べし" in lemmas or "必要" in lemmas or (denials >= 2 and _NECESSITY.intersection(lemmas)):
        found.add(Reserve.DUTY)
    for before, lemma in pairwise(lemmas):
        if lemma == "考える" and before in ("と", "か", "よう"):
            found.add(Reserve.OPINION)
        elif lemma == "聞く" and before == "と":
            found.add(Reserve.HEARSAY)
    if _requests(head, chain, lemmas):
        found.add(Reserve.REQUEST)
        found -= {Reserve.WISH, Reserve.OPINION}
    if found & {Reserve.WISH, Reserve.DOUBT}:
        # したいと考えている is a wish, かもしれないと思う a doubt; neither is the surer for losing the frame.
        found.discard(Reserve.OPINION)
    return frozenset(found)


def refusals(head: str, lemmas: Sequence[str], *, negative: bool) -> frozenset[Reserve]:
    """The lowest rungs: what is said to be hard or not possible, and what is only seen as an issue."""
    possible = head in ("できる", "可能") or "できる" in lemmas
    if (head in _DIFFICULT and not negative) or (possible and negative):
        return frozenset({Reserve.DIFFICULT})
    return frozenset({Reserve.ISSUE}) if head in _ISSUES and not negative else frozenset()


def _requests(head: str, chain: Sequence[Morpheme], lemmas: Sequence[str]) -> bool:
    said = {head, *lemmas}
    if ("いただく" in said and "たい" in lemmas) or {"願う", "願える"}.intersection(lemmas):
        return True
    # していただけたらと思う
    commands = any(word.form.startswith(("命令形", "仮定形")) for word in chain)
    return bool(_FAVOURS & said) and (commands or bool(_ASKING.intersection(lemmas)))
