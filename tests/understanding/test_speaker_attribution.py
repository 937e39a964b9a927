"""Who spoke: each cue by itself, and the cases in which nobody may be named."""

import pytest

CHAIR = "座長"


def ids(found):
    return [a.attendee_id for a in found]


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("辺見 薫", "guest_a"),
        ("邊見薫", "guest_a"),
        ("桜川市 辺見", "guest_a"),
        ("辺見（桜川市）", "guest_a"),
        ("ヘンミ カオル", "guest_a"),
        ("浜崎恵", "kacho"),
        ("濱﨑 恵 / 地域局", "kacho"),
        ("浜﨑総務課長", "kacho"),
        ("○総務課長（浜﨑恵）", "kacho"),
        ("吉永理事", "kiko"),
        ("12番（森田修君）", "guest_b"),
        ("座長", "chair"),
        ("推進部長", "bucho"),
        ("桜川市", "guest_a"),
        ("佐野（西山村）", "guest_d"),
        ("佐野副市長", "guest_c"),
        ("佐野（愛）委員", "guest_c"),
        ("小川推進部長（臨時給付金担当課長兼務）", "bucho"),
    ],
)
def test_a_label_that_names_one_attendee_is_bound(who, label, expected):
    (found,) = who((label, "資料の差し替えがあります。"))
    assert found.attendee_id == expected
    assert found.confidence >= 0.8
    assert label in found.reason


@pytest.mark.parametrize(
    "label",
    [
        "佐野",
        "森田太郎",
        "新森田 修一",
        "第2会議室",
        "iPhone",
        "SPEAKER_07",
        "委員",
        "部長",
        "東浜市 辺見",
        "小川課長",
        None,
    ],
)
def test_a_label_that_fits_nobody_or_several_stays_open_with_a_reason(who, label):
    (found,) = who((label, "資料の差し替えがあります。"))
    assert found.attendee_id is None
    assert found.reason


def test_two_of_one_surname_are_told_to_the_reviewer(who):
    (found,) = who("佐野: 資料の差し替えがあります。")
    assert found.reason.startswith("同姓の候補が2名います")
    assert "佐野 愛" in found.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("桜川市の辺見です。一つ伺います。", "guest_a"),
        ("はい、北原町の森田と申します。CIOの代理です。", "guest_b"),
        ("ありがとうございます。地域局推進部長の小川でございます。", "bucho"),
        ("へんみです。よろしくお願いします。", "guest_a"),
        ("西山村の佐野でございます。", "guest_d"),
        ("広域支援機構の吉永です。", "kiko"),
        ("総務課長でございます。説明します。", "kacho"),
    ],
)
def test_self_introduction_decides_under_an_unknown_label(who, text, expected):
    (found,) = who(("SPEAKER_03", text))
    assert found.attendee_id == expected
    assert found.reason.startswith("自己紹介「")
    assert found.evidence == ("u0001",)


@pytest.mark.parametrize(
    "text",
    [
        "佐野です。よろしくお願いします。",
        "こちらは桜川市の辺見です。",
        "桜川市の辺見様です。",
        "それは森田さんのお話です。",
        "東浜市の辺見です。",
        "事務局を紹介します。推進部長の小川です。総務課長の浜﨑です。",
    ],
)
def test_naming_somebody_is_not_always_introducing_oneself(who, text):
    (found,) = who(("SPEAKER_03", text))
    assert found.attendee_id is None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("桜川市の辺見様、お願いいたします。", "guest_a"),
        ("では森田さん、どうぞ。", "guest_b"),
        ("ほかにいかがでしょうか。はい、北原町さん、お願いします。", "guest_b"),
        ("小川部長、いかがでしょうか。", "bucho"),
        ("総務課長、お願いします。", "kacho"),
        ("西山村の佐野副村長、ご発言をお願いします。", "guest_d"),
        ("辺見様のご質問について、小川部長からお答えをお願いします。", "bucho"),
        ("辺見様。", "guest_a"),
        ("推進部長。", "bucho"),
        ("12番、森田修議員。〔12番 森田修議員質問席へ〕（拍手）", "guest_b"),
        ("それでは森田様、お願いします。マイクを入れてください。", "guest_b"),
    ],
)
def test_the_chairs_call_points_to_the_next_speaker(who, words, expected):
    found = who((CHAIR, words), ("SPEAKER_05", "公園の遊具の点検はどのように行っているのか伺います。"))
    assert ids(found) == ["chair", expected]
    assert found[1].evidence == ("u0001",)
    assert "指名「" in found[1].reason or "引継ぎ「" in found[1].reason


@pytest.mark.parametrize(
    "words",
    [
        "佐野様、お願いいたします。",
        "桜川市の事例についてお願いします。",
        "先ほど小川部長からご説明いただきましたとおりです。どなたかお願いします。",
        "東浜市の辺見様、お願いいたします。",
        "小川課長、お願いいたします。",
    ],
)
def test_a_call_that_fits_several_or_nobody_binds_nobody(who, words):
    found = who((CHAIR, words), ("SPEAKER_05", "公園の遊具の点検はどのように行っているのか伺います。"))
    assert found[1].attendee_id is None


def test_handover_and_thanks_point_forward_and_back(who):
    found = who(
        "座長: ただいまの点はいかがですか。",
        "推進部長: 詳しくは担当の浜﨑課長からお答えします。",
        "話者4: 点検は年に2回行っています。",
        "座長: 浜﨑課長、ありがとうございました。",
    )
    assert ids(found) == ["chair", "bucho", "kacho", "chair"]
    assert "引継ぎ" in found[2].reason and "お礼" in found[2].reason


