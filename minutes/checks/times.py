"""G4: words for a time that depend on the day of speaking (来年度, 昨日, 月曜日) are kept as spoken."""

import re
from collections.abc import Iterator

from minutes.checks.source import Source, Written
from minutes.document import Finding, Severity

_WORDS = """
一昨年度 昨年度,前年度 今年度,本年度,当年度 来年度,次年度,明年度 再来年度 翌年度
一昨年,おととし 昨年,去年,前年 今年,本年,ことし 来年,明年 再来年 翌年
先月,前月 今月 来月 再来月 翌月 先週 今週 来週 再来週 翌週
一昨日,おととい 昨日,きのう 本日,今日,きょう 明日,あす 明後日,あさって 翌日 前日
午前 午後 上半期 下半期 前期 後期 前半 後半 上旬 中旬 下旬 月末 週末 月初 年度末 年度内 年度当初 年末 年始 年内 年初
月曜 火曜 水曜 木曜 金曜 土曜 日曜 今回 次回 前回
"""
_SAME = {word: group.split(",")[0] for group in _WORDS.split() for word in group.split(",")}
_TIME = re.compile("|".join(sorted(_SAME, key=len, reverse=True)))


def check_times(source: Source, written: Written) -> Iterator[Finding]:
    found = [(match[0], _SAME[match[0]]) for match in _TIME.finditer(written.sentence.text)]
    if not found or not written.sentence.evidence:
        return
    said = {_SAME[each] for turn in source.cited_turns(written.sentence) for each in _TIME.findall(turn.text)}
    for word, meaning in found:
        if meaning not in said:
            yield written.finding(
                "G4",
                Severity.ERROR,
                f"時を表す語「{word}」が根拠の発言にありません。発言のとおりに直すか、根拠を確認してください。",
            )
