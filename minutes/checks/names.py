"""G5: every name of a person, body, place or system in a sentence was said where it comes from."""

import re
from collections.abc import Iterator
from functools import lru_cache

from minutes.checks.alignment import aligned
from minutes.checks.source import Source, Written
from minutes.document import Finding, Severity
from minutes.folding import fold_key
from minutes.style.morphology import morphemes

_KATAKANA = re.compile("[ァ-ヶー]{4,}")
"""A system or a firm that the dictionary does not know; shorter words are mostly common ones."""
_LATIN = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ][A-Za-zＡ-Ｚａ-ｚ0-9０-９]*(?:[-・&＆][A-Za-z0-9]+)*")
_MUNICIPALITY = re.compile("(?<![一-龥々ヶ])[一-龥々ヶ]{2,4}[市区町村県](?![一-龥々])")
"""東雲市 may be unknown to the dictionary."""
_ERAS = frozenset(("令和", "平成", "昭和", "大正", "明治"))
"""A year is compared as a number: 令和8年 is 2026年."""
_COMMON_LATIN = frozenset(("AI", "IT", "ICT", "DX", "km", "m", "cm", "kg", "ha"))


@lru_cache(maxsize=8192)
def names_in(text: str) -> tuple[str, ...]:
    """Proper nouns of the dictionary and words in Latin letters, in order, each once."""
    found = [
        word.surface
        for word in morphemes(text)
        if word.pos[1] == "固有名詞" and len(word.surface) > 1 and word.surface not in _ERAS
    ]
    found += _MUNICIPALITY.findall(text)
    latin = [each for each in _LATIN.findall(text) if len(each) > 1 and each not in _COMMON_LATIN]
    return tuple(dict.fromkeys((*found, *latin)))


def check_names(source: Source, written: Written) -> Iterator[Finding]:
    text, sentence = written.sentence.text, written.sentence
    if not sentence.evidence:
        return
    key = fold_key(text)
    listed = [each for each in source.listed_names if fold_key(each) in key]
    wanted = [*listed, *(each for each in names_in(text) if not any(each in name for name in listed))]
    if not wanted and not _KATAKANA.search(text):
        return
    said = "\n".join(fold_key(each.text) for each in source.cited_turns(sentence))
    near = "\n".join(fold_key(each) for each in aligned(source, sentence))
    for name in wanted:
        folded = fold_key(name)
        if folded in near or folded in source.own_of(written):
            continue
        if folded in said or name in listed or folded in source.everything_said:
            where = "ほかの箇所" if folded in said else "名簿か、ほかの発言"
            yield written.finding(
                "G5",
                Severity.WARN,
                f"名前「{name}」は、この文に当たる発言に出てきません（{where}にはあります）。取り違えがないか確認してください。",
            )
        else:
            yield written.finding(
                "G5",
                Severity.ERROR,
                f"名前「{name}」が根拠の発言にも名簿・議題にもありません。発言のとおりに直すか、根拠を確認してください。",
            )
    for word in dict.fromkeys(_KATAKANA.findall(text)):
        folded = fold_key(word).rstrip("ー")
        if folded not in said and folded not in source.context_of(written) and not any(word in each for each in wanted):
            yield written.finding(
                "G5",
                Severity.WARN,
                f"片仮名の語「{word}」が根拠の発言にありません。名前の取り違えがないか確認してください。",
            )
