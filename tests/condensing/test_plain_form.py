"""Polite speech becomes plain written style and says the same."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.style import plain_form

TABLE = (Path(__file__).parent / "golden" / "plain_pairs.tsv").read_text(encoding="utf-8")
PAIRS = [tuple(line.split("\t")) for line in TABLE.splitlines()]

SUBJECTS = (
    "財源は",
    "スマホの助成につきましては、",
    "二十一自治体のうち三割が",
    "令和8年度から",
    "現時点では、",
    "可能であれば",
)
VERBS = ("進め", "見込み", "行い", "検討し", "選び", "読み", "待ち", "急ぎ", "示し", "あり", "来", "でき", "使い")
ENDINGS = ("ます", "ません", "ました", "ませんでした", "ますので", "ませんが", "まして", "ますけれども")
OPINIONS = ("", "と思います", "と考えております", "かなと思います", "かと存じます")
NOUNS = ("予定", "困難", "必要", "三百五十万円", "来年度", "対象外")
COPULAS = ("です", "でございます", "ではありません", "でした", "ではございませんでした", "なんですが", "ですけれども")

NEGATION = re.compile(r"ない|なかっ|なく|なけれ|ません|ざる|ず(?=、|。|に)")
NUMBER = re.compile(r"[0-9一二三四五六七八九十百千万億]+")
POLITE = re.compile(r"ます|です|ました|ません|でした|ございま|おりま|いたしま")


@pytest.mark.parametrize(("spoken", "written"), PAIRS)
def test_spoken_sentence_is_written_plainly(spoken: str, written: str) -> None:
    assert plain_form(spoken) == written


@pytest.mark.parametrize(("spoken", "written"), PAIRS)
def test_written_style_is_left_as_it_is(spoken: str, written: str) -> None:
    assert plain_form(written) == written


def clauses() -> st.SearchStrategy[str]:
    verbal = st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(VERBS), st.sampled_from(ENDINGS)).map("".join)
    nominal = st.tuples(st.sampled_from(SUBJECTS), st.sampled_from(NOUNS), st.sampled_from(COPULAS)).map("".join)
    held = st.tuples(
        st.sampled_from(SUBJECTS), st.sampled_from(("進める", "難しい", "行わない")), st.sampled_from(OPINIONS[1:])
    ).map("".join)
    return st.one_of(verbal, nominal, held)


@settings(max_examples=300)
@given(st.lists(clauses(), min_size=1, max_size=3))
def test_negation_and_numbers_survive_and_a_second_pass_changes_nothing(parts: list[str]) -> None:
    spoken = "、".join(parts) + "。"
    written = plain_form(spoken)
    assert len(NEGATION.findall(written)) == len(NEGATION.findall(spoken)), written
    assert NUMBER.findall(written) == NUMBER.findall(spoken), written
    assert not POLITE.search(written), written
    assert plain_form(written) == written


@settings(max_examples=150)
@given(st.text(alphabet="あいうえおかきくけこですますんたないをが、。「」漢字検討3億？ ", max_size=40))
def test_any_text_is_taken_and_settles(text: str) -> None:
    written = plain_form(text)
    assert plain_form(written) == written
    assert NUMBER.findall(written) == NUMBER.findall(text)


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("検討いたします。", "実施"),
        ("研究してまいります。", "検討"),
        ("進めていきたいと思っております。", "進めていく"),
        ("検討する予定です。", "検討する。"),
        ("間に合わないかもしれません。", "間に合わない。"),
        ("できればと思います。", "できる。"),
    ],
)
def test_a_commitment_never_gets_stronger(weaker: str, stronger: str) -> None:
    assert stronger not in plain_form(weaker)
