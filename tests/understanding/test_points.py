"""一括質問一括答弁: points of a question, points of its answers, and what comes of a question later."""

import time

import pytest

TO_2 = "座長: 次に議題の2、報告事項に移ります。"
THREE = (
    "桜川市 辺見: 3点伺います。まず、巡回車両の台数はいくつでしょうか。",
    "桜川市 辺見: 次に、司書の配置はどうするのでしょうか。最後に、電子書籍の予算を教えてください。",
)


def said(found, lines):
    text = {f"u{n:04d}": line.split(": ", 1)[1] for n, line in enumerate(lines, 1)}
    return {p.id: "".join(text[x.utterance_id][x.start : x.end] for x in p.pieces) for p in found.points}


def pairs(found, lines):
    words = said(found, lines)
    return [(words[a.question_point_id], words[a.answer_point_id]) for a in found.answers]


@pytest.mark.parametrize(
    ("question", "points"),
    [
        (
            "2点お伺いします。まず、車両は何台でしょうか。それからもう1点、司書は何人でしょうか。",
            ["まず、車両は何台でしょうか。", "それからもう1点、司書は何人でしょうか。"],
        ),
        ("1点目、車両は何台か。2点目は、司書の人数です。", ["1点目、車両は何台か。", "2点目は、司書の人数です。"]),
        (
            "2点です。1点目は車両の台数、2点目は司書の人数について伺います。",
            ["1点目は車両の台数、", "2点目は司書の人数について伺います。"],
        ),
        ("第一に、車両は何台か。第二に、司書は何人か。", ["第一に、車両は何台か。", "第二に、司書は何人か。"]),
        (
            "2点あります。車両は何台でしょうか。司書は何人でしょうか。",
            ["車両は何台でしょうか。", "司書は何人でしょうか。"],
        ),
        ("まず、巡回は好評と聞いています。次に、司書は何人でしょうか。", []),
        ("車両は何台でしょうか。", []),
    ],
)
def test_a_question_is_cut_at_what_counts_its_points(structure, question, points):
    lines = (TO_2, f"桜川市 辺見: {question}", "総務課長: 車両は6台、司書は各車両に1人です。")
    found = structure(*lines)
    words = said(found, lines)
    asked = [words[p.id] for p in found.points if p.turn_id == found.turns[1].id]
    assert asked == points


def test_answers_in_order_meet_their_points(structure):
    lines = (
        TO_2,
        *THREE,
        "推進部長: お答えいたします。まず、車両の台数は6台でございます。次に、司書は各車両に1人を配置します。",
        "座長: 総務課長、お願いします。",
        "総務課長: 電子書籍の予算は320万円でございます。",
    )
    found = structure(*lines)
    assert pairs(found, lines) == [
        ("まず、巡回車両の台数はいくつでしょうか。", "まず、車両の台数は6台でございます。"),
        ("次に、司書の配置はどうするのでしょうか。", "次に、司書は各車両に1人を配置します。"),
        ("最後に、電子書籍の予算を教えてください。", "電子書籍の予算は320万円でございます。"),
    ]
    assert all(0 < a.confidence <= 1 for a in found.answers)


def test_ordinals_beat_the_order_of_speaking(structure):
    lines = (
        TO_2,
        *THREE,
        "総務課長: 3点目の予算は320万円でございます。1点目の台数は6台でございます。",
    )
    found = structure(*lines)
    assert [(q[:3], a[:3]) for q, a in pairs(found, lines)] == [("最後に", "3点目"), ("まず、", "1点目")]


def test_answers_that_count_nothing_are_divided_by_topic(structure):
    lines = (
        TO_2,
        *THREE,
        "総務課長: 巡回車両の台数につきましては6台でございます。来年度も変わりません。司書の配置につきましては各車両に1人でございます。",
    )
    found = structure(*lines)
    assert pairs(found, lines) == [
        (
            "まず、巡回車両の台数はいくつでしょうか。",
            "巡回車両の台数につきましては6台でございます。来年度も変わりません。",
        ),
        ("次に、司書の配置はどうするのでしょうか。", "司書の配置につきましては各車両に1人でございます。"),
    ]


