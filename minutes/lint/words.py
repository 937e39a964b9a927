"""Words with one official spelling: K08, K09, K10, K13, K14, K15, K17, K27. Lists are data, below the rules."""

import re
from collections.abc import Iterator, Mapping

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap
from minutes.lint.spellings import (
    ADVERBIAL_KANJI,
    ADVERBS_TOO,
    CONJUNCTIONS,
    FULL_NOUNS,
    KANA_CONJUNCTIONS,
    LONG_VOWELS,
    NOT_A_START,
    OKURIGANA,
    SHORT_VERBS,
    SPOKEN_ACTS,
)


def official_conjunctions(passage: Passage) -> Iterator[Remark]:
    """K08."""
    for at, start, word in passage.placed():
        if word.word_class == "接続詞" and word.surface in CONJUNCTIONS:
            yield swap("K08", start, word.surface, CONJUNCTIONS[word.surface], "公用文の接続詞")
        elif word.surface == "また" and passage.surface(at + 1) == "は" and _joins(passage, at):
            # The dictionary reads または as two words.
            yield swap("K08", start, "または", "又は", "公用文の接続詞")


def _joins(passage: Passage, at: int) -> bool:
    before, after = passage.word(at - 1), passage.word(at + 2)
    # 、または at the head of a clause joins as well; a sentence never ends in it.
    return before is not None and after is not None and before.surface != "。"


def nested_conjunctions(passage: Passage) -> Iterator[Remark]:
    """K09."""
    for large, small in (("並びに", "及び"), ("若しくは", "又は")):
        if small in passage.text:
            continue
        for _, start, word in passage.placed():
            if word.surface == large:
                yield swap("K09", start, large, small, f"「{large}」は「{small}」と組み合わせて使う")


def kana_conjunctions(passage: Passage) -> Iterator[Remark]:
    """K10. Only where the word begins a clause: 計画に従って is a verb."""
    heads = tuple(KANA_CONJUNCTIONS)
    for at, start, word in passage.placed():
        if not passage.text.startswith(heads, start):
            continue
        opens = at == 0 or passage.surface(at - 1) in ("。", "、", "「", "（")
        for old, new in KANA_CONJUNCTIONS.items():
            if not passage.text.startswith(old, start):
                continue
            end = start + len(old)
            # 又は is read as two words.
            joins = word.surface == old and word.word_class == "接続詞" and passage.surface(at + 1) != "は"
            joins = joins and (opens or old not in ADVERBS_TOO)
            paused = passage.text[end : end + 1] == "、" and end in passage.starts_of_words
            if joins or (opens and paused):
                yield swap("K10", start, old, new, "接続詞は平仮名")
                break


def kana_words(passage: Passage) -> Iterator[Remark]:
    """K13."""
    for at, start, word in passage.placed():
        before, after = passage.word(at - 1), passage.word(at + 1)
        previous = before.surface if before else ""
        if word.lemma == "出来る" and word.word_class == "動詞":
            yield swap("K13", start, word.surface, "でき" + word.surface[2:], "仮名で書く語")
        elif word.lemma == "無い" and word.word_class == "形容詞" and word.surface.startswith("無"):
            yield swap("K13", start, word.surface, "な" + word.surface[1:], "仮名で書く語")
        elif word.lemma in ("良い", "好い") and previous in ("て", "で", "も", "ば", "と") and before:
            yield swap("K13", start, word.surface, "よ" + word.surface[1:], "仮名で書く語")
        elif word.lemma in ("有る", "在る") and word.word_class == "動詞" and word.surface[:1] in "有在":
            yield swap("K13", start, word.surface, "あ" + word.surface[1:], "仮名で書く語")
        elif word.lemma == "成る" and word.word_class == "動詞" and previous in ("に", "と", "く"):
            yield swap("K13", start, word.surface, "な" + word.surface[1:], "仮名で書く語")
        elif (
            word.surface == "様" and word.word_class == "形状詞" and after and after.surface in ("に", "な", "で", "だ")
        ):
            yield swap("K13", start, "様", "よう", "仮名で書く語")
        elif word.surface == "共" and previous == "と" and after and after.surface == "に":
            # 説明すると共に is とともに; 市民と共に keeps its meaning and its character.
            if (doing := passage.word(at - 2)) is not None and doing.word_class in ("動詞", "助動詞"):
                yield swap("K13", start, "共", "とも", "仮名で書く語")
        elif word.surface in ADVERBIAL_KANJI and word.word_class in ("助詞", "副詞", "接尾辞", "助動詞"):
            yield swap("K13", start, word.surface, ADVERBIAL_KANJI[word.surface], "仮名で書く語")
        elif word.lemma in ("過ぎる", "過ぐ") and previous == "に" and after and after.lemma in ("ない", "ます"):
            yield swap("K13", start, word.surface, "す" + word.surface[1:], "仮名で書く語")
        elif word.lemma in ("知れる", "知る") and previous == "も" and passage.surface(at - 2) == "か":
            yield swap("K13", start, word.surface, "し" + word.surface[1:], "仮名で書く語")


def okurigana(passage: Passage) -> Iterator[Remark]:
    """K14."""
    yield from _stems(passage, OKURIGANA, "K14", "送り仮名", ("動詞", "形容詞", "形状詞", "副詞"))


def compound_nouns(passage: Passage) -> Iterator[Remark]:
    """K15. Nouns short, verbs full: 取組 but 取り組む."""
    if passage.house.okurigana == "official":
        for _, start, word in passage.placed():
            if word.word_class == "名詞" and word.surface in FULL_NOUNS:
                yield swap("K15", start, word.surface, FULL_NOUNS[word.surface], "名詞は送り仮名を省く")
    yield from _stems(passage, SHORT_VERBS, "K15", "動詞は送り仮名を省かない", ("動詞",))


def _stems(
    passage: Passage, stems: Mapping[str, str], rule: str, why: str, classes: tuple[str, ...]
) -> Iterator[Remark]:
    heads = tuple(stems)
    for _, start, word in passage.placed():
        if word.word_class not in classes or not word.surface.startswith(heads):
            continue
        for old, new in stems.items():
            if word.surface.startswith(old) and not (rule == "K15" and word.surface == old):
                yield swap(rule, start, old, new, why)
                break


def starting_points(passage: Passage) -> Iterator[Remark]:
    """K17. 事務局より説明 is a start; 昨年より報告が増えた compares."""
    for at, start, word in passage.placed():
        if word.surface != "より" or word.word_class != "助詞":
            continue
        before = passage.word(at - 1)
        if before is None or before.word_class not in ("名詞", "接尾辞") or before.surface in NOT_A_START:
            continue
        if before.pos[2] == "助数詞可能" or before.pos[1] == "数詞" or before.pos[2] == "副詞可能":
            continue
        ahead = [passage.surface(at + n) for n in range(1, 4)]
        while ahead and ahead[0] in ("、", "ご", "御", "お", "一言"):
            ahead.pop(0)
        if ahead and ahead[0] in SPOKEN_ACTS and (len(ahead) < 2 or ahead[1] not in ("が", "は", "も", "の")):
            yield swap("K17", start, "より", "から", "起点は「から」、比較は「より」")


def long_vowels(passage: Passage) -> Iterator[Remark]:
    """K27."""
    for match in re.finditer(r"[ァ-ヶー]+", passage.text):
        for short in LONG_VOWELS:
            if match[0].endswith(short):
                yield swap("K27", match.end() - len(short), short, short + "ー", "長音符号を付ける")
                break
