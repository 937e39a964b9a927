"""Counts, overlap and the length search: small pure functions with known answers and laws."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.counting import Counts, by_class, compared, macro_f1
from evaluation.drafting import at_most, length
from evaluation.overlap import bigram_recall, bigrams, content_words, rouge1

KINDS = st.sampled_from(["質問", "回答", "進行", "意見"])


def test_precision_recall_and_f1_of_known_counts():
    counts = Counts(right=6, wrong=2, missed=4)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(2 / 3)


def test_nothing_wanted_and_nothing_found_is_perfect():
    assert (Counts().precision, Counts().recall, Counts().f1) == (1.0, 1.0, 1.0)


def test_found_and_missed_facts_are_told_apart():
    assert compared({"a", "b", "x"}, {"a", "b", "c", "d"}) == Counts(right=2, wrong=1, missed=2)


@given(st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9)))
def test_exchanging_found_and_expected_exchanges_precision_and_recall(found, expected):
    there, back = compared(found, expected), compared(expected, found)
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert there.f1 == back.f1
    assert 0.0 <= there.f1 <= 1.0


def test_macro_f1_weighs_rare_kinds_like_frequent_ones():
    pairs = [("進行", "進行")] * 98 + [("要望", "意見")]
    counts = by_class(pairs)
    assert counts["進行"].f1 == 1.0
    assert (counts["要望"].missed, counts["意見"].wrong) == (1, 1)
    assert macro_f1(counts) == pytest.approx(1 / 3)


@given(st.lists(st.tuples(KINDS, KINDS), min_size=1))
def test_macro_f1_is_one_only_where_every_pair_agrees(pairs):
    assert (macro_f1(by_class(pairs)) == 1.0) == all(a == b for a, b in pairs)


def test_bigrams_ignore_width_space_and_marks():
    assert bigrams("ＡＩ の、活用！") == bigrams("aiの活用") == {"ai", "iの", "の活", "活用"}


def test_bigram_recall_is_the_share_of_the_reference():
    assert bigram_recall("防災無線", "防災の無線を更新する。") == pytest.approx(2 / 3)
    assert bigram_recall("防災無線", "給食費") == 0.0


@given(st.text(), st.text())
def test_bigram_recall_never_falls_when_the_draft_grows(reference, draft):
    assert bigram_recall(reference, reference) == 1.0
    assert bigram_recall(reference, draft) <= bigram_recall(reference, draft + "。" + reference) == 1.0


def test_content_words_leave_out_grammar_and_light_verbs():
    assert content_words("市は防災無線を更新することになっています。") == ("市", "防災", "無線", "更新")


def test_rouge_counts_a_word_as_often_as_both_sides_have_it():
    score = rouge1("予算の額と予算の時期", "予算の額は三つの予算、予算。")
    assert score.recall == pytest.approx(3 / 4)
    assert score.precision == pytest.approx(3 / 6)
    assert score.f1 == pytest.approx(3 / 5)


@given(st.integers(20, 400), st.integers(10, 300))
def test_a_shortened_text_keeps_within_the_limit_where_it_can(full, limit):
    shortest = 10

    def make(factor):
        return "字" * max(shortest, round(full * factor))

    found = at_most(make, limit)
    assert length(found) <= limit
    assert length(found) >= min(full, round(limit * 0.95) - 1)


def test_a_length_that_leaps_is_searched_as_well():
    """Most of the length comes within a small part of the factors."""
    assert 450 <= length(at_most(lambda factor: "字" * round(1000 * factor**0.25), 500)) <= 500


def test_a_text_that_cannot_be_short_enough_is_given_as_short_as_it_gets():
    assert length(at_most(lambda factor: "字" * (50 + round(100 * factor)), 30)) == 50
