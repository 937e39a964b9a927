"""Long units in portions: nothing said is lost, and no portion is larger than the prompt has room for."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from minutes.transcript.model import Utterance
from models.grounded.portions import Said, line_tokens, portions, spoken

SPEECH = st.text(st.sampled_from("あい会議予算は3、。 \n「」です"), max_size=120)


def utterances(texts: Sequence[str]) -> list[Utterance]:
    return [Utterance(id=f"u{n:04}", label=None, text=text, line=n) for n, text in enumerate(texts, 1)]


@given(st.lists(SPEECH, min_size=1, max_size=8), st.integers(14, 200))
def test_everything_is_in_some_portion_in_order(texts: list[str], room: int) -> None:
    given_ = utterances(texts)
    found = portions(given_, room, len)
    pieces = [piece for portion in found for piece in portion]
    assert list(dict.fromkeys(piece.id for piece in pieces)) == [u.id for u in given_]
    for u in given_:
        assert "".join(piece.text for piece in pieces if piece.id == u.id) == spoken(u.text)
    assert all(sum(line_tokens(piece, len) for piece in portion) <= room for portion in found)


def test_a_turn_that_fits_is_one_portion() -> None:
    assert len(portions(utterances(["一つ目です。", "二つ目です。"]), 100, len)) == 1


def test_utterances_stay_whole_where_they_fit_and_sentences_where_those_fit() -> None:
    assert portions(utterances(["一つ目です。", "二つ目です。"]), 20, len) == (
        (Said("u0001", "一つ目です。"),),
        (Said("u0002", "二つ目です。"),),
    )
    assert portions(utterances(["一つ目です。二つ目です。"]), 16, len) == (
        (Said("u0001", "一つ目です。"),),
        (Said("u0001", "二つ目です。"),),
    )


def test_speech_without_a_full_stop_is_cut_at_a_pause() -> None:
    assert portions(utterances(["窓口の話ですけれども、それから予算の話になりますが"]), 24, len) == (
        (Said("u0001", "窓口の話ですけれども、"),),
        (Said("u0001", "それから予算の話になりますが"),),
    )
