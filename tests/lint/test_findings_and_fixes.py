"""Advice on wording as findings of a draft, and fixes that a person accepts."""

import pytest
from meeting_builder import Said, canonical, meeting, stages

from minutes.checks import check
from minutes.document import Finding, Fix, MinutesDocument, Severity
from minutes.edits import apply_fixes, edit_block, leave_out
from minutes.errors import InputError
from minutes.lint.house import WordingRules
from minutes.lint.table import BY_ID
from minutes.profile import Profile
from minutes.profiles import load_profile, parse_profile
from minutes.turn import TurnKind

TOKYO = load_profile()


def draft(*texts: str) -> MinutesDocument:
    said = [Said("hirabayashi", [text], [(text, [0])]) for text in texts]
    return stages(said, of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()


def advice(document: MinutesDocument, profile: Profile = TOKYO) -> list[Finding]:
    return [each for each in check(document, profile) if each.rule.startswith("K")]


def test_every_remark_has_place_message_and_the_severity_of_its_rule() -> None:
    found = advice(draft("3ヶ月で行なう。", "令和8年2月9日（火）に開く。"))
    assert [(each.rule, each.severity, each.place.sentence_id) for each in found] == [
        ("K07", Severity.WARN, "s0001"),
        ("K14", Severity.WARN, "s0001"),
        ("K26", Severity.ERROR, "s0002"),
    ]
    assert all(each.severity is BY_ID[each.rule].severity and "。" in each.message for each in found)


def test_accepted_fixes_mend_the_sentence_and_nothing_else() -> None:
    document = draft("3ヶ月で行なう。", "生成 AI を使う。")
    fixes = [each.fix for each in advice(document) if each.fix]
    mended = apply_fixes(document, fixes)
    assert [each.text for block in mended.sections[0].blocks for each in block.sentences] == [
        "3か月で行う。",
        "生成AIを使う。",
    ]
    assert [block.sentences[0].evidence for block in mended.sections[0].blocks] == [("u0001",), ("u0002",)]
    assert advice(mended) == []


@pytest.mark.parametrize(
    ("marks", "skipped"),
    [
        (["(1) ", "ア ", "(ア) ", "a ", "(2) ", "ア "], []),
        (["1 ", "(1) ", "2 "], []),
        (["ア "], [0]),
        (["(1) ", "(ア) ", "(イ) "], [1]),
        (["1.5倍の", "3割の", "アプリの", "a"], []),
    ],
)
def test_marks_of_headings_pass_over_no_level(marks: list[str], skipped: list[int]) -> None:
    document = draft(*(f"{mark}予算を定める。" for mark in marks))
    found = [each for each in advice(document) if each.rule == "K23"]
    assert [each.place.sentence_id for each in found] == [f"s{n + 1:04}" for n in skipped]
    off = TOKYO.model_copy(update={"wording": WordingRules(without=("K23",))})
    assert not [each for each in advice(document, off) if each.rule == "K23"]


def test_a_fix_for_a_text_that_has_changed_is_refused() -> None:
    document = draft("3ヶ月で行なう。")
    stale = Fix(sentence_id="s0001", start=1, replaced="カ", replacement="か")
    for wrong in (stale, stale.model_copy(update={"sentence_id": "s9"}), stale.model_copy(update={"start": 99})):
        with pytest.raises(InputError) as caught:
            apply_fixes(document, [wrong])
        assert caught.value.remedy
    whole = Fix(sentence_id="s0001", start=0, replaced="3ヶ月で行なう。", replacement="3か月で行う。")
    with pytest.raises(InputError, match="重なって"):
        apply_fixes(document, [whole, whole])


def test_names_of_the_meeting_are_no_matter_of_wording() -> None:
    agenda = [{"no": 2, "title": "協議"}]
    roster = [{"id": "hirabayashi", "name": "渡邉 浩一", "org": "鎌ヶ谷 ICT 機構", "post": "CIO"}]
    text = "渡邉氏と鎌ヶ谷 ICT 機構が進める。"
    document = stages([Said("hirabayashi", [text], [(text, [0])])], of=meeting(agenda=agenda, roster=roster)).document()
    assert advice(document) == []


def test_labels_and_titles_carry_no_advice() -> None:
    agenda = [{"no": 2, "title": "サーバの取り組み(仮称)", "kind": "report",
               "subitems": [{"title": "３ヶ月の取り組み", "presenter_ids": ["sawamura"]}]}]  # fmt: skip
    said = [Said("sawamura", ["説明する。"], [("説明する。", [0])], TurnKind.REPORT)]
    assert advice(stages(said, of=meeting(agenda=agenda)).document()) == []


def test_the_prefixes_follow_the_profile_or_the_majority() -> None:
    document = draft("ご意見を求める。", "ご説明を求める。", "御確認を求める。")
    uniform = TOKYO.model_copy(update={"wording": WordingRules()})
    assert [(each.rule, each.place.sentence_id) for each in advice(document, uniform)] == [("K25", "s0003")]
    old = TOKYO.model_copy(update={"wording": WordingRules(prefix="御")})
    assert [each.place.sentence_id for each in advice(document, old)] == ["s0001", "s0002"]
    off = TOKYO.model_copy(update={"wording": WordingRules(without=("K25",))})
    assert advice(document, off) == []


def test_one_ending_three_times_in_a_row() -> None:
    texts = ["窓口を増やす方針である。", "職員を増やす方針である。", "予算を増やす方針である。"]
    said = Said("hirabayashi", texts, [(text, [n]) for n, text in enumerate(texts)])
    document = stages([said], of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()
    assert [(each.rule, each.place.sentence_id) for each in advice(document)] == [("K22", "s0003")]


def test_profiles_name_their_switches() -> None:
    text = "\n".join(
        ["id: x", "name: x", "attribution: full", "guest_honorific: 様", "summarise_reports: false",
         "keep_chair_opinions: false", "own_side_word: 都", "budgets: {default: {ratio: 0.5, least: 1, most: 2}}",
         "layout: {title: '{title}', header: [], agenda_marks: dot, agenda_children: false, heading: '{title}',"
         " greeting: paragraph, label: line, qa_heading: '', minutes_when_zero: true}"]
    )  # fmt: skip
    assert parse_profile(text).wording == WordingRules()
    assert parse_profile(text + "\nwording: {without: [K21], okurigana: general}").wording.without == ("K21",)
    with pytest.raises(InputError) as caught:
        parse_profile(text + "\nwording: {without: [K26]}")
    assert "K26" in caught.value.problems[0].what


def test_a_question_taken_out_blocks_until_a_person_records_why() -> None:
    document = canonical().document()
    question = next(block for section in document.sections for block in section.blocks if block.turn_ids == ("t0003",))
    dropped = edit_block(document, question.id, [])
    assert [(each.rule, each.severity) for each in check(dropped, TOKYO)] == [("G8", Severity.ERROR)]
    assert check(leave_out(document, question.id), TOKYO) == ()
    assert check(leave_out(dropped, question.id), TOKYO) == ()
    with pytest.raises(InputError):
        leave_out(document, "b9999")