def test_thanks_alone_do_not_suffice(who):
    found = who("座長: 開会します。", "話者4: 点検は年に2回です。", "座長: 浜﨑課長、ありがとうございました。")
    assert found[1].attendee_id is None
    assert "弱い" in found[1].reason


def test_a_brief_yes_of_another_does_not_take_the_call(who):
    found = who("座長: 辺見様、お願いします。", "話者8: はい。", "話者2: 遊具の点検について伺います。")
    assert ids(found)[2] == "guest_a"
    assert ids(found)[1] is None


def test_a_called_person_is_not_bound_where_somebody_else_introduces_himself(who):
    found = who("座長: 小川部長、お願いします。", "話者8: 総務課長の浜﨑です。私からお答えします。")
    assert found[1].attendee_id == "kacho"


def test_a_voice_label_is_one_person_throughout_also_before_the_name_is_said(who):
    found = who(
        "座長: 開会します。",
        "話者2: 遊具の点検の件で伺います。",
        "座長: 続けてください。",
        "話者2: 桜川市の辺見です。名前を申し上げていませんでした。",
        "座長: 道路の件に移ります。",
        "話者2: 道路の件です。",
    )
    assert ids(found)[1::2] == ["guest_a"] * 3
    assert found[1].evidence == ("u0004",)
    assert "全て同じ方" in found[5].reason


def test_agreeing_in_the_name_of_ones_body_is_speaking_for_it_and_not_naming_the_one_before(who):
    found = who(
        "座長: では北原町の森田様、お願いします。",
        "SPEAKER_05: 北原町の森田です。置き場所がないことが課題だと考えます。",
        "座長: では桜川市の辺見様、お願いします。",
        "SPEAKER_06: 桜川市の辺見です。倉庫も補助の対象に含めるべきだと考えます。",
        "SPEAKER_05: 北原町も同じ意見です。体育館の隅に積んでおくことになりますので。",
    )
    assert ids(found) == ["chair", "guest_b", "chair", "guest_a", "guest_b"]
    assert "団体の自称「北原町も同じ意見です。」" in found[4].reason
    # By itself it is too little, and a colleague may speak of the other.
    alone = who("座長: ご意見をどうぞ。", "SPEAKER_05: 北原町も同じ意見です。体育館の隅に積んでいます。")
    assert alone[1].attendee_id is None


def test_a_voice_label_that_points_to_two_people_says_nothing_by_itself(who):
    found = who(
        "座長: 開会します。",
        "話者2: 桜川市の辺見です。伺います。",
        "座長: 続けてください。",
        "話者2: 遊具の点検の件です。",
        "座長: 森田様、お願いします。",
        "話者2: 道路の件です。",
    )
    assert ids(found)[1::2] == ["guest_a", None, None]
    assert "食い違" in found[5].reason


def test_a_room_of_two_who_introduce_themselves_is_split(who):
    found = who(
        "大ホール: 推進部長の小川です。道路の説明をします。",
        "大ホール: 延長は5キロです。",
        "大ホール: 総務課長の浜﨑です。職員の説明をします。",
        "大ホール: 定員は40人です。",
        "桜川市: 質問があります。",
        "大ホール: お答えします。費用は来年度に示します。",
    )
    assert ids(found)[:4] == ["bucho", "bucho", "kacho", "kacho"]
    assert found[5].attendee_id is None


def test_a_stranger_in_a_room_ends_the_binding(who):
    found = who(
        "第1会議室: 推進部長の小川です。", "第1会議室: 東浜市の大谷と申します。伺います。", "第1会議室: 予算の件です。"
    )
    assert ids(found) == ["bucho", None, None]
    assert "名簿にない方" in found[1].reason


def test_someone_else_at_a_named_screen_leaves_the_label_in_doubt(who):
    found = who("桜川市 辺見: 北原町の森田です。席を借りています。", "座長: どうぞ。", "桜川市 辺見: 道路の件です。")
    assert ids(found) == [None, "chair", None]
    assert "食い違い" in found[0].reason


def test_no_labels_at_all(who):
    found = who(
        (None, "それでは辺見様、お願いいたします。"),
        (None, "遊具の点検の頻度を教えてください。"),
        (None, "年に2回です。"),
    )
    assert ids(found) == [None, "guest_a", None]
    assert found[2].reason == "発言者を示す手掛かりがありません"


def test_the_one_who_chairs_is_the_chair_of_the_roster(who):
    found = who(
        "話者1: ただいまから開会いたします。次の議題に移ります。",
        "話者2: 桜川市の辺見です。伺います。",
        "話者1: 小川部長、お願いします。",
        "話者3: 年に2回です。",
    )
    assert ids(found) == ["chair", "guest_a", "chair", "bucho"]
    assert "進行" in found[0].reason


def test_who_chairs_is_left_open_where_a_vice_chair_may_preside(who, meeting):
    roster = [
        {"id": "c", "name": "原 進", "post": "議長"},
        {"id": "v", "name": "堀 実", "post": "副議長"},
        {"id": "m", "name": "辺見 薫", "post": "議員"},
    ]
    found = who("話者1: ただいまから開会いたします。辺見議員。", "話者2: 伺います。", meeting=meeting(roster=roster))
    assert ids(found) == [None, "m"]


def test_presenter_and_thanks_together_suffice(who):
    found = who(
        "座長: 次に議題の2、報告事項に移ります。説明をお願いします。",
        "話者6: 移動図書館の再編についてご説明いたします。来年4月から巡回を週3日に改め、停留所を12か所増やします。利用者の多い団地を優先いたします。以上です。",
        "座長: 浜﨑課長、ありがとうございました。",
    )
    assert found[1].attendee_id == "kacho"


def test_an_empty_transcript_has_no_attributions(who):
    assert who() == ()
