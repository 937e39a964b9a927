"""G3: the words of a sentence come from what it cites. A clause nobody said is found by its words."""

import re
from collections.abc import Iterator
from functools import lru_cache

from minutes.checks.alignment import letter_pairs, spoken_sentences
from minutes.checks.source import Source, Written
from minutes.checks.times import TIME_WORDS
from minutes.document import Finding, Severity
from minutes.folding import fold_key
from minutes.style.morphology import Morpheme, morphemes

_WRITTEN = re.compile("[一-龥ァ-ヶA-Za-z]")
"""Words in hiragana alone are mostly particles in origin: ついて, おいて."""
_CLAUSE = re.compile(r"[^、。]+[、。]?")
_LIGHT = frozenset(
    [
        "する",
        "ある",
        "いる",
        "なる",
        "できる",
        "行う",
        "思う",
        "考える",
        "いう",
        "言う",
        "述べる",
        "示す",
        "求める",
        "伺う",
        "尋ねる",
        "聞く",
        "聞かせる",
        "いただく",
        "くださる",
        "進める",
        "図る",
        "努める",
        "取り組む",
        "こと",
        "もの",
        "ため",
        "よう",
        "等",
        "など",
        "旨",
        "件",
        "点",
        "場合",
        "際",
        "趣旨",
        "内容",
        "方",
        "ところ",
        "とき",
        "うち",
        "ほか",
        "ない",
        "よい",
        "良い",
        "必要",
        "重要",
        "可能",
        "非常",
        "予定",
        "考え",
        "認識",
        "質問",
        "回答",
        "意見",
        "現在",
        "今後",
        "状況",
        "対応",
        "実施",
        "検討",
        "説明",
        "報告",
        "要望",
        "本市",
        "当市",
        "本区",
        "当区",
        "当町",
        "当村",
        "都",
        "県",
        "市",
        "区",
        "町",
        "村",
        "国",
    ]
)
_RUN = 11
_MANY = 3
_SHARE = 0.75


def check_grounding(source: Source, written: Written) -> Iterator[Finding]:
    if not written.sentence.evidence:
        return
    said, sentences = "", spoken_sentences(source, written.sentence)
    # What the question said may be taken up in the answer.
    folded = [*(fold_key(each) for each in sentences), source.context_of(written)]
    for clause in _CLAUSE.findall(written.sentence.text):
        words = content_words(clause)
        if len(words) < 2:
            yield from _unlike(source, written, clause)
            continue
        if any(sum(_spoken(word, each) for word in words) * 2 > len(words) for each in folded):
            continue
        if not said:
            said = "\n".join(fold_key(each.text) for each in source.cited_turns(written.sentence))
            said += "\n" + source.context_of(written)
        strange = [word for word in words if not _spoken(word, said)]
        if len(strange) >= 2 and len(strange) * 2 >= len(words):
            grave = len(strange) >= _MANY and len(strange) >= len(words) * _SHARE
            yield written.finding(
                "G3",
                Severity.ERROR if grave else Severity.WARN,
                f"「{clause.rstrip('、。')}」の内容（{'、'.join(strange[:4])}）が根拠の発言に見当たりません。"
                "発言にあることだけを書くか、根拠を指定し直してください。",
            )
        else:
            yield written.finding(
                "G3",
                Severity.WARN,
                f"「{clause.rstrip('、。')}」に当たる発言が、根拠の発言の中に1文としては見当たりません。"
                "発言にあることか確認してください。",
            )


def _unlike(source: Source, written: Written, clause: str) -> Iterator[Finding]:
    """Too few words of content to compare, and yet a long run of letters that was not said."""
    mine = letter_pairs(clause)
    if len(mine) < _RUN:
        return
    said = letter_pairs("".join(each.text for each in source.cited_turns(written.sentence)))
    if len(mine & said) * 2 < len(mine):
        yield written.finding(
            "G3",
            Severity.WARN,
            f"「{clause.rstrip('、。')}」に当たる発言が、根拠の発言に見当たりません。発言にあることか確認してください。",
        )


@lru_cache(maxsize=16384)
def content_words(clause: str) -> tuple[str, ...]:
    """Nouns, verbs and adjectives that carry content, in dictionary form, each once."""
    return tuple(dict.fromkeys(word.lemma for word in morphemes(clause) if _carries(word)))


def _carries(word: Morpheme) -> bool:
    if word.word_class not in ("名詞", "動詞", "形容詞", "形状詞") or word.lemma in _LIGHT or word.lemma in TIME_WORDS:
        return False
    if not _WRITTEN.search(word.lemma):
        return False
    return word.pos[1] not in ("数詞", "非自立可能", "助動詞語幹") and len(word.lemma) > 1


def _spoken(word: str, said: str) -> bool:
    """Said as it is, in another form of the same verb, or as parts: 運用経費 where 運用の経費 was said."""
    key = fold_key(word)
    if key in said or (len(key) > 2 and key[:-1] in said):
        return True
    if re.search("[一-龥]", key) and re.search("[ぁ-ん]$", key):
        stem = re.match("[一-龥]+", key)
        return bool(stem and stem[0] in said)
    pairs = [key[at : at + 2] for at in range(len(key) - 1)]
    return len(pairs) > 1 and sum(pair in said for pair in pairs) * 2 >= len(pairs)
