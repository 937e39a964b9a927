"""Readings are compared as they sound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.hearing.mora import distance, moras, sound_class

KANA = st.text("アイウエオカガキャシジスズセソタチツヅッテトナニハバパヒフホマミヤユヨョラリンー", max_size=12)


@pytest.mark.parametrize(
    ("one", "other"), [("こうふ", "コーフ"), ("ていねい", "てーねー"), ("つづき", "つずき"), ("おおさか", "おうさか")]
)
def test_spellings_of_one_sound(one: str, other: str) -> None:
    assert distance(one, other) == 0


@pytest.mark.parametrize(
    ("near", "far"),
    [
        (("ひなんじょ", "ひなんしょ"), ("ひなんじょ", "ひなんろ")),
        (("ほうこく", "ほこく"), ("ほうこく", "ほうこ")),
        (("ちほう", "ちきゅう"), ("ちほう", "かんきょう")),
        (("じゅうみん", "しゅうみん"), ("じゅうみん", "こうみん")),
    ],
)
def test_what_recognisers_confuse_is_nearer(near: tuple[str, str], far: tuple[str, str]) -> None:
    assert 0 < distance(*near) < distance(*far)


@given(KANA, KANA)
def test_distance_is_symmetric_and_zero_only_for_one_sound(one: str, other: str) -> None:
    assert distance(one, other) == pytest.approx(distance(other, one))
    assert (distance(one, other) == 0) == (moras(one) == moras(other))


@given(KANA, KANA, KANA)
def test_a_way_round_is_never_shorter(one: str, other: str, third: str) -> None:
    assert distance(one, third) <= distance(one, other) + distance(other, third) + 1e-9


@given(KANA)
def test_any_kana_has_moras_and_a_class(reading: str) -> None:
    assert len(moras(reading)) <= len(reading)
    assert set(sound_class(reading)).isdisjoint("ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポー")
