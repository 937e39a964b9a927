"""The form of a profile there and back: what is saved is what was typed, and what is wrong is told beside its field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from minutes.glossary.term import Term
from minutes.lint.house import WordingRules
from minutes.profile import (
    BUDGET_KINDS,
    HEADER_PARTS,
    ApplyMishearings,
    AttributionPolicy,
    Budget,
    HouseWord,
    Layout,
    Profile,
)
from minutes.profiles import load_profile, parse_profile, profile_ids, profile_yaml
from service.web.profile_diff import differences
from service.web.profile_form import SWITCHES, form_of, label_of, profile_of_form, tidied

letters = st.characters(categories=["L", "N", "P", "S"], exclude_characters="{}")
lines = st.text(letters, max_size=12)
words = st.text(st.characters(categories=["Lo", "Nd"]), min_size=1, max_size=8)
kana = st.text(st.sampled_from("あいうえおかきくしちつてとなんゃー"), min_size=1, max_size=8)
layouts = st.builds(
    Layout,
    title=st.builds(lambda a, b: f"{a}{{series}}{{title}}{b}", lines, lines),
    header=st.lists(st.sampled_from(HEADER_PARTS), unique=True).map(tuple),
    agenda_marks=st.sampled_from(["number", "dot"]),
    agenda_children=st.booleans(),
    heading=st.builds(lambda a, b: f"{a}{{title}}{b}{{presenter}}", lines, lines),
    greeting=st.sampled_from(["bullets", "paragraph"]),
    label=st.sampled_from(["line", "inline"]),
    qa_heading=lines,
    minutes_when_zero=st.booleans(),
    closing=lines,
    closed_bodies=st.booleans(),
)
budgets = st.builds(
    lambda ratio, least, more: Budget(ratio=ratio, least=least, most=least + more),
    st.floats(min_value=1e-4, max_value=1),
    st.integers(1, 5000),
    st.integers(0, 5000),
)
terms = st.builds(
    lambda word, reading, near, never: Term(word=word, reading=reading, near=near, never_meant=never if near else ()),
    words.filter(lambda word: len(word) > 1),
    kana,
    st.lists(words, max_size=3).map(tuple),
    st.lists(words, max_size=3).map(tuple),
)
rules = st.builds(
    WordingRules,
    without=st.sets(st.sampled_from([rule.id for rule in SWITCHES])).map(lambda found: tuple(sorted(found))),
    comma=st.sampled_from(["、", "，"]),
    digits=st.sampled_from(["half", "full"]),
    small_counts=st.sampled_from(["kanji", "digits"]),
    prefix=st.sampled_from(["uniform", "ご", "御"]),
    okurigana=st.sampled_from(["official", "general"]),
    longest=st.integers(40, 10_000),
)
profiles = st.builds(
    Profile,
    id=st.just("made"),
    name=lines.filter(bool),
    layout=layouts,
    attribution=st.sampled_from(AttributionPolicy),
    guest_honorific=lines,
    summarise_reports=st.booleans(),
    keep_chair_opinions=st.booleans(),
    speaker_sees_question=st.booleans(),
    own_side_word=lines,
    budgets=st.builds(
        lambda named, usual: named | {"default": usual},
        st.dictionaries(st.sampled_from(BUDGET_KINDS), budgets),
        budgets,
    ),
    wording=rules,
    apply_mishearings=st.sampled_from(ApplyMishearings),
    glossary=st.lists(terms, max_size=4).map(tuple),
    house_words=st.lists(st.builds(HouseWord, wrong=words, right=words, name=st.booleans()), max_size=4).map(tuple),
)


def posted(form):
    """As a browser sends it: one pair per value, with the empty rows that the page adds."""
    pairs = [(name, value) for name, values in form.items() for value in values]
    return tidied([*pairs, *((f"term.{column}", "") for column in ("word", "reading", "near", "never_meant"))])


@given(profiles | st.sampled_from([load_profile(each) for each in profile_ids()]))
def test_what_the_form_shows_is_what_it_saves(profile):
    form = form_of(profile)
    again = profile_of_form(posted(form), profile.id)
    assert again == profile
    assert form_of(again) == form
    assert differences(profile, again) == ()


@given(profiles | st.sampled_from([load_profile(each) for each in profile_ids()]))
def test_a_profile_as_yaml_is_read_back_as_it_was(profile):
    assert parse_profile(profile_yaml(profile)) == profile


def faults(**typed):
    form = form_of(load_profile()) | {name: [value] for name, value in typed.items()}
    with pytest.raises(InputError) as caught:
        profile_of_form(form, "made")
    return {each.where: each for each in caught.value.problems}


@pytest.mark.parametrize(
    ("place", "typed", "says"),
    [
        ("name", "", "入力がありません"),
        ("layout.title", "議事要旨", "{title} が必要です"),
        ("layout.title", "{title:>9999999}", "項目の名前だけ"),
        ("layout.title", "{title", "対応が正しくありません"),
        ("layout.heading", "{title}{name}", "使えない項目 name"),
        ("layout.closing", "以" * 201, "長すぎます"),
        ("layout.qa_heading", "質疑\x07応答", "制御文字"),
        ("attribution", "everybody", "選べない値"),
        ("layout.greeting", "", "選べない値"),
        ("header.venue", "1", "「日時」と同じ順番"),
        ("header.venue", "9", "選べない順番"),
        ("budgets.質問.percent", "0", "範囲の外"),
        ("budgets.質問.percent", "六割", "数ではない"),
        ("budgets.質問.least", "x", "整数で書く"),
        ("budgets.質問.least", "251", "最短（least）が最長（most）を超え"),
        ("budgets.意見.most", "", "字数がありません"),
        ("wording.longest", "39", "小さすぎます"),
        ("wording.longest", "百", "整数で書く"),
    ],
)
def test_a_fault_is_told_beside_its_field_with_what_to_do(place, typed, says):
    found = faults(**{place: typed})
    assert set(found) == {place}
    assert says in found[place].what and found[place].remedy and label_of(place)


def test_all_faults_are_told_at_once():
    assert set(faults(name="", attribution="", **{"wording.longest": ""})) == {"name", "attribution", "wording.longest"}


def test_the_usual_length_may_not_be_left_out():
    nothing = {f"budgets.default.{column}": "" for column in ("percent", "least", "most")}
    assert set(faults(**nothing)) == {"budgets.default.percent"}


def test_digits_may_be_typed_full_width():
    form = form_of(load_profile()) | {"budgets.質問.percent": ["６５％"], "wording.longest": ["１２０"]}
    profile = profile_of_form(form, "made")
    assert (profile.budgets["質問"].ratio, profile.wording.longest) == (0.65, 120)


def test_a_faulty_row_is_found_where_it_stands_on_the_page_although_empty_rows_are_gone():
    rows = [("", ""), ("市債", "しさい"), ("", ""), ("起債", "KISAI")]
    pairs = [pair for word, reading in rows for pair in (("term.word", word), ("term.reading", reading))]
    base = [(name, value) for name, values in form_of(load_profile()).items() for value in values]
    form = tidied([*base, *pairs])
    assert form["term.word"] == ["市債", "起債"]
    with pytest.raises(InputError) as caught:
        profile_of_form(form, "made")
    (problem,) = caught.value.problems
    assert problem.where == "term.1.reading" and label_of(problem.where) == "用語 2行目の読み"


def test_differences_are_in_the_words_of_the_form():
    before = load_profile()
    form = form_of(before) | {
        "layout.closing": ["以上"],
        "attribution": ["role"],
        "header.materials": ["4"],
        "budgets.質問.most": ["300"],
        "term.word": ["市債"],
        "term.reading": ["しさい"],
        "rules": [rule.id for rule in SWITCHES if rule.id != "K21"],
    }
    found = {each.label: (each.before, each.after) for each in differences(before, profile_of_form(form, before.id))}
    assert found == {
        "結びの行": ("", "以上"),
        "示す範囲": ("団体・役職・氏名", "団体・役職"),
        "頭書きの項目と順番": ("日時、場所、議事", "日時、場所、議事、配布資料"),
        "長さの目安（質問）": ("70%、90〜250字", "70%、90〜300字"),
        "規則 K21 文が長すぎない": ("従う", "従わない"),
        "用語「市債」": ("", "しさい"),
    }
