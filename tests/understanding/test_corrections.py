"""A corrected figure wins over the slip, with the evidence of both; nothing else is changed."""

import pytest

from minutes.profiles import load_profile
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.unit import LeftOut
from minutes.units import build_units

TO_2 = "座長: 次に議題の2、報告事項に移ります。"
Q = "桜川市 辺見: 停留所はいくつでしょうか。"
OTHER = ("北原町 森田: 貸出しの冊数は何冊でしょうか。", "総務課長: 300冊でございます。")


@pytest.fixture
def read(transcript, meeting):
    """What the units of the turns after the question hold: kind, ids and words; and what is left out."""

    def run(*lines):
        text, held = transcript(TO_2, Q, *lines), meeting()
        plan = build_units(text, analyse(text, attribute(text, held), held), held, load_profile("tokyo_cio"))
        units = [([u.id for u in unit.utterances], "".join(u.text for u in unit.utterances)) for unit in plan.units]
        return units[1:], dict(plan.left_out)

    return run


@pytest.mark.parametrize(
    "words",
    [
        "停留所は12か所、失礼しました、21か所でございます。",
        "停留所は12か所でございます。失礼しました、21か所でございます。",
        "停留所は12か所でございます。失礼いたしました。21か所でございます。",
        "停留所は12か所でございます。すみません、21か所の誤りです。",
        "停留所は12か所でございます。申し訳ございません、ただいま12か所と申し上げましたが、正しくは21か所です。",
        "停留所は１２か所、失礼しました、21か所でございます。",
        "停留所は12か所、えー、いえ、失礼いたしました、21か所でございます。",
    ],
)
def test_within_one_utterance(read, words):
    (answer,), _ = read(f"総務課長: {words}")
    assert answer == (["u0003"], "停留所は21か所でございます。")


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("家屋は1,320棟、失礼しました、1,230棟という数でした。", "家屋は1,230棟という数でした。"),
        ("全体の四分の一、えー、いえ、すみません、三分の一です。", "全体の三分の一です。"),
        ("訓練は9月5日の土曜日、いや、失礼しました、9月6日の日曜日に行います。", "訓練は9月6日の日曜日に行います。"),
        ("訓練は9月5日（土）、失礼しました、9月6日（日）に行います。", "訓練は9月6日（日）に行います。"),
    ],
)
def test_whatever_the_figure_counts(read, words, right):
    (answer,), _ = read(f"総務課長: {words}")
    assert answer == (["u0003"], right)


def test_figures_of_other_things_are_no_slip(read):
    words = "住宅は12棟、すみません、倉庫は21か所でございます。"
    (answer,), _ = read(f"総務課長: {words}")
    assert answer == (["u0003"], words)


def test_a_word_begun_again(read):
    (answer,), _ = read("総務課長: 車両は、対象と、すみません、対象外でございます。")
    assert answer == (["u0003"], "車両は、対象外でございます。")


def test_in_the_next_utterance_both_are_evidence(read):
    (answer,), _ = read("総務課長: 停留所は12か所でございます。", "総務課長: 失礼しました、21か所です。")
    assert answer == (["u0003", "u0004"], "停留所は21か所でございます。")


def test_what_follows_the_slip_stays_behind_it(read):
    (answer,), _ = read("総務課長: 停留所は12か所です。秋に見直します。", "総務課長: 失礼しました、21か所です。")
    assert answer == (["u0004", "u0003"], "停留所は21か所です。秋に見直します。")


def test_later_in_the_meeting_the_right_figure_stands_where_the_slip_was(read):
    units, left = read(
        "総務課長: 停留所は12か所でございます。",
        *OTHER,
        "総務課長: 先ほど12か所と申し上げましたが、正しくは21か所です。訂正いたします。",
    )
    assert units[0] == (["u0003", "u0006"], "停留所は21か所でございます。")
    assert [ids for ids, _ in units[1:]] == [["u0004"], ["u0005"]]
    assert "u0006" not in left


def test_corrected_by_somebody_else_the_slip_is_left_out(read):
    units, left = read(
        "総務課長: 停留所は12か所でございます。",
        "座長: ほかにございますか。",
        "推進部長: 先ほど課長が12か所と申しましたが、21か所が正しい数字です。失礼いたしました。",
    )
    assert units == [(["u0005"], "停留所は21か所でございます。")]
    assert left["u0003"] is LeftOut.DUPLICATE


@pytest.mark.parametrize(
    "words",
    [
        "停留所は12か所ではなく21か所に広げます。",
        "停留所は12か所です。失礼しました、次に車両は6台です。",
        "停留所は12か所です。すみません、資料2をご覧ください。",
        "停留所は12か所です。来年度は21か所です。失礼いたしました。",
        "停留所は12か所です。失礼しました、答弁漏れが1点ございました。",
        "純正メーカーとはいえ、純正メーカーの再生品を使っています。",
        "利用は12人とはいえ、21人に増えます。",
    ],
)
def test_what_is_no_correction_stays(read, words):
    (answer,), _ = read(f"総務課長: {words}")
    assert answer == (["u0003"], words)


def test_no_correction_crosses_a_closed_border(transcript, meeting):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion"}])
    text = transcript(
        Q,
        "総務課長: 停留所は12か所でございます。",
        "座長: ここからは非公開とします。",
        "総務課長: 先ほど12か所と申し上げましたが、正しくは21か所です。",
    )
    found = analyse(text, attribute(text, held), held)
    assert found.corrections == ()
