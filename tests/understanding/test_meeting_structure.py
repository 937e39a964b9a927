"""Agenda spans, closed stretches, kinds of turn and links between questions and answers."""

import pytest

from minutes.turn import TurnKind as K

OPEN = "座長: ただいまから連絡会を開会します。"
TO_2 = "座長: 次に議題の2、報告事項に移ります。"
TO_3 = "座長: 続いて議題の3、水道料金の見直しに関する協議に入ります。"
TO_4 = "座長: 最後に議題の4、その他に移ります。"
FACT = "推進部長: 停留所は12か所増えます。"


def closed_texts(found, lines):
    closed = {i for t in found.turns if t.closed for i in t.utterance_ids}
    return [n for n in range(1, len(lines) + 1) if f"u{n:04d}" in closed]


def agenda_of(found):
    return {i: t.agenda_no for t in found.turns for i in t.utterance_ids}


@pytest.mark.parametrize(
    "words",
    [
        "次に議題の2、報告事項に移ります。",
        "それでは次第2に入ります。",
        "続きまして、報告事項です。",
        "挨拶は以上といたしまして、次の議題に移ります。",
        "それでは議事の二番目の議題、報告事項をお願いします。",
        "続いて、移動図書館の再編について、説明をお願いします。",
    ],
)
def test_an_item_is_located_by_number_title_or_next(structure, words):
    found = structure(OPEN, FACT, f"座長: {words}", FACT)
    assert agenda_of(found) == {"u0001": 1, "u0002": 1, "u0003": 2, "u0004": 2}
    assert [s.located for s in found.spans][:2] == [False, True]
    assert (found.spans[1].first, found.spans[1].last) == ("u0003", "u0004")


@pytest.mark.parametrize(
    "words",
    [
        "本日の議題は、1の挨拶、2の報告事項、3の水道料金の見直しに関する協議、4のその他です。",
        "報告事項は後ほど説明します。",
        "議題の3は非公開とする予定です。",
        "議題の2の報告事項は以上です。",
    ],
)
def test_reading_the_agenda_or_announcing_opens_nothing(structure, words):
    found = structure(OPEN, f"座長: {words}", FACT)
    assert set(agenda_of(found).values()) == {1}


def test_items_never_go_back(structure):
    found = structure(OPEN, TO_4, "座長: それでは議題の2、報告事項に移ります。", FACT)
    assert agenda_of(found)["u0004"] == 4


def test_a_member_saying_a_title_opens_nothing(structure):
    found = structure(OPEN, "桜川市 辺見: 次に議題の2、報告事項に移りますか。", FACT)
    assert agenda_of(found)["u0003"] == 1


def test_a_closed_item_is_closed_to_the_next_located_item(structure):
    lines = (OPEN, TO_2, FACT, TO_3, "推進部長: 料金は月412円の改定です。", TO_4, "座長: 次回は6月です。")
    assert closed_texts(structure(*lines), lines) == [4, 5]


def test_words_close_and_open_inside_a_public_item(structure):
    lines = (
        OPEN,
        TO_2,
        FACT,
        "座長: ここからは非公開とします。",
        "推進部長: 候補地は3か所です。",
        "座長: それでは、ここからは公開といたします。",
        FACT,
    )
    assert closed_texts(structure(*lines, meeting=None), lines)[:3] == [4, 5, 6]
    assert 7 not in closed_texts(structure(*lines[:-1], TO_3, TO_4, FACT), (*lines[:-1], TO_3, TO_4, FACT))[:3]


@pytest.mark.parametrize(
    ("closing", "opening"),
    [
        ("ここからは非公開です。", "それでは、公開に戻します。"),
        ("ただいまから非公開といたします。", "以上で非公開の部分を終わります。"),
        ("この部分は非公開で審議いたします。", "それでは、公開を再開いたします。"),
        ("恐れ入りますが、傍聴の方はご退席ください。", "傍聴の方にお入りいただいてください。"),
    ],
)
def test_a_stretch_inside_an_item_is_closed_from_announcement_to_announcement(structure, meeting, closing, opening):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion", "disclosure": "partial"}])
    lines = (FACT, f"座長: {closing}", "推進部長: 予定額は8,412万円です。", f"座長: {opening}", FACT)
    assert closed_texts(structure(*lines, meeting=held), lines) == [2, 3, 4]


def test_saying_that_another_meeting_was_private_closes_nothing(structure, meeting):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion"}])
    lines = (FACT, "推進部長: 審議会は非公開で実施しておりますので、内容は申し上げられません。", FACT)
    assert closed_texts(structure(*lines, meeting=held), lines) == []


