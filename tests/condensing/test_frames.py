"""Frames of speech go, what they hold stays with its negation, tense, doubt and figures."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.style import finished, ordered, plain_form, tightened


@pytest.mark.parametrize(
    ("wordy", "written"),
    [
        ("費用が足りないというふうに思っている。", "費用が足りないと思っている。"),
        ("窓口は閉めるというふうになっている。", "窓口は閉めることになっている。"),
        ("受付は予約制というふうになっている。", "受付は予約制となっている。"),
        ("配らないというふうにした。", "配らないこととした。"),
        ("来年度の改修かというところを確認したい。", "来年度の改修かを確認したい。"),
        ("人を増やすというところが課題である。", "人を増やすことが課題である。"),
        ("2割減を目指しているというところである。", "2割減を目指している。"),
        ("負担が重いというところがある。", "負担が重いところがある。"),
        ("職員研修という形で実施する。", "職員研修として実施する。"),
        ("9月に募集するという形になる。", "9月に募集する。"),
        ("防犯灯というのは、何灯あるのか。", "防犯灯は、何灯あるのか。"),
        ("窓口DXというのは何か。", "窓口DXとは何か。"),
        ("夜間に運ぶというのは難しい。", "夜間に運ぶのは難しい。"),
        ("騒音といったような苦情がある。", "騒音といった苦情がある。"),
        ("間に合わないのかなと感じている。", "間に合わないのかと感じている。"),
        ("続けていきたいなと改めて思った。", "続けていきたいと改めて思った。"),
        ("会場なんかも足りない。", "会場なども足りない。"),
        ("多くの方が使うわけであるが、駐車場は狭い。", "多くの方が使うが、駐車場は狭い。"),
        ("議員さんと保育士さんから聞いた。", "議員と保育士から聞いた。"),
        ("避難所においてというところは、水が足りない。", "避難所においては、水が足りない。"),
        ("今年度は調査ということで、工事は来年度になる。", "今年度は調査であり、工事は来年度になる。"),
        ("足りないのではないかということを言っている。", "足りないのではないかと言っている。"),
        ("納付は4月からというふうにしている。", "納付は4月からとしている。"),
        ("若者への支援ということで計上した。", "若者への支援として計上した。"),
    ],
)
def test_a_frame_goes(wordy: str, written: str) -> None:
    assert tightened(wordy) == written


@pytest.mark.parametrize(
    "written",
    [
        "国が負担するということである。",
        "過去に断水したということがある。",
        "実施しないわけではない。",
        "高齢者という言葉を使う。",
        "田中さんとお医者さんから聞いた。",
        "「無理だというふうに思う」と書いてある。",
        "そういう形で進める。",
        "近いところにある。",
        "値上げするということになる。",
        "よく支えているというのは、話を聞いて、思う。",
        "これが理由というのは特定し難い。",
        "口を出すなと言われた。",
    ],
)
def test_what_may_report_or_deny_stays(written: str) -> None:
    assert tightened(written) == written


_HELD = ("58人が待つ", "使えない", "9月に始める", "難しい", "終わった", "始めたい", "続けるのか", "費用", "避難所")
_FRAMES = ("というところ", "というふうに", "という形", "ということ", "というの", "というような話", "かなと")
_ENDS = (
    "である。",
    "を確認したい。",
    "が課題である。",
    "思っている。",
    "になっている。",
    "は難しい。",
    "であるが、進める。",
    "で進める。",
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(_HELD), st.sampled_from(_FRAMES), st.sampled_from(_ENDS))
def test_what_is_held_stays(held: str, frame: str, end: str) -> None:
    done = tightened(held + frame + end)
    assert done.startswith(held)
    assert re.findall(r"\d+", done) == re.findall(r"\d+", held)
    assert done.count("ない") == held.count("ない")
    assert tightened(done) == done or "という" in done


def test_a_phrase_added_after_the_sentence_comes_before_it() -> None:
    assert ordered("また、保険料が下がる、2年目から。") == "また、2年目から、保険料が下がる。"
    assert ordered("保険料が下がり、2年目から。") == "保険料が下がり、2年目から。"


def test_closing_the_question_is_no_content() -> None:
    assert finished("増設を要望して、私の質問を終わらせていただく。") == "増設を要望する。"
    assert finished("質問の受付を終わる。") == "質問の受付を終わる。"


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("支える方がいらっしゃいます。", "支える方がいる。"),
        ("困っている方もおられます。", "困っている方もいる。"),
        ("窓口にいらっしゃる方です。", "窓口にいらっしゃる方である。"),
        ("委員おっしゃるとおりです。", "委員の言うとおりである。"),
        ("先ほどおっしゃったとおりです。", "先ほど言ったとおりである。"),
        ("市から情報をご提供しています。", "市から情報を提供している。"),
        ("資料でお示ししています。", "資料で示している。"),
        ("会場でお話しさせていただきました。", "会場で話した。"),
        ("ご検討されるのでしょうか。", "ご検討されるのか。"),
        ("増設をお願いしています。", "増設をお願いしている。"),
        ("御見解をお願いいたします。", "御見解をいただきたい。"),
        ("御理解をお願いいたします。", "御理解いただきたい。"),
        ("日程をお知らせください。", "日程をお知らせいただきたい。"),
        ("求められておらず、進みません。", "求められておらず、進まない。"),
        ("だからこそ、進めます。", "だからこそ、進める。"),
        ("検討していただければ。", "検討していただきたい。"),
        ("人が足りませんから。", "人が足りないからである。"),
    ],
)
def test_deference_to_others_and_own_acts(spoken: str, written: str) -> None:
    assert plain_form(spoken) == written
