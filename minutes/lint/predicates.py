"""How sentences end and how long they are: K18, K19, K21, K22, K24."""

import re
from collections.abc import Iterator

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap
from minutes.style.plain import plain_form

_STOPS = ("。", "？", "?", "！", "!", "」", "）", ")")
_DOUBLE_NEGATION = re.compile(
    r"な(?:い|く)(?:わけ|こと|もの)?(?:では|じゃ|とは|とも|は|も)(?:言え|いえ|限ら|考えられ)?な(?:い|く|か)|ず(?:に|には)(?:いられ|おけ)な|ないこと(?:は|も)な"
)
_DOING = re.compile(r"を行う(?:こと|の)を行")
_AND_SO_ON = re.compile("(?<![平均同対上高一優中])等(?![級身分号しくい])|など")


def da_endings(passage: Passage) -> Iterator[Remark]:
    """K18. Quoted thought (課題だと考える) keeps its だ."""
    for at, start, word in passage.placed():
        if word.conjugation != "助動詞-ダ":
            continue
        after = passage.surface(at + 1)
        # だから at the beginning is a conjunction.
        opens = at == 0 or passage.surface(at - 1) in ("、", "。")
        joins = after in ("が", "けれど", "けど", "し", "から") and passage.surface(at + 2) != "こそ"
        closes = after in ("", *_STOPS) or (joins and not opens)
        if word.surface == "だ" and closes:
            yield swap("K18", start, "だ", "である", "である体")
        elif word.surface == "だっ" and after == "た":
            yield swap("K18", start, "だった", "であった", "である体")
        elif word.surface == "だろう" and after != "と":
            yield swap("K18", start, "だろう", "であろう", "である体")


def polite_endings(passage: Passage) -> Iterator[Remark]:
    """K19. Thanks and apologies of the allow-list are set phrases, which carry no remark."""
    polite = [
        (start, word)
        for _, start, word in passage.placed()
        if word.conjugation in ("助動詞-マス", "助動詞-デス") and word.surface != "で"
    ]
    if not polite:
        return
    plain = plain_form(passage.text)
    settled = plain != passage.text and not any(
        each.conjugation in ("助動詞-マス", "助動詞-デス")
        for each in Passage(plain, passage.house).words
        if not each.kept
    )
    message = "敬体（です・ます）が使われています。議事要旨は常体（である）にそろえます。"
    if settled:
        yield Remark("K19", 0, len(passage.text), message, plain)
    else:
        start, word = polite[-1]
        yield Remark("K19", start, start + len(word.surface), message)


def length(passage: Passage) -> Iterator[Remark]:
    """K21."""
    if len(passage.text) > passage.house.longest:
        message = f"1文が{len(passage.text)}字あります（目安は{passage.house.longest}字以内）。分けられないか確認してください。"
        yield Remark("K21", 0, len(passage.text), message)


def heavy_wording(text: str) -> Iterator[Remark]:
    """K22, what one sentence shows of it; repeated endings need their neighbours (``minutes.checks.uniform``)."""
    for match in _DOUBLE_NEGATION.finditer(text):
        yield Remark("K22", *match.span(), f"二重否定「{match[0]}」は、肯定で言えないか確認してください。")
    for match in _DOING.finditer(text):
        yield Remark("K22", *match.span(), f"「{match[0]}」は言葉が重なっています。")
    others = [match.start() for match in _AND_SO_ON.finditer(text)]
    if len(others) >= 3:
        yield Remark("K22", others[2], others[2] + 1, "「等」「など」が1文に3回以上あります。")


def full_stops(passage: Passage) -> Iterator[Remark]:
    """K24."""
    text = passage.text.rstrip()
    if not text or not passage.words:
        return
    stopped = text.endswith(_STOPS)
    spoken = [
        (start, word)
        for start, word in zip(passage.starts, passage.words, strict=False)
        if word.word_class not in ("補助記号", "空白")
    ]
    if not spoken or spoken[-1][1].kept:
        return
    place, last = spoken[-1]
    predicate = last.word_class in ("動詞", "形容詞", "助動詞") or (
        last.word_class == "助詞" and last.pos[1] == "終助詞"
    )
    if predicate and not stopped:
        yield Remark("K24", len(text), len(text), "文の終わりに句点「。」がありません。", "。")
    elif last.word_class == "名詞" and last.surface not in ("こと", "とき", "もの", "ため", "ところ"):
        if passage.bullet and text.endswith("。"):
            yield Remark("K24", len(text) - 1, len(text), "名詞で終わる箇条には句点を付けません。", "")
        elif not passage.bullet:
            message = f"文が名詞「{last.surface}」で終わっています（体言止め）。述語を補えないか確認してください。"
            yield Remark("K24", place, place + len(last.surface), message)
