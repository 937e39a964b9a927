"""G9: nothing of the raw recording and no placeholder is left in a sentence."""

import re
from collections.abc import Iterator

from minutes.checks.source import Source, Written
from minutes.document import Finding, Severity

# A filler counts at the start of a sentence or of a clause and before a pause; あの件, その件, えー材 are words.
_EDGE = r"(?:(?<=^)|(?<=[、。，．,.\s「『（(]))"
_FILLER = re.compile(
    _EDGE
    + r"(?:え[ーぇえ〜～]+と?|え[っー]*と[ーぉ]*|あの[ーぉ〜～]+|そのー+|う[ーぅ〜～]*ん|んー+|ま[ーぁあ]+|なんか|はい)"
    r"(?=[、，,。．.…]|$)"
)
_SPOKEN = re.compile(r"(?:がですね|はですね|でですね|にですね|をですね|のですね)(?=[、，])")
_INAUDIBLE = re.compile(
    r"[\[［(（【<＜〔]\s*(?:聴取不能|聴取困難|聞き取れ(?:ず|ない)|聞取不能|不明瞭|音声不明瞭|無音|inaudible|unintelligible|crosstalk|笑い?)"
    r"\s*[\]］)）】>＞〕]|聴取不能",
    re.IGNORECASE,
)
_PLACEHOLDER = re.compile(
    r"[●■▲▼◆〓□]{1,}|(?<![一二三四五六七八九十])[○◯〇×]{2,}(?![一二三四五六七八九年])|(?:[XＸx]{3,})|\bTODO\b|\bTBD\b|\{\{.*?\}\}|\[\[.*?\]\]|[【［\[](?:要確認|未確認|確認中|仮|氏名|団体名|日付|補)[】］\]]"
    r"|発言者確認中|ここに.{0,10}(?:入力|記入)|\ufffd"
)
_RULES = (
    (_FILLER, "言いよどみ「{}」が残っています。削除してください。"),
    (_SPOKEN, "話し言葉「{}」が残っています。書き言葉に直してください。"),
    (_INAUDIBLE, "聞き取れない箇所の印「{}」が残っています。発言者に照会して補うか、その部分を削除してください。"),
    (_PLACEHOLDER, "仮の記号「{}」が残っています。正しい語に直してください。"),
)


def check_residue(source: Source, written: Written) -> Iterator[Finding]:
    text = written.sentence.text
    if not text.strip():
        yield written.finding("G9", Severity.ERROR, "文が空です。文を書くか、文ごと削除してください。")
    for pattern, message in _RULES:
        if match := pattern.search(text):
            yield written.finding("G9", Severity.ERROR, message.format(match[0].strip()))
