"""Units and what is left out, with the house style deciding."""

from minutes.profiles import load_profile
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.turn import TurnKind
from minutes.unit import LeftOut
from minutes.units import build_units

TO_2 = "座長: 次に議題の2、報告事項に移ります。"


def plan(transcript, meeting, *lines, **profile):
    text, held = transcript(*lines), meeting()
    house = load_profile("tokyo_cio").model_copy(update=profile)
    return build_units(text, analyse(text, attribute(text, held), held), held, house)


def test_greeting_becomes_bullets_within_its_budget(transcript, meeting):
    words = "皆様にはお忙しい中お集まりいただき感謝申し上げます。今年度も協力をお願いします。" * 30
    found = plan(transcript, meeting, "座長: 開会します。", f"推進部長: {words}")
    (unit,) = found.units
    assert (unit.kind, unit.bullets, unit.attendee_id, unit.agenda_no) == (TurnKind.GREETING, True, "bucho", 1)
    assert unit.budget == load_profile("tokyo_cio").budgets["挨拶"].most
    assert found.left_out == (("u0001", LeftOut.CHAIRING),)


def test_an_answer_carries_its_question_as_context(transcript, meeting):
    question = "停留所はどのように選ぶのでしょうか。"
    found = plan(transcript, meeting, TO_2, f"桜川市 辺見: {question}", "総務課長: 停留所は団地から選びます。")
    assert [u.kind for u in found.units] == [TurnKind.QUESTION, TurnKind.ANSWER]
    assert [u.context for u in found.units] == [(), (question,)]


def test_reports_are_titles_only_where_the_profile_says_so(transcript, meeting):
    lines = (TO_2, "総務課長: 移動図書館の再編についてご説明いたします。巡回を週3日に改めます。")
    assert ("u0002", LeftOut.REPORT_AS_TITLE) in plan(transcript, meeting, *lines, summarise_reports=False).left_out
    (unit,) = plan(transcript, meeting, *lines, summarise_reports=True).units
    assert unit.kind is TurnKind.REPORT


def test_an_explanation_that_no_title_stands_for_is_kept(transcript, meeting):
    lines = (TO_2, "推進部長: 巡回車両の更新についてご報告いたします。来年度に3台を入れ替えます。")
    (unit,) = plan(transcript, meeting, *lines, summarise_reports=False).units
    assert (unit.kind, unit.attendee_id) == (TurnKind.REPORT, "bucho")


def test_the_chairs_opinion_is_kept_only_where_the_profile_says_so(transcript, meeting):
    lines = (
        "座長: 開会します。",
        "推進部長: 道路の件です。",
        "座長: 私からも一言申し上げますと、現場の声を聞くことが大事だと考えております。",
    )
    assert ("u0003", LeftOut.CHAIRING) in plan(transcript, meeting, *lines, keep_chair_opinions=False).left_out
    kept = plan(transcript, meeting, *lines, keep_chair_opinions=True)
    assert [u.attendee_id for u in kept.units] == ["bucho", "chair"]


def test_inaudible_is_only_an_utterance_of_nothing_else(transcript, meeting):
    found = plan(
        transcript,
        meeting,
        TO_2,
        "桜川市 辺見: 停留所の選び方を教えてください。",
        "桜川市 辺見: [聴取不能]",
        "桜川市 辺見: （聞き取れず）",
        "桜川市 辺見: 団地の[聴取不能]も選ぶのでしょうか。",
        "座長: 〔聴取不能〕",
    )
    assert [r for _, r in found.left_out if r is LeftOut.INAUDIBLE] == [LeftOut.INAUDIBLE] * 3
    (unit,) = found.units
    assert [u.id for u in unit.utterances] == ["u0002", "u0005"]


def test_slight_utterances_inside_a_turn_are_left_out_by_name(transcript, meeting):
    found = plan(
        transcript,
        meeting,
        TO_2,
        "桜川市 辺見: 停留所はどう選ぶのでしょうか。",
        "総務課長: はい。",
        "総務課長: 聞こえますでしょうか。",
        "総務課長: 停留所は団地から選びます。",
    )
    assert dict(found.left_out) == {
        "u0001": LeftOut.CHAIRING,
        "u0003": LeftOut.BACKCHANNEL,
        "u0004": LeftOut.SMALL_TALK,
    }


def test_closed_turns_are_units_marked_closed_and_lend_no_context(transcript, meeting):
    found = plan(
        transcript,
        meeting,
        TO_2,
        "桜川市 辺見: 料金はいくらでしょうか。",
        "座長: 続いて議題の3、水道料金の見直しに関する協議に入ります。",
        "推進部長: 料金は月412円の改定です。",
    )
    assert [(u.agenda_no, u.closed, u.context) for u in found.units] == [(2, False, ()), (3, True, ())]


def test_a_guests_own_body_is_named_by_its_kind(transcript, meeting):
    found = plan(transcript, meeting, TO_2, "北原町 森田: うちの町では巡回を増やすべきだと思います。")
    assert ("うちの町", "当町") in found.units[0].own_words


def test_the_own_side_is_named_by_its_word_whoever_speaks_of_it(transcript, meeting):
    lines = (TO_2, "北原町 森田: 御庁では、県さんの予算で巡回を増やすお考えはありますか。")
    found = plan(transcript, meeting, *lines, own_side_word="県")
    assert {("御庁", "県"), ("県さん", "県")} <= set(found.units[0].own_words)
    found = plan(transcript, meeting, *lines, own_side_word="都")
    assert all(written != "都" for _, written in found.units[0].own_words)
