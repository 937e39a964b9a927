"""The starter glossary is what it says, and a body's own terms join it."""

from collections import Counter
from importlib.resources import files

import pytest
import yaml

from minutes.errors import InputError
from minutes.glossary import Term, load_glossary, parse_glossary
from minutes.hearing.mora import distance
from minutes.hearing.readings import nearest, spelt_readings, words
from minutes.profiles import load_profile


def test_starter_glossary_is_large_and_has_no_term_twice() -> None:
    terms = load_glossary()
    assert len(terms) >= 1000
    assert [word for word, times in Counter(t.word for t in terms).items() if times > 1] == []
    assert len([entry for entry in files("minutes.glossary").iterdir() if entry.name.endswith(".yaml")]) == 5


def test_readings_are_those_of_the_dictionary_or_of_the_letters() -> None:
    """A slip of the pen in one of 1,000 readings would make that term unfindable."""
    doubtful = [
        (term.word, term.reading)
        for term in load_glossary()
        if distance("".join(w.reading for w in words(term.word)), term.reading) > 0.5
        and nearest(spelt_readings(term.word), term.reading) > 0.5
    ]
    # The dictionary reads 期日前 as まえ and 雨水 as あまみず; offices say ぜん and うすい.
    assert {word for word, _ in doubtful} <= {"期日前投票", "雨水貯留施設"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("terms: [補正予算]", "terms の一覧がありません"),
        ("補正予算: ほせいよさん", "terms の一覧がありません"),
        ("terms:\n  補正予算: hosei", "読みはかなだけで書いてください"),
        ("terms:\n  補: ほ", "2文字以上"),
        ("terms:\n  補正予算: {near: [議会]}", "読みがありません"),
        ("terms:\n  補正予算: {reading: ほせいよさん, color: 赤}", "知らない項目です"),
        ("terms:\n  市債: {reading: しさい, never_meant: [司祭]}", "near"),
        ("terms:\n  補正予算: 3", "文字列で書いてください"),
        ("terms: {補正予算: [", "YAMLとして読めません"),
    ],
)
def test_faulty_glossary_says_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_glossary(text, where="自治体.yaml")
    told = [caught.value.what, *(p.what for p in caught.value.problems)]
    assert any(message in each for each in told), told
    assert "自治体.yaml" in str(caught.value.where)


def test_body_adds_its_own_terms(find) -> None:
    said = "えー、夕凪寿祭の実行委員会についてでございます。"
    own = Term.model_validate(yaml.safe_load("{word: 夕凪樹祭実行委員会, reading: ゆうなぎじゅさいじっこういいんかい}"))
    spoken = "夕凪寿祭実行委員会についてでございます。"
    assert find(said) == ()
    assert find(spoken) == ()
    (found,) = find(spoken, profile=load_profile().model_copy(update={"glossary": (own,)}))
    assert (found.heard, found.meant) == ("夕凪寿祭実行委員会", "夕凪樹祭実行委員会")
