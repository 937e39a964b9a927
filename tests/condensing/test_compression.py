"""Clause-level compression: words that carry nothing go, what is said stays."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.style import compress


@pytest.mark.parametrize(
    ("spoken", "shorter"),
    [
        (
            "運用の費用ですが、2年目以降は参加団体にご負担いただきます。",
            "運用の費用については、2年目以降は参加団体にご負担いただきます。",
        ),
        ("講師の派遣についてですけれども、現時点では難しいです。", "講師の派遣については、現時点では難しいです。"),
        ("1点教えていただきたいんですが、職員は何人でしょうか。", "職員は何人でしょうか。"),
        ("意見になりますが、小さな村には無理があります。", "小さな村には無理があります。"),
        (
            "応急危険度判定の今後の予定ということですが、1月に終了しました。",
            "応急危険度判定の今後の予定については、1月に終了しました。",
        ),
        ("ため池の件ですが、診断を実施します。", "ため池については、診断を実施します。"),
        ("所有者がいるわけです、地主さんが。", "所有者がいる。"),
        ("図書館とか公民館とかを使います。", "図書館や公民館などを使います。"),
        ("実績があるかないかなのですけれども、伺います。", "実績があるかないかですけれども、伺います。"),
        ("その上でなのですけれども、今回は公募しません。", "その上で、今回は公募しません。"),
        ("謝礼を支払っているというところになっております。", "謝礼を支払っております。"),
        ("整備のほうを進めます。", "整備を進めます。"),
        (
            "進めてまいりたいと考えておりますので、御理解くださるよう、どうぞよろしくお願いいたします。",
            "進めてまいりたいと考えております。",
        ),
        ("そこで、3項目めの質問になりますが、手順は決まっていますか。", "そこで、3項目めに、手順は決まっていますか。"),
        ("2点目ですけれども、費用は増えます。", "2点目に、費用は増えます。"),
        ("繰り返しになりますが、費用は増えます。", "費用は増えます。"),
        ("集会所の運営に関する考え方ですが、見直します。", "集会所の運営に関する考え方については、見直します。"),
        ("検討を要望いたしまして、次の項目に移ります。", "検討を要望いたします。"),
        ("どうするかというようなことを検討します。", "どうするかということを検討します。"),
    ],
)
def test_what_carries_nothing_goes(spoken: str, shorter: str) -> None:
    assert compress(spoken) == shorter


@pytest.mark.parametrize(
    "spoken",
    [
        "必要なわけではありません。",
        "県が負担するということですが、確認します。",
        "重要な課題ですが、進めてまいります。",
        "参加者が58人ですが、増やします。",
        "参加者は58人ですが、増やします。",
        "9月からですが、実施します。",
        "来年から有料になりますが、回数は増やします。",
        "2件ですが、減っています。",
        "東のほうに移します。",
        "AよりもBのほうが安いです。",
        "予定どおりですが、費用は増えます。",
        "厳しい財政状況ですが、実施します。",
        "予算の確保をお願いします。",
        "物すごく需要があります。",
        "ものすごく暑いです。",
        "移転しますので、9月までに手続をお願いします。",
    ],
)
def test_contrasts_places_and_requests_stay(spoken: str) -> None:
    assert compress(spoken) == spoken


PARTS = (
    "運用の費用",
    "ですが、",
    "についてですけれども、",
    "58人",
    "3割",
    "しません",
    "難しい",
    "整備のほうを",
    "進めます。",
    "お願いします。",
    "ので、",
    "ご理解のほど",
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PARTS), min_size=1, max_size=8))
def test_no_figure_and_no_negation_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    done = compress(text)
    assert done
    assert re.findall(r"\d+", done) == re.findall(r"\d+", text)
    assert done.count("しません") == text.count("しません") and done.count("難しい") == text.count("難しい")
