"""What a sentence asserts: each predicate with its polarity, tense and reserve, from spoken and written Japanese alike.

検討してまいりたいと考えております and 検討していきたい give the same predicate: politeness is not read, word order is.
The ladder is that of the convention for minutes: 難しい … 研究 … 検討 … したい … 予定 … する … した.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from minutes.checks.heads import HAPPENING, HELPING_NOUNS, chain_end, chain_start, is_head, lemma_of
from minutes.checks.reserve import NEGATIONS, Reserve, refusals, reserves
from minutes.style.morphology import Morpheme, morphemes

_LADDER = ((Reserve.REQUEST, 4), (Reserve.WISH, 4), (Reserve.PLAN, 5))
_LOWEST = ((Reserve.DIFFICULT, 0), (Reserve.ISSUE, 1), (Reserve.RESEARCH, 2), (Reserve.STUDY, 3))
_FAVOURS = {"いただける": "いただく", "もらえる": "もらう"}
_POTENTIAL = {
    "示せる": "示す", "行える": "行う", "使える": "使う", "出せる": "出す", "取れる": "取る", "払える": "払う", "賄える": "賄う", "言える": "言う",
    "減らせる": "減らす", "増やせる": "増やす", "残せる": "残す", "防げる": "防ぐ", "選べる": "選ぶ", "学べる": "学ぶ", "通える": "通う", "住める": "住む",
}  # fmt: skip
"""Verbs that say in one word what one can do. Not 進める or 続ける, which do something themselves."""
_ADVISABLE = frozenset(("よい", "いい", "望ましい", "適切"))
_FRAME = ("ふう", "風", "よう", "ふうに")


@dataclass(frozen=True)
class Predicate:
    head: str
    negative: bool
    past: bool
    asks: bool
    reserves: frozenset[Reserve]
    acts: bool
    """The head is something done (する, 進める), not something that is (ある, 重要)."""
    closing: bool
    """The last predicate of its text."""
    decided: bool = False
    """〜することとした: the decision is past, the deed is not."""

    @property
    def commitment(self) -> int:
        """Place on the ladder by what stands behind the head; higher is more."""
        for reserve, rank in _LADDER:
            if reserve in self.reserves:
                return rank
        return 7 if self.past else 6

    @property
    def rank(self) -> int:
        """Place on the ladder with the meaning of the head: 難しい is less than 検討する, which is less than 進めたい."""
        return next((rank for reserve, rank in _LOWEST if reserve in self.reserves), self.commitment)


@lru_cache(maxsize=4096)
def predicates(text: str) -> tuple[Predicate, ...]:
    """The predicates of ``text`` in order. Equal texts are answered from memory: drafts are checked on every edit."""
    words = _plain(morphemes(text))
    found: list[Predicate] = []
    at = 0
    while at < len(words):
        if not is_head(words, at):
            at += 1
            continue
        start = chain_start(words, at)
        end = chain_end(words, start)
        found.append(_predicate(words[at], words[start:end], words[end : end + 3]))
        at = max(end, at + 1)
    return (*found[:-1], replace(found[-1], closing=True)) if found else ()


def _plain(words: Sequence[Morpheme]) -> list[Morpheme]:
    """Without ます (but in ましょう), and with というふうに as と."""
    kept: list[Morpheme] = []
    for at, word in enumerate(words):
        if word.conjugation == "助動詞-マス" and not word.form.startswith("意志推量形"):
            continue
        if _frames_noun(words, at):
            continue
        before, after = words[at - 1] if at else None, words[at + 1] if at + 1 < len(words) else None
        if (
            before is not None
            and before.surface == "と"
            and word.surface in ("いう", "言う")
            and after
            and after.surface in _FRAME
        ):
            continue
        if before is not None and before.surface in ("いう", "言う") and word.surface in _FRAME:
            continue
        if (
            word.surface == "に"
            and before is not None
            and before.surface in _FRAME
            and kept
            and kept[-1].surface == "と"
        ):
            continue
        kept.append(word)
    return kept


def _frames_noun(words: Sequence[Morpheme], at: int) -> bool:
    """と and いう of していくという方針, お of 見直すお考え: they stand before a helping noun and say nothing."""
    word = words[at]
    if word.word_class == "接頭辞":
        return _helping_noun(words, at + 1)
    if word.surface == "と" and at + 1 < len(words):
        return words[at + 1].surface in ("いう", "言う") and _helping_noun(words, at + 2)
    return (
        word.surface in ("いう", "言う") and at > 0 and words[at - 1].surface == "と" and _helping_noun(words, at + 1)
    )


def _helping_noun(words: Sequence[Morpheme], at: int) -> bool:
    return at < len(words) and words[at].word_class == "名詞" and words[at].surface in HELPING_NOUNS


def _predicate(head: Morpheme, chain: Sequence[Morpheme], after: Sequence[Morpheme]) -> Predicate:
    lemmas = [lemma_of(word) for word in chain]
    lemma = lemma_of(head)
    negative = (_negations(lemmas, [word.surface for word in after]) + (lemma == "ない")) % 2 == 1
    able = ["できる"] if lemma in _POTENTIAL else []
    lemma = _POTENTIAL.get(lemma, lemma)
    return Predicate(
        head="ある" if lemma == "ない" else _FAVOURS.get(lemma, lemma),
        negative=negative,
        past=_past(chain, after),
        asks=lemmas[-1:] == ["か"],
        reserves=reserves(lemma, chain, lemmas, head.form) | refusals(lemma, [*able, *lemmas], negative=negative),
        acts=lemma not in HAPPENING
        and (head.word_class == "動詞" or (head.word_class == "名詞" and "する" in lemmas[:2])),
        closing=False,
        decided=any(lemmas[at : at + 3] == ["こと", "と", "する"] for at in range(len(lemmas))),
    )


def _past(chain: Sequence[Morpheme], after: Sequence[Morpheme]) -> bool:
    past = any(word.conjugation == "助動詞-タ" and word.surface in ("た", "だ") for word in chain)
    # したほうがよい advises; 来られた方は tells of people.
    advises = [word.surface for word in after[:2]] in (["ほう", "が"], ["方", "が"]) and (
        len(after) > 2 and lemma_of(after[2]) in _ADVISABLE
    )
    return past and not (advises and chain[-1].conjugation == "助動詞-タ")


def _negations(lemmas: Sequence[str], after: Sequence[str]) -> int:
    count = 0
    for at, lemma in enumerate(lemmas):
        if lemma not in NEGATIONS or (at and lemmas[at - 1] in ("しれる", "違い")):
            continue
        rest = [each for each in lemmas[at + 1 :] if each not in ("です", "だ", "た")] or after
        # のではないか, いただけないか and できないか put a thought as a question; おそれはないのか asks the same as おそれはないか,
        # while 進めないのか asks about what is not done.
        is_there = at > 0 and lemmas[at - 1] in ("は", "が", "も") and rest[:1] in (["の"], ["ん"])
        if rest[1 if is_there else 0 :][:1] != ["か"]:
            count += 1
    return count