def test_only_the_chair_opens_again(structure, meeting):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion"}])
    lines = (
        "座長: ここからは非公開とします。",
        "推進部長: 候補地は3か所です。",
        "桜川市 辺見: ここからは公開といたします。",
        "推進部長: 予定額は8,412万円です。",
        "座長: ここからは公開といたします。",
        FACT,
    )
    assert closed_texts(structure(*lines, meeting=held), lines) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((FACT, FACT), [1, 2]),
        ((FACT, "座長: ここからは非公開とします。", FACT), [2, 3]),
        ((FACT, "座長: 以上で非公開の部分は終了です。ここからは公開します。", FACT), [1, 2]),
        ((FACT, "座長: ここから先は公開できません。", FACT), [2, 3]),
        ((FACT, "座長: 傍聴の方はご退室をお願いします。", FACT), [2, 3]),
        ((FACT, "座長: この議事は一部非公開の予定です。", FACT), [1, 2, 3]),
    ],
)
def test_a_partial_item(structure, meeting, lines, expected):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion", "disclosure": "partial"}])
    assert closed_texts(structure(*lines, meeting=held), lines) == expected


def test_a_closed_item_that_nobody_opened_closes_all_where_it_may_lie(structure):
    lines = (OPEN, TO_2, FACT, "推進部長: 料金は月412円の改定です。", TO_4, FACT)
    found = structure(*lines)
    assert closed_texts(found, lines) == [2, 3, 4]
    span = found.spans[2]
    assert (span.located, span.first, span.last) == (False, "u0002", "u0004")


@pytest.mark.parametrize(
    "back", ["議題の3に戻ります。", "順番が前後しますが、水道料金の見直しに関する協議をお願いします。"]
)
def test_going_back_to_a_closed_item_closes_what_follows(structure, back):
    lines = (OPEN, TO_2, FACT, TO_3, FACT, TO_4, FACT, f"座長: {back}", "推進部長: 料金は月412円の改定です。")
    assert closed_texts(structure(*lines), lines) == [4, 5, 8, 9]


def test_a_number_in_passing_does_not_skip_an_item(structure):
    found = structure(OPEN, TO_2, "座長: その件は議題の4でございます。", FACT, TO_3, FACT)
    assert agenda_of(found) == {"u0001": 1, "u0002": 2, "u0003": 2, "u0004": 2, "u0005": 3, "u0006": 3}


def test_no_item_located_closes_everything(structure):
    lines = ("話者1: おはようございます。道路の件です。", "話者2: 料金は月412円です。")
    assert closed_texts(structure(*lines), lines) == [1, 2]


def test_closing_words_bound_the_doubt(structure):
    lines = (OPEN, TO_2, FACT, "座長: ここからは非公開とします。", "推進部長: 料金は月412円です。")
    assert closed_texts(structure(*lines), lines) == [4, 5]


Q = "桜川市 辺見: 停留所はどのように選ぶのでしょうか。"
A = "総務課長: 停留所は利用者の多い団地から選びます。"


@pytest.mark.parametrize(
    ("lines", "index", "kind"),
    [
        ((OPEN,), 0, K.CHAIRING),
        (
            (OPEN, "推進部長: 皆様にはお忙しい中お集まりいただき感謝申し上げます。今年度も協力をお願いします。"),
            1,
            K.GREETING,
        ),
        ((TO_2, "総務課長: 移動図書館の再編についてご説明いたします。巡回を週3日に改めます。"), 1, K.REPORT),
        ((TO_2, Q), 1, K.QUESTION),
        ((TO_2, "北原町 森田: 巡回の曜日を教えていただければと思います。よろしくお願いします。"), 1, K.QUESTION),
        ((TO_2, "北原町 森田: 時刻表の作り方をお聞きしたいです。"), 1, K.QUESTION),
        ((TO_2, Q, A), 2, K.ANSWER),
        ((TO_2, Q, A, "広域支援機構 吉永: 少し補足します。選定には運転手の意見も聞きます。"), 3, K.SUPPLEMENT),
        ((TO_2, "北原町 森田: 団地だけでなく山間部にも巡回を広げるべきだと思います。"), 1, K.OPINION),
        ((TO_2, "北原町 森田: 山間部にも巡回を広げていただきたい。これは要望です。"), 1, K.REQUEST),
        ((TO_2, Q, A, "桜川市 辺見: はい、分かりました。"), 3, K.BACKCHANNEL),
        ((TO_2, Q, A, "桜川市 辺見: それは大変助かります。ありがとうございます。"), 3, K.BACKCHANNEL),
        ((TO_2, "北原町 森田: すみません、マイクが入っていないようです。聞こえますか。"), 1, K.SMALL_TALK),
        ((TO_2, "北原町 森田: すみません、北原町の森田ですが、よろしいですか。"), 1, K.CHAIRING),
        ((TO_2, "座長: ご異議がないようですので、原案のとおり決定いたします。"), 1, K.DECISION),
        ((TO_2, FACT, "座長: この案で決定してよろしいでしょうか。"), 2, K.CHAIRING),
        (
            (TO_2, FACT, "座長: 私からも一言申し上げますと、利用者の声を聞くことが大事だと考えております。"),
            2,
            K.OPINION,
        ),
        ((TO_2, FACT, "座長: 私からも1点伺いますが、巡回の記録は残しているのでしょうか。"), 2, K.QUESTION),
        ((TO_2, "北原町 森田: 音声読み上げの画面を市民に公開する予定はあるのでしょうか。"), 1, K.QUESTION),
    ],
)
def test_kinds(structure, lines, index, kind):
    found = structure(*lines)
    of = {i: t.kind for t in found.turns for i in t.utterance_ids}
    assert of[f"u{index + 1:04d}"] is kind


