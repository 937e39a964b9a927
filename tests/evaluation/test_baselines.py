"""The baselines: equal length, order as spoken, and rankings that do what their names say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.baselines import BASELINES, filled, lead, lexrank, sentences_in, tail, textrank

TALK = (
    "防災無線の更新は来年度に行う。",
    "防災無線の更新費用は三億円である。",
    "防災無線の更新では戸別受信機も配る。",
    "ところで本日は良い天気である。",
    "防災無線の更新と戸別受信機の費用は補助金で賄う。",
)


def test_lead_and_tail_take_the_ends():
    assert filled(TALK, lead(TALK), 16) == TALK[0]
    assert filled(TALK, tail(TALK), 25) == TALK[-1]


@pytest.mark.parametrize("rank", [textrank, lexrank])
def test_graph_rankings_prefer_what_shares_words_with_the_rest(rank):
    order = rank(TALK)
    assert sorted(order) == [0, 1, 2, 3, 4]
    assert order.index(4) < order.index(3)


@pytest.mark.parametrize("name", BASELINES)
def test_a_single_sentence_can_be_ranked(name):
    assert BASELINES[name](TALK[:1]) == (0,)


@given(st.lists(st.text("市民の予算。 ", min_size=1), max_size=12), st.integers(0, 60), st.randoms())
def test_what_is_filled_keeps_the_limit_and_the_order(sentences, limit, random):
    order = list(range(len(sentences)))
    random.shuffle(order)
    text = filled(sentences, order, limit)
    assert len("".join(text.split())) <= limit


def test_sentences_are_those_of_the_product():
    assert sentences_in(["更新する。\n配る。", "終わる。"]) == ("更新する。", "配る。", "終わる。")
