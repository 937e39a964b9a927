"""Counted kanji numerals as figures: 百三万円 → 103万円, 二〇二四年 → 2024年 (公用文作成の考え方: 横書きは算用数字).

Idioms, fractions and approximate numbers stay in kanji: 一人一人, 三分の一, 数十人, 二、三回.
"""

import re

_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九")}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = "兆億万"
_UNIT = (
    r"円|人|名|件|年度|年間|年|か月|カ月|ヶ月|月|日間|日|時間|時|分間|回|か所|カ所|ヶ所|箇所|校|園|世帯|団体|自治体|か国|カ国|パーセント|％|%|割|歳|台|戸|票|条|項|号|番|"
    r"期|社|施設|地区|学級|点|倍|本|枚|冊|キロ|メートル|ヘクタール|トン|ポイント|名分|人分|食|棟|床|周年|代|階|位|隻|頭|か年|カ年|議席|区市町村|都道府県"
)
# 統一, 唯一, 同一: the numeral belongs to the word before it; 数十, 何百 are approximate.
_JOINS = "統単唯均逐随画専数何幾無純真同"
_NUMBER = re.compile(
    rf"(?<![{_JOINS}〇一二三四五六七八九十百千万億兆・])(?P<number>[〇一二三四五六七八九十百千万億兆]+(?:・[〇一二三四五六七八九]+[万億兆]?)?)(?P<unit>{_UNIT})"
)
# What only looks counted: 一人一人, 一日も早く, 一時的, 十分, 一番
_IDIOM = re.compile(
    r"(?:一人(?:一人|ひとり|暮らし|親|っ子|前|で|も)|二人三脚|一日も|一日一日|一年(?:中|を通)|一時(?:的|期|停止|保育|預|金|避難|保護|利用)?|一番|一期一会|一期目?でも|一点(?:張|物)"
    r"|一本(?:化|立)|一枚岩|一体|十分|一分|千人針|百人一首|一位一体|一号店|三位|二本立て|一代|一階層|万人|一社会|一園芸|一校時|一点に|一件落着|一日千秋|三日月|一食|一名称|一部"
    r"|四季|十人十色|百点満点|一倍|一条の|千代|八百屋|八百長|一期的|十代|二十代|三十代|四十代|五十代|一国)"
)


def _group(text: str) -> int | None:
    """The value of numerals below 万: 二百五 or, by place, 二〇五; None where the characters make no number."""
    if not text:
        return None
    if not any(c in _SMALL for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit, least = 0, None, 10000
    for c in text:
        if c in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[c]
        elif _SMALL[c] >= least:
            return None
        else:
            least = _SMALL[c]
            total += (1 if digit is None else digit) * least
            digit = None
    return total + (digit or 0)


def _written(number: str, unit: str) -> str | None:
    whole, point, decimals = number.partition("・")
    tail = ""
    if point:
        tail = (
            "." + "".join(str(_DIGITS[c]) for c in decimals.rstrip(_LARGE)) + decimals[len(decimals.rstrip(_LARGE)) :]
        )
    out, rest = "", whole
    for large in _LARGE:
        if large in rest:
            head, _, rest = rest.partition(large)
            value = _group(head)
            if value is None:
                return None
            out += f"{value:,}{large}"
    if rest or not out:
        value = _group(rest)
        if value is None:
            return None
        by_place = not any(c in _SMALL for c in rest)
        out += str(value) if unit.startswith("年") or (by_place and len(rest) != 4) else f"{value:,}"
    return out + tail


def figures(text: str) -> str:
    """``text`` with counted kanji numerals as figures, commas every three digits (years have none)."""

    def one(match: re.Match[str]) -> str:
        if _IDIOM.match(text, match.start("number")) or text.startswith("分の", match.end("number")):
            return match.group()
        before = text[max(0, match.start() - 2) : match.start()]
        # 二、三回 and 五、六人 are approximate; 三分の一 is a fraction.
        if re.search(r"[〇一二三四五六七八九十]、$", before) or before.endswith(("分の", "一人", "一日", "一回")):
            return match.group()
        written = _written(match.group("number"), match.group("unit"))
        return match.group() if written is None else written + match.group("unit")

    return _NUMBER.sub(one, text)
