"""Where a turn ends, what only echoes or remarks, and what kind of turn remains."""

import pytest

from minutes.turn import TurnKind as K

TO_2 = "座長: 次に議題の2、報告事項に移ります。"
Q = "桜川市 辺見: 停留所はどのように選ぶのでしょうか。"
A = "総務課長: 停留所は利用者の多い団地から選び、各課で登録します。"


def kinds(found):
    return {i: t.kind for t in found.turns for i in t.utterance_ids}


def groups(found):
    return [t.utterance_ids for t in found.turns]


def test_a_short_word_of_somebody_else_does_not_end_a_turn(structure):
    found = structure(TO_2, Q, A, "桜川市 辺見: はい。", "総務課長: なお、山間部は来年度に見直します。")
    assert groups(found) == [("u0001",), ("u0002",), ("u0003", "u0005"), ("u0004",)]
    assert kinds(found)["u0004"] is K.BACKCHANNEL


@pytest.mark.parametrize(
    "word", ["桜川市 辺見: はい。山間部はどうなりますか。", "北原町 森田: 山間部にも広げるべきだと思います。"]
)
def test_a_word_of_substance_ends_it(structure, word):
    assert ("u0003",) in groups(structure(TO_2, Q, A, word, "総務課長: 山間部は来年度に見直します。"))


def test_a_yes_to_a_question_is_its_answer(structure):
    found = structure(
        TO_2,
        "桜川市 辺見: 団地から選ぶという理解でよろしいでしょうか。",
        "総務課長: はい。",
        "桜川市 辺見: 分かりました。",
    )
    assert [t.kind for t in found.turns] == [K.CHAIRING, K.QUESTION, K.ANSWER, K.BACKCHANNEL]
    assert [e.answer_turn_ids for e in found.exchanges] == [(found.turns[2].id,)]


def test_a_yes_before_the_full_answer_is_none(structure):
    found = structure(TO_2, Q, "総務課長: はい。", "座長: 総務課長、お願いします。", A)
    assert [t.kind for t in found.turns] == [K.CHAIRING, K.QUESTION, K.BACKCHANNEL, K.CHAIRING, K.ANSWER]


def test_the_chairs_decision_is_a_turn_of_its_own(structure):
    found = structure(
        TO_2,
        "座長: 賛成の方の挙手を求めます。",
        "座長: 賛成者多数です。よって、原案のとおり可決されました。",
        "座長: それでは、ここで5分ほど休憩いたします。",
    )
    assert [t.kind for t in found.turns] == [K.CHAIRING, K.DECISION, K.CHAIRING]


def test_the_chairs_view_lasts_until_chairing(structure):
    found = structure(
        TO_2,
        "座長: 私からも一言申し上げますと、利用者の声を聞くことが大事だと考えております。",
        "座長: 小さな集落の方ほど声が届きにくいものです。",
        "座長: それでは、ほかにご質問はございますか。",
    )
    assert groups(found) == [("u0001",), ("u0002", "u0003"), ("u0004",)]
    assert [t.kind for t in found.turns][1:] == [K.OPINION, K.CHAIRING]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("ありがとうございます。なるほど、各課で登録されるんですね。", K.BACKCHANNEL),
        ("なるほど、団地から選ばれると。", K.BACKCHANNEL),
        ("各課で登録されるんですね。はい、分かりました。", K.BACKCHANNEL),
        ("ああ、そうですか、各課のほうにね。はい。", K.BACKCHANNEL),
        ("ああ、そうですか、では費用は町が持つのですね。", None),
        ("なるほど、学校で登録されるんですね。", None),
        ("なるほど、各課で登録されるんですね。それは心配です。", None),
    ],
)
def test_giving_back_what_was_said_is_a_backchannel(structure, words, kind):
    found = structure(TO_2, Q, A, f"桜川市 辺見: {words}", "座長: ほかにございますか。")
    assert (found.turns[3].kind is K.BACKCHANNEL) == (kind is K.BACKCHANNEL)


def test_words_given_back_and_confirmed_at_once_are_a_question(structure):
    found = structure(TO_2, Q, A, "桜川市 辺見: 各課で登録されるということですね。", "総務課長: そのとおりです。")
    assert [t.kind for t in found.turns][3:] == [K.QUESTION, K.ANSWER]


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ((None, "（賛成者挙手）"), K.CHAIRING),
        ((None, "〔「異議なし」と呼ぶ者あり〕"), K.BACKCHANNEL),
        ("北原町 森田: すみません、冷房が少し強いようなのですが。", K.SMALL_TALK),
        ("北原町 森田: ご視聴ありがとうございました。", K.SMALL_TALK),
        ("北原町 森田: 関連で1点だけよろしいでしょうか。", K.CHAIRING),
        ("北原町 森田: 学校の冷房の更新は何校で行うのでしょうか。", K.QUESTION),
        ("北原町 森田: 費用が分からなかったので、もう一度いいですか。", K.QUESTION),
        ("北原町 森田: 私は原案に反対です。費用は町に負わせないでいただきたい。", K.OPINION),
        ("北原町 森田: 本町としても一緒に作らせていただきたいと思います。", K.OPINION),
        ("北原町 森田: 決める前に必ず説明に来てください。", K.REQUEST),
        ("北原町 森田: 集落が孤立しましたので、是非、前向きにお考えいただきたいと思います。", K.REQUEST),
        ("北原町 森田: 山間部にもご配慮いただければと思います。", K.REQUEST),
        ("推進部長: 事務連絡でございます。次回は9月に開きます。", K.REPORT),
        ("推進部長: 巡回車両は来年度に3台を入れ替える予定でございます。", K.REPORT),
        ("推進部長: 推進部長の小川でございます。どうぞよろしくお願いいたします。", K.GREETING),
    ],
)
def test_kinds_by_their_words(structure, line, kind):
    assert kinds(structure(TO_2, line))["u0002"] is kind


