"""Numerals: the value of a number in digits, kanji or both, and how offices write it in horizontal text."""

import re
from fractions import Fraction

KANJI_NUMERALS = "〇零一二三四五六七八九十百千"
_DIGITS = {each: value for value, each in enumerate("〇一二三四五六七八九")} | {"零": 0}
_SMALL = {"十": 10, "百": 100, "千": 1000}
_LARGE = {"万": 10**4, "億": 10**8, "兆": 10**12}
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|[〇零一二三四五六七八九]+|[十百千]|[万億兆]")

# What a number counts, then other spellings of the same.
_SPELLINGS = """
% パーセント
ポイント パーセントポイント
割
年度
年 年間
か月 カ月 ヶ月 ヵ月 ケ月 箇月
月
週間
日 日間
時間
時
分
秒
円
ドル
人 名
件
回
団体
自治体
区市町村 市区町村
市町村
区
市
町
村
校
台
点
番目 番
つ
倍
歳 才
世帯
か所 カ所 ヶ所 ヵ所 ケ所 箇所
階
号
条
項
章
位
社
本
冊
枚
キロ km
メートル m
トン
食
戸
棟
票
議席
ヘクタール ha
学級
種類
項目
か国 カ国 ヶ国
店舗
施設
路線
周年
"""
UNITS = {
    spelling: spellings.split()[0] for spellings in _SPELLINGS.strip().splitlines() for spelling in spellings.split()
}
UNIT_PATTERN = "|".join(sorted((re.escape(each) for each in UNITS), key=len, reverse=True))

# Kanji numerals in these are words or names, not amounts; they are compared only where a sentence counts something.
WORDS_WITH_NUMERALS = re.compile(
    r"一緒|一部|一方|一般|一定|一体|一層|一気|一貫|一律|一括|一連|一旦|一種|一番|一応|一概|一致|一人ひとり|一人一人|一日も早|"
    r"一丸|一助|一環|一環|一時|一切|一度|第一歩|一歩|唯一|統一|同一|均一|万一|万が一|単一|随一|逐一|"
    r"二次|二重|両三|三者|三位|再三|四季|四半期|五感|七夕|八方|十分|不十分|十二分|百科|千差万別|千客万来|百聞|一石二鳥|三角|"
    r"[三八千五四六七九二一十]+(?:鷹|王子|王|多摩|郷|条通|日市|重|島|代田区|葉|木|浦|宅|原|田|嵐|反|戸|宮|幡|丈|潮|瀬|本木|谷)"
)


def number(text: str) -> Fraction | None:
    """The value of a number in digits, kanji or both; None where it is none."""
    total, section, pending = Fraction(0), Fraction(0), None
    for token in _TOKEN.findall(text):
        if token in _LARGE:
            total += (section + (pending if pending is not None else 0) or 1) * _LARGE[token]
            section, pending = Fraction(0), None
        elif token in _SMALL:
            section += (pending if pending is not None else 1) * _SMALL[token]
            pending = None
        elif pending is not None:
            return None
        elif token[0] in _DIGITS:
            pending = number_of_digits(token)
        else:
            pending = Fraction(token.replace(",", "").rstrip("."))
    return total + section + (pending if pending is not None else 0)


def number_of_digits(text: str) -> Fraction:
    """二〇二六 -> 2026."""
    return Fraction(int("".join(str(_DIGITS[each]) for each in text)))


def written(value: Fraction) -> str:
    """12億3400万, 7,200, 3.5: 兆, 億 and 万 in kanji, and beside them no commas."""
    if value.denominator != 1:
        return f"{float(value):,.10g}"
    rest, text = value.numerator, ""
    for name, size in sorted(_LARGE.items(), key=lambda each: -each[1]):
        part, rest = divmod(rest, size)
        if part:
            text += f"{part}{name}"
    return text + (str(rest) if rest else "") if text else f"{rest:,}"