Q = "桜川市 辺見: 電子書籍の貸出しの期間は何日でしょうか。"
A = "総務課長: 電子書籍の貸出しの期間は14日でございます。"


def follow_ups(found):
    first = {t.id: t.utterance_ids[0] for t in found.turns}
    return [(first[f.turn_id], first[f.earlier_turn_id]) for f in found.follow_ups]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ありがとうございます。そうしますと、貸出しの延長は何日できますか。", [("u0004", "u0002")]),
        ("それは来年度も同じでしょうか。", [("u0004", "u0002")]),
        ("ありがとうございました。次の質問に移ります。車両は何台でしょうか。", []),
    ],
)
def test_asking_on_is_a_follow_up(structure, words, expected):
    assert follow_ups(structure(TO_2, Q, A, f"桜川市 辺見: {words}", "総務課長: 7日でございます。")) == expected


def test_somebody_else_never_follows_up(structure):
    assert follow_ups(structure(TO_2, Q, A, "北原町 森田: 貸出しの期間の延長は何日できますか。")) == []


def test_an_answer_put_off_is_owed_until_it_comes(structure):
    lines = (
        TO_2,
        Q,
        "総務課長: 申し訳ございません、数字が手元にございませんので、確認して後ほどお答えします。",
        "北原町 森田: 車両の燃料費は市町村の負担でしょうか。",
        "推進部長: 車両の燃料費は県が負担します。",
    )
    (owed,) = structure(*lines).deferrals
    assert (owed.turn_id, owed.question_turn_ids, owed.answered_by) == ("t0003", ("t0002",), None)
    later = structure(*lines, "総務課長: 先ほどの辺見様のご質問ですが、貸出しの期間は14日でございます。")
    (brought,) = later.deferrals
    assert brought.answered_by == later.turns[-1].id
    assert later.turns[-1].kind.value == "回答"


def test_an_answer_finds_its_question_in_an_earlier_item(structure, meeting):
    held = meeting(
        agenda=[{"no": 1, "title": "報告事項", "kind": "report"}, {"no": 2, "title": "その他", "kind": "other"}]
    )
    found = structure(
        "座長: 議題の1、報告事項に入ります。",
        Q,
        "総務課長: 数字が手元にございませんので、確認して後ほどお答えします。",
        "座長: 最後に議題の2、その他に移ります。",
        "北原町 森田: 次回はいつでしょうか。",
        "推進部長: 9月でございます。",
        "総務課長: 先ほどの辺見様のご質問ですが、14日でございます。",
        meeting=held,
    )
    (owed,) = found.deferrals
    assert owed.answered_by == found.turns[-1].id
    assert [e.answer_turn_ids for e in found.exchanges] == [("t0003", "t0007"), ("t0006",)]


def test_taking_a_matter_home_is_a_deferral(structure):
    found = structure(TO_2, Q, "総務課長: 庁内の調整が必要でございますので、いったん持ち帰らせていただきます。")
    assert [d.answered_by for d in found.deferrals] == [None]


def test_time_grows_with_the_size_of_the_meeting(structure, transcript, meeting):
    from minutes.structure import analyse
    from minutes.turn import Attribution

    people = {"座長": "chair", "桜川市 辺見": "guest_a", "総務課長": "kacho"}

    def seconds(rounds: int) -> float:
        lines = [TO_2]
        for n in range(rounds):
            lines += [
                f"桜川市 辺見: 第{n}号の路線の停留所は何か所ですか。" * 2,
                f"総務課長: 第{n}号は{n}か所です。" * 4,
            ]
        text, held = transcript(*lines), meeting()
        known = tuple(
            Attribution(utterance_id=u.id, attendee_id=people[u.label], confidence=1, reason="表示名")
            for u in text.utterances
        )
        begin = time.process_time()
        analyse(text, known, held)
        return time.process_time() - begin

    seconds(50)
    # Eight times the talk: a quadratic step would cost sixty-four times the time.
    assert seconds(2400) < 24 * seconds(300)