def test_a_view_in_the_form_of_a_question_is_a_question_only_where_an_official_answers(structure):
    view = "北原町 森田: 山間部にこそ巡回を広げるべきではないでしょうか。"
    assert kinds(structure(TO_2, view, "西山村 佐野剛: 私も同じ意見です。"))["u0002"] is K.OPINION
    assert kinds(structure(TO_2, view, "総務課長: 山間部は来年度に検討します。"))["u0002"] is K.QUESTION


def test_a_question_put_before_the_end_of_a_turn_is_still_one(structure):
    words = "北原町 森田: 巡回の曜日についてお伺いいたします。本町では週3日の要望が多いのです。山間部では冬に道が閉ざされます。"
    assert kinds(structure(TO_2, words, "総務課長: 巡回は週3日でございます。"))["u0002"] is K.QUESTION
    assert kinds(structure(TO_2, words, "座長: ありがとうございました。"))["u0002"] is K.OPINION


def test_members_of_a_council_ask_whatever_their_side(structure, meeting):
    people = [("cho", "木村 誠", "委員長"), ("iin", "辻 明", "委員"), ("kacho", "原 恵", "福祉課長")]
    held = meeting(
        roster=[{"id": i, "name": n, "post": p, "side": "own"} for i, n, p in people],
        agenda=[{"no": 1, "title": "議案の審査", "kind": "discussion"}],
    )
    found = structure(
        "木村委員長: ただいまから委員会を開会いたします。",
        "辻委員: 対象となる方は何人でしょうか。",
        "原福祉課長: 8,700人でございます。",
        "辻委員: その人数で足りるとお考えですか。",
        "原福祉課長: 足りると見込んでおります。",
        meeting=held,
    )
    assert [t.kind for t in found.turns] == [K.CHAIRING, K.QUESTION, K.ANSWER, K.QUESTION, K.ANSWER]


def test_who_is_not_identified_among_officials_answers(structure):
    found = structure(
        TO_2,
        ("第1会議室", "総務課長の浜﨑です。移動図書館の再編についてご説明いたします。巡回を週3日に改めます。"),
        ("第1会議室", "推進部長の小川です。車両の更新についてご説明いたします。来年度に入れ替えます。"),
        Q,
        ("第1会議室", "停留所の多い団地から選びます。"),
        "北原町 森田: 車両は何台でしょうか。",
        ("第1会議室", "6台でございます。"),
    )
    assert found.turns[-1].attendee_id is None
    assert [t.kind for t in found.turns][-3:] == [K.ANSWER, K.QUESTION, K.ANSWER]


def test_who_is_not_identified_goes_on_asking_under_the_askers_label(structure):
    found = structure(
        TO_2,
        ("第1会議室", "桜川市の辺見です。停留所は減るのでしょうか。"),
        ("第1会議室", "減ると、団地の住民が困るのです。"),
        "総務課長: 停留所は減りません。",
    )
    assert [kinds(found)[u] for u in ("u0002", "u0003", "u0004")] == [K.QUESTION, K.QUESTION, K.ANSWER]


def test_chat_before_the_opening_is_small_talk(structure):
    found = structure(
        "推進部長: 昨日の試合は惜しかったですね。",
        "桜川市 辺見: 本当に、あと一人だったんですが。",
        "座長: 定刻になりましたので、ただいまから連絡会を開会します。",
    )
    assert [t.kind for t in found.turns] == [K.SMALL_TALK, K.SMALL_TALK, K.CHAIRING]


def test_saying_that_the_sound_is_fine_is_small_talk_after_trouble_only(structure):
    fine = "北原町 森田: はい、大丈夫です。"
    trouble = "座長: 音声が途切れていますが、聞こえますでしょうか。"
    assert kinds(structure(TO_2, Q, A, trouble, fine))["u0005"] is K.SMALL_TALK
    assert kinds(structure(TO_2, Q, A, fine))["u0004"] is not K.SMALL_TALK


@pytest.mark.parametrize(
    ("first", "kind"),
    [
        ("それでは次第の1、挨拶ということで、座長の私から一言申し上げます。", K.GREETING),
        ("座長の水野です。皆さん、暑い中、お集まりいただきましてありがとうございます。", K.GREETING),
        ("それでは、ただいまから会議を開会いたします。座長の水野です。お忙しい中ありがとうございます。", K.CHAIRING),
    ],
)
def test_the_chairs_own_address_begins_where_he_announces_it(structure, meeting, first, kind):
    agenda = [{"no": 1, "title": "挨拶", "kind": "greeting", "presenter_ids": ["chair"]}]
    address = "座長: 物価高が続きまして、住民の暮らしも市町村の財政も、大変厳しい状況にございます。広域での連携が、これまで以上に大切になると考えております。"
    found = structure(f"座長: {first}", address, meeting=meeting(agenda=agenda))
    assert kinds(found) == {"u0001": kind, "u0002": K.GREETING}


def test_a_title_is_found_across_pauses(structure, meeting):
    held = meeting(
        agenda=[
            {"no": 1, "title": "議案第31号 見守り支援条例", "kind": "discussion"},
            {"no": 2, "title": "陳情第4号 所得制限の撤廃を求める陳情", "kind": "discussion"},
        ]
    )
    found = structure(
        "座長: 議案第31号、見守り支援条例を議題といたします。",
        Q,
        "座長: 続きまして、陳情第4号、所得制限の撤廃を求める陳情を議題といたします。",
        A,
        meeting=held,
    )
    assert [t.agenda_no for t in found.turns] == [1, 1, 2, 2]
