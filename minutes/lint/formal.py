"""Nouns and verbs that lost their own meaning are written in kana: K11 形式名詞, K12 補助動詞.

What decides is the word before: 検討する事 but 事の重大さ, 進めて行く but 持って行く. Where even that does not tell, there is
no remark, or one without a fix: a swap of every 事 and 行く would be wrong about as often as right.
"""

from collections.abc import Callable, Iterator

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap
from minutes.style.morphology import Morpheme

_COPULA = ("だ", "です", "である", "で")
_PLACES = frozenset(
    ("住む", "行く", "置く", "働く", "泊まる", "集まる", "建つ", "立つ", "暮らす", "通う", "向かう", "離れる")
)
_THINGS = frozenset(
    ("使う", "買う", "売る", "作る", "食べる", "運ぶ", "持つ", "捨てる", "置く", "拾う", "並べる", "配る")
)
_WAYS = frozenset(("次", "以下", "下記", "上記", "別紙", "前記", "左記", "従来", "予定", "計画", "資料", "説明"))


def _modifies(word: Morpheme | None) -> bool:
    """A predicate in the form that stands before a noun: する, した, ない, 重要な."""
    return (
        word is not None
        and word.word_class in ("動詞", "形容詞", "助動詞")
        and word.form.startswith(("連体形", "終止形"))
    )


def formal_nouns(passage: Passage) -> Iterator[Remark]:
    """K11."""
    for at, start, word in passage.placed():
        rule = _NOUNS.get(word.surface)
        if rule is None or word.word_class not in ("名詞", "接尾辞"):
            continue
        verdict = rule(passage, at)
        if verdict is None:
            continue
        if verdict:
            yield swap("K11", start, word.surface, verdict, "形式名詞は平仮名")
        else:
            message = "「場合」の意味の「とき」は平仮名で書きます（時点を表す「時」は漢字のままで構いません）。"
            yield Remark("K11", start, start + len(word.surface), message)


def _koto(passage: Passage, at: int) -> str | None:
    before = passage.word(at - 1)
    said = (before is not None and before.surface in ("いう", "との")) or passage.surface(at - 1) == "という"
    # 起きた事の次第: followed by の it is a matter of its own.
    return "こと" if (_modifies(before) or said) and passage.surface(at + 1) != "の" else None


def _toki(passage: Passage, at: int) -> str | None:
    if not _modifies(passage.word(at - 1)):
        return None
    return "" if passage.surface(at + 1) in ("は", "に") and passage.surface(at + 2) in ("、", "は", "限り") else None


def _tokoro(passage: Passage, at: int) -> str | None:
    before, after = passage.word(at - 1), passage.surface(at + 1)
    verb = before if before and before.word_class == "動詞" else passage.word(at - 3)
    place = verb is not None and verb.lemma in _PLACES
    return "ところ" if _modifies(before) and not place and after in (*_COPULA, "、", "。", "") else None


def _mono(passage: Passage, at: int) -> str | None:
    before = passage.word(at - 1)
    verb = before if before and before.word_class == "動詞" else passage.word(at - 2)
    thing = verb is not None and verb.lemma in _THINGS
    defines = passage.surface(at + 1) in _COPULA or (passage.surface(at + 1), passage.surface(at + 2)) == ("と", "する")
    return "もの" if _modifies(before) and not thing and defines else None


def _tame(passage: Passage, at: int) -> str | None:
    before = passage.word(at - 1)
    return (
        "ため" if _modifies(before) or (before is not None and before.surface in ("の", "が", "その", "この")) else None
    )


def _tori(passage: Passage, at: int) -> str | None:
    before = passage.word(at - 1)
    if before is None:
        return None
    if _modifies(before):
        return "とおり"
    if before.surface == "の":
        return "とおり" if passage.surface(at - 2) in _WAYS else None
    return "どおり" if before.surface in ("予定", "計画", "従来", "期待", "希望", "想定", "例年") else None


def _uchi(passage: Passage, at: int) -> str | None:
    before = passage.word(at - 1)
    counted = (
        passage.surface(at - 1) == "の"
        and (previous := passage.word(at - 2)) is not None
        and (
            previous.pos[1] == "数詞"
            or previous.pos[2] == "助数詞可能"
            or (previous.pos[1] == "名詞的" and previous.pos[2] == "助数詞")
        )
    )
    return "うち" if (_modifies(before) and passage.surface(at + 1) == "に") or counted else None


def _wake(passage: Passage, at: int) -> str | None:
    after = passage.surface(at + 1), passage.surface(at + 2)
    denied = after[0] in ("で", "だ", "です", "じゃ") or after in (("に", "は"), ("が", "ない"), ("に", "も"))
    return "わけ" if _modifies(passage.word(at - 1)) and denied else None


def _hodo(passage: Passage, at: int) -> str | None:
    return (
        "ほど"
        if _modifies(passage.word(at - 1)) or passage.surface(at - 1) in ("それ", "これ", "どれ", "あれ")
        else None
    )


