"""K01 to K29: each rule finds its fault, proposes the right words, and leaves right sentences alone."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.lint import lint_sentence
from minutes.lint.house import WordingRules
from minutes.lint.remark import Remark

HOUSE = WordingRules()


def remarks(text: str, rule: str = "K", house: WordingRules = HOUSE, bullet: bool = False) -> list[Remark]:
    return [each for each in lint_sentence(text, house, bullet) if each.rule.startswith(rule)]


def mended(text: str, found: Sequence[Remark]) -> str:
    for each in sorted(found, key=lambda each: each.start, reverse=True):
        if each.replacement is not None:
            text = text[: each.start] + each.replacement + text[each.end :]
    return text


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [
        ("K01", "参加，協力する．", "参加、協力する。"),
        ("K01", "参加,協力する｡", "参加、協力する。"),
        ("K02", "方針(仮称)を定める。", "方針（仮称）を定める。"),
        ("K03", "２１自治体が参加した。", "21自治体が参加した。"),
        ("K03", "二十一自治体が参加した。", "21自治体が参加した。"),
        ("K03", "七億二千六百万円を計上した。", "7億2600万円を計上した。"),
        ("K04", "1200人が参加した。", "1,200人が参加した。"),
        ("K05", "5千人が参加した。", "5,000人が参加した。"),
        ("K05", "1億2千万円を計上した。", "1億2000万円を計上した。"),
        ("K06", "20数人が参加した。", "二十数人が参加した。"),
        ("K06", "1人1人に届ける。", "一人一人に届ける。"),
        ("K07", "3ヶ月で終える。", "3か月で終える。"),
        ("K07", "数ヶ所に置く。", "数箇所に置く。"),
        ("K08", "市およびその機関が担う。", "市及びその機関が担う。"),
        ("K08", "電話または窓口で受ける。", "電話又は窓口で受ける。"),
        ("K09", "市民並びに市議会に説明する。", "市民及び市議会に説明する。"),
        ("K10", "従って、予算を増やす。", "したがって、予算を増やす。"),
        ("K10", "但し、期限を定める。", "ただし、期限を定める。"),
        ("K11", "検討する事が必要である。", "検討することが必要である。"),
        ("K11", "普及の為に行う。", "普及のために行う。"),
        ("K11", "次の通りである。", "次のとおりである。"),
        ("K11", "反対する訳ではない。", "反対するわけではない。"),
        ("K12", "説明して頂く。", "説明していただく。"),
        ("K12", "お知らせ下さい。", "お知らせください。"),
        ("K12", "取組を進めて行く。", "取組を進めていく。"),
        ("K12", "件数が増えて来た。", "件数が増えてきた。"),
        ("K12", "一度試して見る。", "一度試してみる。"),
        ("K13", "活用出来る。", "活用できる。"),
        ("K13", "問題が無い。", "問題がない。"),
        ("K13", "届く様に送る。", "届くように送る。"),
        ("K14", "会議を行なう。", "会議を行う。"),
        ("K14", "工事が終った。", "工事が終わった。"),
        ("K15", "取り組みを説明した。", "取組を説明した。"),
        ("K15", "課題に取組む。", "課題に取り組む。"),
        ("K16", "忌憚のない意見を求める。", "率直な意見を求める。"),
        ("K16", "参加に留まっている。", "参加にとどまっている。"),
        ("K17", "事務局より説明した。", "事務局から説明した。"),
        ("K18", "大きな課題だ。", "大きな課題である。"),
        ("K18", "大きな課題だった。", "大きな課題であった。"),
        ("K19", "検討しております。", "検討している。"),
        ("K20", "どのような課題か？", "どのような課題か。"),
        ("K24", "検討している", "検討している。"),
        ("K27", "サーバを置く。", "サーバーを置く。"),
        ("K28", "生成 AI を使う。", "生成AIを使う。"),
        ("K29", "㈱見本が行う。", "（株）見本が行う。"),
        ("K29", unicodedata.normalize("NFD", "データが要る。"), "データが要る。"),
    ],
)
def test_each_rule_finds_its_fault_and_mends_it(rule: str, wrong: str, right: str) -> None:
    found = remarks(wrong, rule)
    assert found and mended(wrong, found) == right
    assert remarks(right, rule) == []


@pytest.mark.parametrize(
    "text",
    [
        "事の重大さを認識している。",
        "資料を自宅に持って行く。",
        "職員を連れて来る。",
        "会議の時に配った。",
        "40人規模で行っていく。",
        "補正予算で上げている。",
        "全体として見た場合に苦情はない。",
        "市民と共に進める。",
        "だから、続ける必要がある。",
        "今だからこそ続ける。",
        "市において行ってきた。",
        "宿之島橋まで進める。",
        "これから更に伸びる。",
        "銀座の通りに面している。",
        "翻訳した訳を配った。",
        "計画に従って進める。",
        "資料を頂く。",
        "昨年より報告が増えた。",
        "課題だと考えている。",
        "鎌ヶ谷市が参加する。",
        "2026年に始める。",
        "一緒に一部の事業を十分に進める。",
        "電話又は窓口で受け、市及び町に伝える。",
        "データを管理し、フォーマットを定める。",
        "日頃のご協力に感謝申し上げます。",
        "「検討します」と述べた。",
        "令和8年2月9日（月）に開く。",
        "向いている方向を確かめた。",
        "銀行などに確認した。",
    ],
)
def test_right_sentences_are_left_alone(text: str) -> None:
    assert remarks(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "令和8年2月9日（火）に開く。",
        "2026年2月30日に開く。",
        "令和8年（2027年）に始める。",
        "平成32年4月1日に始める。",
        "2026年2月9日(火曜日)に開く。",
    ],
)
def test_dates_that_contradict_themselves(text: str) -> None:
    assert [each.rule for each in remarks(text, "K26")] == ["K26"]


def test_long_sentences_and_noun_endings_are_named_without_a_fix() -> None:
    long = "この事業は" + "とても" * 40 + "大切である。"
    assert [(each.rule, each.replacement) for each in remarks(long, "K21")] == [("K21", None)]
    assert [(each.rule, each.replacement) for each in remarks("開会予定。", "K24")] == [("K24", None)]
    assert mended("開会予定。", remarks("開会予定。", "K24", bullet=True)) == "開会予定"
    assert remarks("開会予定", bullet=True) == []


def test_the_house_chooses() -> None:
    assert remarks("3ヶ月で終える。", house=WordingRules(without=("K07",))) == []
    assert remarks("参加，協力する。", "K01", WordingRules(comma="，")) == []
    assert remarks("21自治体が参加した。", "K03", WordingRules(digits="full"))[0].replacement == "２１"
    assert remarks("手続きを進める。", "K15", WordingRules(okurigana="general")) == []
    assert [each.replacement for each in remarks("1つ増やす。", "K06")] == ["一つ"]
    assert remarks("1つ増やす。", "K06", WordingRules(small_counts="digits")) == []


def test_only_known_soft_rules_can_be_switched_off() -> None:
    for rule in ("K26", "K00", "K99", "G4"):
        with pytest.raises(ValueError, match=rule):
            WordingRules(without=(rule,))


@settings(max_examples=150)
@given(
    st.text(
        alphabet="市はが、。事時為通り行く頂くて下さい2１０千,人ヶ月（）()？①ｱサーバA B無い様に出来る令和8年2日火\u3099",
        max_size=40,
    )
)
def test_places_lie_in_the_text_and_rules_never_fail(text: str) -> None:
    for each in lint_sentence(text, HOUSE, False):
        assert 0 <= each.start <= each.end <= len(text)
        assert each.replacement is None or text[each.start : each.end] != each.replacement
