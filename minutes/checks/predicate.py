"""What a sentence asserts: each predicate with its polarity, tense and reserve, from spoken and written Japanese alike.

検討してまいりたいと考えております and 検討していきたい give the same predicate: politeness is not read, word order is.
The ladder is that of the convention for minutes: 難しい … 研究 … 検討 … したい … 予定 … する … した.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from minutes.checks.reserve import NEGATIONS, Reserve, reserves
from minutes.style.morphology import Morpheme, morphemes


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

    @property
    def commitment(self) -> int:
        """Place on the ladder by what stands behind the head; higher is more."""
        for reserve, rank in _LADDER:
            if reserve in self.reserves:
                return rank
        return 7 if self.past else 6

    @property
    def rank(self) -> int:
        """Place on the ladder with the meaning of the head: 検討する is less than 進めたい."""
        return 3 if Reserve.STUDY in self.reserves else self.commitment


_LADDER = ((Reserve.REQUEST, 4), (Reserve.WISH, 4), (Reserve.PLAN, 5))

_SPELLING = {
    "出来る": "できる", "頂く": "いただく", "頂ける": "いただける", "下さる": "くださる", "行く": "いく", "来る": "くる", "居る": "いる", "有る": "ある",
    "おる": "いる", "ござる": "ある", "まいる": "いく", "参る": "いく", "いたす": "する", "致す": "する", "存じる": "考える", "存ずる": "考える",
    "思う": "考える", "無い": "ない", "ず": "ぬ", "す": "する", "伺う": "聞く", "良い": "よい", "いらっしゃる": "いる", "なさる": "する", "頂戴": "いただく", "申す": "いう", "言う": "いう", "申し上げる": "する", "わかる": "分かる",
}  # fmt: skip
_HELPING = frozenset(
    [
        "する",
        "いる",
        "いく",
        "くる",
        "いただく",
        "いただける",
        "くださる",
        "しまう",
        "おく",
        "みる",
        "ある",
        "できる",
        "なる",
        "考える",
        "しれる",
        "得る",
        "いける",
        "努める",
        "聞く",
        "せる",
        "させる",
        "れる",
        "られる",
        "よい",
        "すぎる",
        "違う",
        "見込む",
        "もらう",
        "もらえる",
        "くれる",
        "やる",
        "ほしい",
        "欲しい",
        "やすい",
        "にくい",
        "づらい",
        "ありがたい",
        "有り難い",
        "助かる",
        "幸い",
    ]
)
_OWN_MEANING = frozenset(("考える", "できる", "努める", "なる", "くる", "いく", "もらう", "違う"))
"""Helping words that also stand alone; as such they are met here only where no chain has taken them."""
_HELPING_NOUNS = frozenset(
    [
        "こと",
        "予定",
        "見込み",
        "方針",
        "つもり",
        "ところ",
        "もの",
        "わけ",
        "はず",
        "必要",
        "可能性",
        "恐れ",
        "おそれ",
        "考え",
        "計画",
        "方向",
        "よう",
        "そう",
        "所存",
        "の",
        "ん",
        "違い",
        "幸い",
    ]
)
_EMPTY_NOUNS = frozenset(
    (
        "こと",
        "ところ",
        "もの",
        "わけ",
        "はず",
        "ほう",
        "方",
        "とおり",
        "通り",
        "感じ",
        "形",
        "点",
        "の",
        "ん",
        "側面",
        "意味",
        "次第",
    )
)
_PARTICLES = frozenset(
    (("に", "つく"), ("に", "おく"), ("に", "よる"), ("に", "とる"), ("に", "対する"), ("に", "関する"), ("と", "いう"), ("に", "伴う"), ("と", "する"),
     ("に", "当たる"), ("に", "あたる"), ("に", "向ける"), ("を", "通じる"), ("を", "通す"), ("に", "沿う"), ("に", "基づく"), ("に", "応じる"))
)  # fmt: skip
"""Verbs that with the particle before them are a particle themselves: について, という."""
_LINKS = frozenset(("て", "で", "ば", "と", "か", "も", "は", "に", "が", "の", "ん", "たり", "な", "なあ"))
_COPULAS = ("助動詞-ダ", "助動詞-デス")
_DOING = ("する", "できる", "いただく", "くださる", "いただける")
_ASKING = frozenset(("聞く", "尋ねる", "願える", "願う", "お聞かせ", "聞かせる", "質問"))
"""Asking is told in minutes as it suits (伺います, 伺いたい); it promises nothing."""
_BARRIERS = frozenset("、。，．「」『』")


def _lemma(word: Morpheme) -> str:
    return _SPELLING.get(word.lemma, word.lemma)


@lru_cache(maxsize=16384)
def predicates(text: str) -> tuple[Predicate, ...]:
    """The predicates of ``text`` in order. Equal texts are answered from memory: drafts are checked on every edit."""
    words = [
        word for word in morphemes(text) if word.conjugation not in ("助動詞-マス", "助動詞-デス") or _counts(word)
    ]
    found: list[Predicate] = []
    at = 0
    while at < len(words):
        if not _is_head(words, at):
            at += 1
            continue
        end = _chain_end(words, at + 2 if _parted(words, at) else at + 1)
        found.append(_predicate(words[at], words[at + 2 if _parted(words, at) else at + 1 : end]))
        at = end
    if found:
        last = found[-1]
        found[-1] = Predicate(last.head, last.negative, last.past, last.asks, last.reserves, last.acts, True)
    return tuple(found)


def _counts(word: Morpheme) -> bool:
    """ます says nothing here but in ましょう; です does, for a noun needs its copula."""
    return word.conjugation == "助動詞-デス" or word.form.startswith("意志推量形")


def _is_head(words: Sequence[Morpheme], at: int) -> bool:
    word = words[at]
    if word.word_class == "動詞" and at and (words[at - 1].surface, _lemma(word)) in _PARTICLES:
        return False
    if word.word_class == "形容詞" and word.form.startswith("連用形"):
        # 詳しく述べる: an adverb; 多くない: a predicate.
        after = _next(words, at + 1)
        if after is not None and after.surface in ("は", "も"):
            after = _next(words, at + 2)
        return after is not None and (_lemma(after) in ("ない", "て", "なる") or after.word_class == "助動詞")
    if word.word_class in ("動詞", "形容詞"):
        lemma = _lemma(word)
        return lemma not in _ASKING and (lemma in _OWN_MEANING or lemma not in (_HELPING | {"ない"}))
    if word.word_class == "形状詞":
        return word.pos[1] != "助動詞語幹"
    if word.word_class != "名詞" or word.pos[1] == "数詞" or word.surface in _ASKING:
        return False
    after = _next(words, at + 1)
    if after is None:
        return False
    if after.word_class == "助動詞" and after.conjugation in _COPULAS:
        return word.surface not in _EMPTY_NOUNS
    if after.word_class == "動詞" and _lemma(after) in _DOING:
        return True
    if _parted(words, at):
        return True
    if after.surface in ("が", "は", "も", "で", "では", "の"):
        second = _next(words, at + 2)
        if second is not None and second.surface == "は":
            second = _next(words, at + 3)
        exists = second is not None and _lemma(second) in ("ある", "ない")
        return exists and after.surface != "の"
    return False


def _parted(words: Sequence[Morpheme], at: int) -> bool:
    """周知はしていきたい, 認識をしている: a particle between the noun and する."""
    particle, verb = _next(words, at + 1), _next(words, at + 2)
    return (
        words[at].pos[2] == "サ変可能"
        and particle is not None
        and particle.surface in ("は", "も", "を")
        and verb is not None
        and _lemma(verb) in ("する", "できる", "行う")
    )


def _next(words: Sequence[Morpheme], at: int) -> Morpheme | None:
    return words[at] if at < len(words) else None


def _chain_end(words: Sequence[Morpheme], at: int) -> int:
    """Where the words that belong to a predicate end."""
    while at < len(words):
        word = words[at]
        if word.surface in _BARRIERS:
            return at
        if (
            word.word_class == "助動詞"
            or _helps(words, at)
            or (word.surface == "を" and at + 1 < len(words) and words[at + 1].lemma == "得る")
        ):
            at += 1
        elif word.word_class == "助詞" and word.surface in _LINKS:
            after = at + 1
            while after < len(words) and words[after].word_class == "助詞" and words[after].surface in _LINKS:
                after += 1
            if after == len(words) or not (words[after].word_class == "助動詞" or _helps(words, after)):
                return at + 1 if word.surface == "か" else at
            at = after
        else:
            return at
    return at


def _helps(words: Sequence[Morpheme], at: int) -> bool:
    word, lemma = words[at], _lemma(words[at])
    if lemma == "聞く":
        # と聞いている is hearsay, か伺う asks.
        return words[at - 1].surface == "と"
    if word.word_class in ("動詞", "形容詞", "形状詞", "接尾辞"):
        return lemma in _HELPING or lemma in ("ない", "よう", "そう")
    return word.word_class == "名詞" and lemma in _HELPING_NOUNS


def _predicate(head: Morpheme, chain: Sequence[Morpheme]) -> Predicate:
    lemmas = [_lemma(word) for word in chain]
    asks = lemmas[-1:] == ["か"]
    return Predicate(
        head=_lemma(head),
        negative=_negations(chain, lemmas) % 2 == 1,
        past=any(word.conjugation == "助動詞-タ" and word.surface in ("た", "だ") for word in chain),
        asks=asks,
        reserves=reserves(_lemma(head), chain, lemmas, head.form),
        acts=head.word_class == "動詞" or (head.word_class == "名詞" and "する" in lemmas[:2]),
        closing=False,
    )


def _negations(chain: Sequence[Morpheme], lemmas: Sequence[str]) -> int:
    count = 0
    for at, lemma in enumerate(lemmas):
        if lemma not in NEGATIONS:
            continue
        before = lemmas[at - 1] if at else ""
        rest = [each for each in lemmas[at + 1 :] if each not in ("です", "だ", "た")]
        if before in ("しれる", "違い"):
            continue
        # のではないか, いただけないか and できないか put a thought as a question.
        if rest[:1] == ["か"]:
            continue
        count += 1
    return count
