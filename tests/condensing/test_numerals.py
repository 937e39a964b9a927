"""Kanji numerals that count become figures; idioms, fractions and approximations stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.style import figures


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("百三万円の壁", "103万円の壁"),
        ("七億二千六百万円", "7億2,600万円"),
        ("一万三千人のスタッフ", "1万3,000人のスタッフ"),
        ("月額八・八万円", "月額8.8万円"),
        ("十・四兆円増加", "10.4兆円増加"),
        ("二〇二四年", "2024年"),
        ("令和八年度", "令和8年度"),
        ("昨年の十二月二十日に", "昨年の12月20日に"),
        ("第三回", "第3回"),
        ("二十時間以上", "20時間以上"),
        ("五千人", "5,000人"),
        ("約六割", "約6割"),
    ],
)
def test_counted_numerals(spoken: str, written: str) -> None:
    assert figures(spoken) == written


@pytest.mark.parametrize(
    "text",
    [
        "一人一人",
        "三分の一",
        "三分の二",
        "数十人",
        "二、三回",
        "一日も早く",
        "十分な時間",
        "一つ",
        "一時的",
        "何十件",
        "統一、一体",
        "五公五民",
        "第一に",
        "一番",
    ],
)
def test_idioms_fractions_and_approximations_stay(text: str) -> None:
    assert figures(text) == text
    assert figures("これは" + text) == "これは" + text


def kanji(n: int) -> str:
    digits = "〇一二三四五六七八九"
    out = ""
    for large, name in ((10**12, "兆"), (10**8, "億"), (10**4, "万"), (1, "")):
        group, n = divmod(n, large)
        if not group:
            continue
        part = ""
        for small, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            d, group = divmod(group, small)
            if d:
                part += (digits[d] if d > 1 or small == 1 or (small == 1000 and name) else "") + mark
        out += part + name
    return out


@given(st.integers(1, 10**15))
def test_every_amount_keeps_its_value(n: int) -> None:
    written = figures(kanji(n) + "円").removesuffix("円").replace(",", "")
    total = 0
    for large, name in ((10**12, "兆"), (10**8, "億"), (10**4, "万")):
        if name in written:
            head, _, written = written.partition(name)
            total += int(head) * large
    assert total + int(written or 0) == n