def test_a_run_of_kinds_is_one_turn_with_the_weightiest(structure):
    found = structure(TO_2, Q, "総務課長: はい。", "総務課長: 停留所は団地から選びます。")
    assert [(t.kind, t.utterance_ids) for t in found.turns][2] == (K.ANSWER, ("u0003", "u0004"))


def test_an_item_or_closed_border_splits_a_turn(structure):
    found = structure(OPEN, TO_2, TO_3)
    assert [(t.agenda_no, t.closed) for t in found.turns] == [(1, False), (2, False), (3, True)]


def links(found):
    of = {t.id: t.utterance_ids[0] for t in found.turns}
    return {
        (tuple(of[q] for q in e.question_turn_ids), tuple(of[a] for a in e.answer_turn_ids)) for e in found.exchanges
    }


def test_a_late_answer_finds_its_question_behind_another_exchange(structure):
    found = structure(
        TO_2,
        "桜川市 辺見: 移動図書館の電子書籍の貸出しは、どのような仕組みで行うのでしょうか。",
        "総務課長: 電子書籍の貸出しは県の共同システムで行います。",
        "北原町 森田: 巡回車両の燃料費は市町村が負担するのでしょうか。",
        "推進部長: 車両の燃料費は県が負担します。",
        "広域支援機構 吉永: 電子書籍の貸出しについて補足しますと、共同システムの利用には図書カードの登録が必要です。",
    )
    assert links(found) == {(("u0002",), ("u0003", "u0006")), (("u0004",), ("u0005",))}
    assert found.turns[-1].kind is K.SUPPLEMENT
    assert all(0 < e.confidence <= 1 for e in found.exchanges)


def test_one_question_of_three_points_is_answered_by_two(structure):
    found = structure(
        TO_2,
        "桜川市 辺見: 3点伺います。まず、巡回車両の台数はいくつか。次に、司書の配置はどうするのか。最後に、電子書籍の予算はいくらか。",
        "推進部長: 1点目の巡回車両の台数は6台です。2点目の司書の配置は各車両に1人です。",
        "座長: 3点目は浜﨑課長、お願いします。",
        "総務課長: 3点目の電子書籍の予算は320万円です。",
    )
    assert links(found) == {(("u0002",), ("u0003", "u0005"))}
    assert {t.kind for t in found.turns if t.attendee_id in ("bucho", "kacho")} == {K.ANSWER}


def test_one_answer_serves_two_questions_on_one_topic(structure):
    found = structure(
        TO_2,
        "桜川市 辺見: 電子書籍の貸出し期間は何日でしょうか。",
        "北原町 森田: 電子書籍の貸出し冊数は何冊でしょうか。",
        "総務課長: 電子書籍の貸出し期間は14日、貸出し冊数は3冊です。",
    )
    assert links(found) == {(("u0002", "u0003"), ("u0004",))}


def test_an_answer_that_takes_up_what_was_just_asked_serves_no_earlier_question(structure):
    found = structure(
        TO_2,
        "桜川市 辺見: 花壇のように地域で管理している土地はどのくらいあるのでしょうか。",
        "総務課長: 地域で管理している土地は8か所でございます。",
        "北原町 森田: 目標の金額は幾らでしょうか。",
        "総務課長: えー、それにつきましては、土地の鑑定をこれから行います。地域で管理している土地もございますので、金額は示せません。",
    )
    assert [(e.question_turn_ids, e.answer_turn_ids) for e in found.exchanges] == [
        (("t0002",), ("t0003",)),
        (("t0004",), ("t0005",)),
    ]


def test_no_link_crosses_a_closed_border(structure, meeting):
    held = meeting(agenda=[{"no": 1, "title": "協議", "kind": "discussion"}])
    found = structure(
        "桜川市 辺見: 水道料金の改定額はいくらでしょうか。",
        "座長: ここからは非公開とします。",
        "推進部長: 水道料金の改定額は月412円です。",
        meeting=held,
    )
    assert found.exchanges == ()
