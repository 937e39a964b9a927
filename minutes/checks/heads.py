"""Where a predicate begins and how far it reaches: its head, and the chain of helping words behind it."""

from collections.abc import Sequence

from minutes.style.morphology import Morpheme

_SPELLING = {
    "出来る": "できる", "頂く": "いただく", "頂ける": "いただける", "下さる": "くださる", "行く": "いく", "来る": "くる", "居る": "いる", "有る": "ある",
    "おる": "いる", "ござる": "ある", "まいる": "いく", "参る": "いく", "いたす": "する", "致す": "する", "存じる": "考える", "存ずる": "考える",
    "思う": "考える", "無い": "ない", "ず": "ぬ", "す": "する", "伺う": "聞く", "良い": "よい", "いらっしゃる": "いる", "なさる": "する", "頂戴": "いただく",
    "申す": "いう", "言う": "いう", "申し上げる": "する", "わかる": "分かる",
}  # fmt: skip
_HELPING = frozenset(
    (
        "する", "いる", "いく", "くる", "いただく", "いただける", "くださる", "しまう", "おく", "みる", "ある", "できる", "なる", "考える", "しれる", "得る",
        "いける", "努める", "聞く", "せる", "させる", "れる", "られる", "よい", "すぎる", "違う", "見込む", "もらう", "もらえる", "くれる", "やる", "ほしい",
        "欲しい", "やすい", "にくい", "づらい", "ありがたい", "有り難い", "助かる", "幸い", "願う", "願える",
    )
)  # fmt: skip
_OWN_MEANING = frozenset(("考える", "できる", "努める", "なる", "くる", "いく", "もらう", "違う"))
"""Helping words that also stand alone; as such they are met here only where no chain has taken them."""
HELPING_NOUNS = frozenset(
    (
        "こと", "予定", "見込み", "方針", "つもり", "ところ", "もの", "わけ", "はず", "必要", "可能性", "恐れ", "おそれ", "考え", "計画", "方向", "よう",
        "そう", "所存", "の", "ん", "違い", "幸い", "段階", "状況",
    )
)  # fmt: skip
HAPPENING = frozenset(
    ("なる", "増える", "増加", "減る", "減少", "上がる", "上昇", "下がる", "低下", "高まる", "広がる", "伸びる", "縮まる", "始まる", "終わる", "決まる")
)  # fmt: skip
"""What comes about by itself. It is no commitment: 58人となっている and 58人となった tell the same."""
EMPTY_NOUNS = frozenset(
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
        "これ",
        "それ",
        "状況",
    )
)
"""Heads that say nothing of what is done: only their polarity is compared."""
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


def lemma_of(word: Morpheme) -> str:
    """The dictionary form, polite and plain verbs of one meaning alike."""
    return _SPELLING.get(word.lemma, word.lemma)


def is_head(words: Sequence[Morpheme], at: int) -> bool:
    word = words[at]
    if word.word_class in ("動詞", "形容詞"):
        return _verb_head(words, at)
    if word.word_class == "形状詞":
        return word.pos[1] != "助動詞語幹"
    if word.pos[1] == "準体助詞":
        return _exists(words, at)
    if word.word_class not in ("名詞", "代名詞", "接尾辞") or word.pos[1] == "数詞" or word.surface in _ASKING:
        return False
    after = _next(words, at + 1)
    if after is None:
        return False
    if after.word_class == "助動詞" and after.conjugation in _COPULAS:
        return True
    if after.word_class == "動詞" and lemma_of(after) in _DOING and word.word_class == "名詞":
        return True
    return chain_start(words, at) > at + 1 or _exists(words, at)


def _verb_head(words: Sequence[Morpheme], at: int) -> bool:
    word, lemma = words[at], lemma_of(words[at])
    before = words[at - 1] if at else None
    if before is not None and word.word_class == "動詞" and (before.surface, lemma) in _PARTICLES:
        # と言われている reports and とする decides; という and として only join.
        if lemma == "する":
            return word.surface != "し" or (_next(words, at + 1) or word).surface != "て"
        return lemma == "いう" and word.surface not in ("いう", "言う", "いっ", "言っ")
    if lemma in ("ある", "いる", "ない") and before is not None and before.surface == "に":
        return word.word_class == "動詞" or lemma == "ない"
    if lemma in _ASKING or lemma == "ない":
        return False
    if word.word_class == "形容詞" and word.form.startswith("連用形"):
        # 詳しく述べる: an adverb; 多くない: a predicate.
        after = _next(words, at + 1)
        if after is not None and after.surface in ("は", "も"):
            after = _next(words, at + 2)
        return after is not None and (lemma_of(after) in ("ない", "て", "なる") or after.word_class == "助動詞")
    if lemma == "する":
        return before is not None and before.surface == "に"
    governs = before is not None and before.surface == "を" and before.word_class == "助詞"
    return lemma in _OWN_MEANING or lemma not in _HELPING or (governs and lemma not in ("ある", "いる"))


def _exists(words: Sequence[Morpheme], at: int) -> bool:
    """問題がある, 予定はない, 方がいる."""
    after = _next(words, at + 1)
    if after is None or after.surface not in ("が", "は", "も", "で"):
        return False
    second = _next(words, at + 2)
    if second is not None and second.surface == "は":
        second = _next(words, at + 3)
    return second is not None and (
        lemma_of(second) in ("ある", "ない") or (lemma_of(second) == "いる" and after.surface != "で")
    )


def chain_start(words: Sequence[Morpheme], at: int) -> int:
    """Where the helping words begin: behind the head, or behind 等を, は of 周知はしていきたい and 提案等をしたい."""
    start = at + 1
    if words[at].pos[2] != "サ変可能":
        return start
    if (_next(words, start) or words[at]).surface in ("等", "など"):
        start += 1
    particle, verb = _next(words, start), _next(words, start + 1)
    parted = particle is not None and particle.surface in ("は", "も", "を") and verb is not None
    return start + 1 if parted and verb and lemma_of(verb) in ("する", "できる", "行う") else at + 1


def chain_end(words: Sequence[Morpheme], at: int) -> int:
    """Where the words that belong to a predicate end."""
    while at < len(words):
        word = words[at]
        if word.surface in _BARRIERS:
            return at
        governed = word.surface == "を" and at + 1 < len(words) and words[at + 1].lemma == "得る"
        if word.word_class == "助動詞" or _helps(words, at) or governed:
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
    word, lemma = words[at], lemma_of(words[at])
    if lemma == "聞く":
        # と聞いている is hearsay, か伺う asks.
        return words[at - 1].surface == "と"
    if word.word_class in ("動詞", "形容詞", "形状詞", "接尾辞"):
        return lemma in _HELPING or lemma in ("ない", "よう", "そう")
    return word.word_class == "名詞" and lemma in HELPING_NOUNS


def _next(words: Sequence[Morpheme], at: int) -> Morpheme | None:
    return words[at] if at < len(words) else None
