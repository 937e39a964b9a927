"""Text for systems without Unicode: whole, or refused with every character that is lacking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minutes.errors import InputError
from records.cp932 import to_cp932


def test_names_of_vendors_rows_are_kept():
    assert to_cp932("髙橋\n﨑山①㈱〜", name="議事要旨.txt").decode("cp932") == "髙橋\r\n﨑山①㈱～"


def test_each_lacking_character_is_told_with_its_place():
    with pytest.raises(InputError) as caught:
        to_cp932("𠮷田\n山—川😀", name="議事要旨.txt")
    places = [(each.where, each.what[:4]) for each in caught.value.problems]
    assert places == [
        ("議事要旨.txt 1行目1文字目", "「𠮷」（"),
        ("議事要旨.txt 2行目2文字目", "「—」（"),
        ("議事要旨.txt 2行目4文字目", "「😀」（"),
    ]
    assert "U+20BB7" in caught.value.problems[0].what and caught.value.problems[0].remedy


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.just("\n")))
def test_nothing_is_ever_replaced(text: str):
    try:
        written = to_cp932(text, name="本文")
    except InputError:
        return
    same = str.maketrans("〜−‖¢£¬", "～－∥￠￡￢")
    assert written.decode("cp932").replace("\r\n", "\n") == text.translate(same)
