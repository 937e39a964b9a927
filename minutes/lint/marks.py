"""Punctuation, brackets, spaces and characters: K01, K02, K20, K28, K29."""

import re
import unicodedata
from collections.abc import Iterator

from minutes.lint.passage import Passage
from minutes.lint.remark import Remark, swap
from minutes.style.opinion import without_question_mark

_JA = "ぁ-んァ-ヶー一-龥々〇「」『』（）、。"
_COMMAS = {"、": "，", "，": "、"}
_HALF_STOPS = re.compile(rf"[､｡]|(?<=[{_JA}]),(?=[{_JA}])|(?<=[{_JA}])\.(?=$|[{_JA}])")
_STOPS = {"､": "、", "｡": "。", ",": "、", ".": "。"}
_WIDE_STOP = re.compile(r"．(?![0-9０-９])")
_HALF_BRACKETS = re.compile(r"\(([^()]*)\)")
_CORNER = {"｢": "「", "｣": "」"}
_ASKING = re.compile(r"[?？!！]+(?=。|$)")
_GAP = re.compile(
    rf"(?<=[{_JA}])[ 　\t]+(?=[0-9A-Za-z０-９Ａ-Ｚａ-ｚ])|(?<=[0-9A-Za-z０-９Ａ-Ｚａ-ｚ%％])[ 　\t]+(?=[{_JA}])"
)
_MACHINE = re.compile(r"[①-⓿❶-➓㈀-㏿Ⅰ-ⅿ℀-⅏]|[ｦ-ﾟ]+|[ﷀ-﷿-]")
_NUMBERED = re.compile(r"[①-⓿❶-➓Ⅰ-ⅿ]")


def stops(passage: Passage) -> Iterator[Remark]:
    """K01."""
    wanted = passage.house.comma
    for at, char in enumerate(passage.text):
        if char == _COMMAS[wanted] and not _inside_number(passage.text, at):
            yield swap("K01", at, char, wanted, "読点")
    for match in _HALF_STOPS.finditer(passage.text):
        new = _STOPS[match[0]]
        yield swap("K01", match.start(), match[0], wanted if new == "、" else new, "句読点は全角")
    for match in _WIDE_STOP.finditer(passage.text):
        yield swap("K01", match.start(), "．", "。", "句点")


def _inside_number(text: str, at: int) -> bool:
    return 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def brackets(passage: Passage) -> Iterator[Remark]:
    """K02."""
    for match in _HALF_BRACKETS.finditer(passage.text):
        around = passage.text[max(0, match.start() - 1) : match.end() + 1]
        if re.search(rf"[{_JA}]", around.replace("(", "").replace(")", "")):
            yield swap("K02", match.start(), match[0], f"（{match[1]}）", "括弧は全角")
    for at, char in enumerate(passage.text):
        if char in _CORNER:
            yield swap("K02", at, char, _CORNER[char], "括弧は全角")


def asking_marks(passage: Passage) -> Iterator[Remark]:
    """K20."""
    for match in _ASKING.finditer(passage.text):
        old = passage.text[match.start() :]
        new = without_question_mark(passage.text)[match.start() :] if "?" in old or "？" in old else "。"
        plain = new if new.endswith("。") and passage.text[: match.start()] + new != passage.text else None
        message = f"「{match[0]}」は使わず、「。」で終えます。"
        yield Remark("K20", match.start(), len(passage.text), message, plain)


def gaps(passage: Passage) -> Iterator[Remark]:
    """K28."""
    for match in _GAP.finditer(passage.text):
        message = "和文と英数字の間に空白は入れません。"
        yield Remark("K28", match.start(), match.end(), message, "")


def machine_characters(passage: Passage) -> Iterator[Remark]:
    """K29."""
    composed = unicodedata.normalize("NFC", passage.text)
    if composed != passage.text and unicodedata.normalize("NFD", composed) != composed:
        message = "濁点などが分かれた文字（NFD）があります。まとめた文字（NFC）にします。"
        yield Remark("K29", 0, len(passage.text), message, composed)
        return
    for match in _MACHINE.finditer(passage.text):
        new = unicodedata.normalize("NFKC", match[0]).replace("(", "（").replace(")", "）")
        # ① is a 1 in a list, but 第①案 or a mere mark elsewhere: a person must say.
        safe = not _NUMBERED.match(match[0]) and new != match[0] and "\u3099" not in new
        message = f"「{match[0]}」は機種依存文字です。ほかの環境で正しく表示されないおそれがあります。"
        yield Remark("K29", match.start(), match.end(), message, new if safe else None)
