"""The register test finds faults by morphemes and leaves sound sentences alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.register import Fault, flaws, found_in


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault.FILLER, "えー、来年度から実施する。"),
        (Fault.FILLER, "予算という、まあどちらかというと大きな話である。"),
        (Fault.FILLER, "この件がですね、課題である。"),
        (Fault.FILLER, "はい、実施する。"),
        (Fault.POLITE, "来年度から実施します。"),
        (Fault.POLITE, "対応でしたりとか、研修を行う。"),
        (Fault.POLITE, "課題がございまして、検討する。"),
        (Fault.INFLECTION, "来年度は三百件を見込んでおりる。"),
        (Fault.INFLECTION, "検討していないた。"),
        (Fault.INFLECTION, "予定するた。"),
        (Fault.INFLECTION, "書くない。"),
        (Fault.INFLECTION, "行っする。"),
        (Fault.INFLECTION, "昨年度に実施したである。"),
        (Fault.INFLECTION, "来年度に実施するである。"),
        (Fault.INFLECTION, "行くだ。"),
        (Fault.DANGLING, "進捗を確認していくと。"),
        (Fault.DANGLING, "鷹の台公園の総事業費は。"),
        (Fault.DANGLING, "市は検討し。"),
        (Fault.DANGLING, "を検討する。"),
        (Fault.DANGLING, "市民の意見を聞いて、。"),
    ],
)
def test_a_fault_is_found(fault, sentence):
    assert fault in {each.fault for each in flaws(sentence)}


@pytest.mark.parametrize(
    "sentence",
    [
        "来年度は三百件を見込んでおり、増える見通しである。",
        "検討していなかったため、改めて協議したい。",
        "坂を歩いて降りる。",
        "今後は増えるであろう。",
        "では、次の点について伺う。",
        "あの件については、その後も協議が続いている。",
        "考えていたら教えていただきたい。",
        "委員は「検討します」と述べた。",
        "ご協力に感謝申し上げます。",
        "現時点では難しいのではないか。",
        "市民まで対象を広げるか。",
    ],
)
def test_a_sound_sentence_has_no_fault(sentence):
    assert flaws(sentence) == ()


def test_a_flaw_that_stands_in_the_source_is_told_from_one_that_was_made():
    spoken = list(found_in("進捗を確認していくと。", "進捗を確認していくと。以上です。"))
    made = list(found_in("三百件を見込んでおりる。", "三百件を見込んでおります。"))
    assert [each.as_spoken for each in spoken] == [True]
    assert [each.as_spoken for each in made] == [False]


@given(st.text())
def test_any_text_can_be_judged(text):
    assert all(each.words for each in flaws(text))