_NOUNS: dict[str, Callable[[Passage, int], str | None]] = {
    "事": _koto, "時": _toki, "所": _tokoro, "物": _mono, "為": _tame, "通り": _tori, "内": _uchi, "訳": _wake, "程": _hodo,
}  # fmt: skip


_ALWAYS = {"頂": "いただ", "下さ": "くださ", "仕舞": "しま", "貰": "もら", "欲し": "ほし", "居": "い", "有": "あ"}
_ONLY_AFTER_TE = ("居", "有", "仕舞")
_MOTION = frozenset(
    [
        "持つ",
        "連れる",
        "歩く",
        "走る",
        "出る",
        "入る",
        "帰る",
        "戻る",
        "乗る",
        "運ぶ",
        "向かう",
        "飛ぶ",
        "泳ぐ",
        "登る",
        "上る",
        "下りる",
        "降りる",
        "渡る",
        "通る",
        "抜ける",
        "逃げる",
        "追う",
        "付く",
        "つく",
        "寄る",
        "回る",
        "訪ねる",
        "出掛ける",
        "出かける",
        "去る",
        "流れる",
        "移る",
        "進む",
        "下る",
        "引く",
        "押す",
        "急ぐ",
        "導く",
        "届ける",
        "送る",
        "案内",
        "同行",
        "移動",
        "避難",
        "出張",
        "上がる",
        "下がる",
        "着る",
        "履く",
        "駆ける",
        "駆け付ける",
        "落ちる",
        "過ぎる",
        "越える",
        "離れる",
        "集まる",
        "引っ越す",
        "転居",
        "持参",
        "訪問",
        "参加",
        "見る",
        "乗り込む",
        "出向く",
    ]
)
_ERRANDS = _MOTION | frozenset(
    [
        "買う",
        "取る",
        "聞く",
        "調べる",
        "借りる",
        "もらう",
        "食べる",
        "行う",
        "行く",
        "学ぶ",
        "習う",
        "研修",
        "視察",
        "確認",
        "相談",
        "伺う",
    ]
)
_LOOKING = frozenset(
    [
        "開く",
        "開ける",
        "集まる",
        "立つ",
        "座る",
        "並べる",
        "近づく",
        "寄る",
        "回る",
        "戻る",
        "隠れる",
        "つく",
        "付く",
        "比べる",
        "取る",
    ]
)
_PUTTING = frozenset(
    [
        "立てる",
        "並べる",
        "重ねる",
        "載せる",
        "乗せる",
        "積む",
        "飾る",
        "掛ける",
        "かける",
        "立て掛ける",
        "畳む",
        "包む",
        "まとめる",
    ]
)
_LIFTING = frozenset(["持つ", "引く", "押す", "抱く", "担ぐ", "つる", "吊る", "掲げる"])
_BY_MEANING = {
    "行": ("い", _MOTION),
    "来": ("", _ERRANDS),
    "見": ("み", _LOOKING),
    "置": ("お", _PUTTING),
    "上": ("あ", _LIFTING),
}
_LEMMAS = {"行": "行く", "来": "来る", "見": "見る", "置": "置く", "上": "上げる"}


def auxiliary_verbs(passage: Passage) -> Iterator[Remark]:
    """K12."""
    for at, start, word in passage.placed():
        if word.word_class not in ("動詞", "形容詞"):
            continue
        after_te = passage.surface(at - 1) in ("て", "で") and (passage.word(at - 1) or word).word_class == "助詞"
        always = next((kanji for kanji in _ALWAYS if word.surface.startswith(kanji)), None)
        if always and (after_te or (always not in _ONLY_AFTER_TE and _asks_politely(passage, at))):
            yield swap("K12", start, word.surface, _ALWAYS[always] + word.surface[len(always) :], "補助動詞は平仮名")
            continue
        head = word.surface[:1]
        if not after_te or head not in _BY_MEANING or word.lemma != _LEMMAS[head]:
            continue
        kana, own_meaning = _BY_MEANING[head]
        if _verb_before(passage, at - 1) & own_meaning:
            continue
        stem = kana or _kuru(word)
        yield swap("K12", start, word.surface, stem + word.surface[1:], "補助動詞は平仮名")


def _asks_politely(passage: Passage, at: int) -> bool:
    """お知らせ下さい, ご確認頂く: a prefix of respect before the act that is asked for."""
    return any(
        (each := passage.word(at - back)) is not None
        and each.word_class == "接頭辞"
        and each.surface in ("お", "ご", "御")
        for back in (2, 3, 4)
    ) and passage.surface(at - 1) not in ("を", "が", "は", "も", "、")


def _verb_before(passage: Passage, te: int) -> set[str]:
    """The verb that て belongs to, and the noun before する: 案内して行く."""
    found: set[str] = set()
    for back in range(te - 1, max(-1, te - 4), -1):
        word = passage.word(back)
        if word is None or word.word_class in ("助詞", "補助記号"):
            break
        found.add(word.lemma)
        if word.word_class == "動詞" and word.lemma != "する":
            break
    return found


def _kuru(word: Morpheme) -> str:
    if word.form.startswith("未然形"):
        return "こ"
    return "き" if word.form.startswith("連用形") else "く"
