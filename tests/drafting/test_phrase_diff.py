"""A change told phrase by phrase loses nothing of either text."""

from hypothesis import given
from hypothesis import strategies as st

from minutes.phrase_diff import phrase_diff, phrases

TEXT = st.text(alphabet="予約の費用は、県が3人しかいない。ＡＢ会議ー 漢", max_size=40) | st.text(max_size=20)


@given(before=TEXT, after=TEXT)
def test_the_stretches_give_both_texts_back(before: str, after: str) -> None:
    found = phrase_diff(before, after)
    assert "".join(each.before for each in found) == before
    assert "".join(each.after for each in found) == after
    assert all(each.same for each in found) == (before == after)
    assert "".join(phrases(before)) == before


def test_a_number_changes_with_its_unit_and_nothing_else() -> None:
    found = phrase_diff("職員が2人しかいない。", "職員が3人しかいない。")
    assert [(each.before, each.after) for each in found if not each.same] == [("2人", "3人")]
