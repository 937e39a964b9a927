"""Terms by sound: what is doubted, what is sure, and what is left alone."""

import pytest
from heard_meeting import attributed, meeting_about, transcript_of
from hypothesis import given, settings
from hypothesis import strategies as st

from minutes.hearing import as_meant, find_mishearings
from minutes.hearing.lexicon import RUN
from minutes.meeting import Meeting
from minutes.profiles import load_profile


def pairs(found, certain=None):
    return [(m.heard, m.meant) for m in found if certain is None or m.certain is certain]


@pytest.mark.parametrize(
    ("text", "heard", "meant"),
    [
        ("では、千決処分の報告でございます。", "千決処分", "専決処分"),
        ("工面は公有財団ではなく、債務負胆行為で計上しました。", "債務負胆行為", "債務負担行為"),
        ("えー、会計念度任用職員の報酬でございます。", "会計念度任用職員", "会計年度任用職員"),
        ("経上収支比率は、前年度より改善しております。", "経上収支比率", "経常収支比率"),
        ("指定管理社制度の導入を検討しております。", "指定管理社制度", "指定管理者制度"),
        ("後方委員会の委員を務めております。", "後方委員会", "広報委員会"),
        ("各校の高貴高齢者医療についてですが。", "高貴高齢者医療", "後期高齢者医療"),
        ("ガバメントクラウトへの移行でございます。", "ガバメントクラウト", "ガバメントクラウド"),
    ],
)
def test_compound_that_is_no_word_is_the_term_of_the_same_sound(find, text, heard, meant) -> None:
    (found,) = find(text)
    assert (found.heard, found.meant) == (heard, meant)
    assert text[found.start : found.end] == heard
    assert 0 < found.confidence <= 1
    assert meant in found.reason


def test_part_of_a_misheard_compound_is_found_alone(find) -> None:
    found = find("えー、今回の保正でございますが、", "保正予算は三億円でございます。", "保正さんにも伺いました。")
    assert pairs(found, certain=True) == [("保正", "補正"), ("保正予算", "補正予算")]


def test_near_sound_needs_the_agenda_to_be_sure(find) -> None:
    said = "地球交付税が減っております。"
    assert pairs(find(said, titles=["地方交付税の見込みについて"]), certain=True) == [("地球交付税", "地方交付税")]
    assert pairs(find(said), certain=True) == []
    assert pairs(find(said), certain=False) == [("地球交付税", "地方交付税")]


def test_everyday_word_is_only_doubted_beside_its_context(find) -> None:
    said = "財源には、記載も、市の借金も含まれますか。"
    assert pairs(find(said)) == [("記載", "起債")]
    assert not find(said)[0].certain
    assert find("資料に記載しております。") == ()


def test_word_that_no_such_meeting_speaks_of_is_sure_beside_its_context_only(find) -> None:
    (found,) = find("司祭の残高は幾らですか。")
    assert (found.heard, found.meant, found.certain) == ("司祭", "市債", True)
    assert "残高" in found.reason
    assert find("教会の司祭が話しました。残高は別です。") == ()
    assert pairs(find("司祭さんが残高を示しました。"), certain=True) == []


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("統合計画の話でございます。", ["総合計画について"]),
        ("小学校施設整備と中学校施設整備でございます。", ["小学校施設整備について"]),
        ("付属機関と附属機関でございます。", ["附属機関の見直し"]),
        ("髙齢者等避難でございます。", ()),
        ("補正予算と地方交付税と市債の残高でございます。", ["補正予算について"]),
        ("特別会議は別でございます。", ()),
        ("選定委員会を開きました。", ["検討委員会の設置"]),
    ],
)
def test_words_that_are_right_are_left_alone(find, text, titles) -> None:
    assert find(text, titles=titles) == ()


def test_pair_of_real_words_is_never_sure(find) -> None:
    found = find("私立図書館でございます。", titles=["市立図書館の運営について"])
    assert pairs(found, certain=True) == []


def test_children_of_a_closed_item_correct_nothing(find) -> None:
    said = "遊球庭園構想の話をしました。"
    child = {"no": 1, "title": "協議", "subitems": [{"title": "遊休庭園構想"}]}
    assert pairs(find(said, agenda=[child])) == [("遊球庭園構想", "遊休庭園構想")]
    assert find(said, agenda=[child | {"disclosure": "closed"}]) == ()


TEXTS = st.lists(
    st.lists(
        st.sampled_from(
            [
                "保正予算",
                "補正予算",
                "地球交付税",
                "河合",
                "川井",
                "部長",
                "さん",
                "の、",
                "は",
                "委員",
                "です。",
                "えー、",
                "市債",
                "司祭",
                "残高",
                "かわい",
                "カシハラ",
                "髙",
                "𠮷",
                "会計念度",
                "任用職員",
                "有給地",
                "データ",
                "ー",
                "々",
                "\u3000",
                "1",
            ]
        ),
        max_size=14,
    ).map("".join),
    max_size=6,
)


@settings(max_examples=60)
@given(TEXTS)
def test_any_text_gives_places_that_fit_and_do_not_overlap(texts: list[str]) -> None:
    transcript = transcript_of(*texts)
    meeting: Meeting = meeting_about("補正予算について", "地方交付税について", "遊休地の利活用")
    found = find_mishearings(transcript, attributed(transcript, "bucho"), meeting, load_profile())
    text_of = {u.id: u.text for u in transcript.utterances}
    last: dict[str, int] = {}
    for each in found:
        assert text_of[each.utterance_id][each.start : each.end] == each.heard != each.meant
        assert each.start >= last.get(each.utterance_id, 0)
        last[each.utterance_id] = each.end
        assert each.applied == each.certain
    read = as_meant(transcript, found)
    assert [u.id for u in read.utterances] == [u.id for u in transcript.utterances]
    assert [u.text for u in transcript.utterances] == texts
    for before, after in zip(transcript.utterances, read.utterances, strict=True):
        changed = [m for m in found if m.applied and m.utterance_id == before.id]
        assert (before.text == after.text) == (not changed)


def test_runs_hold_only_letters_of_terms() -> None:
    assert RUN.findall("令和8年度の補正予算（第3号）とデジタル庁") == ["令和", "年度", "補正予算", "デジタル庁"]
