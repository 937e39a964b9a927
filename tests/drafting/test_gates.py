"""Every gate finds its planted fault, and the clean draft has none."""

from collections.abc import Sequence
from typing import Any

import pytest
from meeting_builder import Said, canonical, meeting, stages

from minutes.checks import check
from minutes.checks.quantity import quantities
from minutes.document import Disposition, MinutesDocument
from minutes.draft import UnaccountedError, with_findings
from minutes.edits import edit_sentence
from minutes.profiles import load_profile
from minutes.public import public_view
from minutes.turn import TurnKind
from minutes.unit import LeftOut

TOKYO = load_profile()


def rules(document: MinutesDocument, gates: str = "") -> list[tuple[str, str]]:
    """What the gates say, or one of them; advice on wording is tested beside the lint."""
    found = [(each.rule, str(each.severity)) for each in check(document, TOKYO)]
    return [each for each in found if each[0].startswith(gates or ("G", "D"))]


def one(text: str, spoken: str | Sequence[str], **changes: Any) -> MinutesDocument:
    texts = [spoken] if isinstance(spoken, str) else list(spoken)
    return stages(
        [Said("hirabayashi", texts, [(text, [0])], TurnKind.OPINION, **changes)], of=open_meeting()
    ).document()


def open_meeting() -> Any:
    return meeting(agenda=[{"no": 1, "title": "挨拶"}, {"no": 2, "title": "協議"}])


def test_the_canonical_draft_passes_every_gate_in_both_versions() -> None:
    document = with_findings(canonical().document(), TOKYO)
    assert document.findings == ()
    assert [each for each in check(public_view(document), TOKYO) if each.severity == "error"] == []


def test_g1_names_a_contradicting_weekday_and_a_heading_that_is_not_the_agendas() -> None:
    built = canonical()
    built.meeting = meeting(weekday="火")
    findings = check(built.document(), TOKYO)
    assert [(each.rule, each.place.field) for each in findings] == [("G1", "weekday")]
    document = canonical().document()
    moved = document.model_copy(update={"sections": document.sections[::-1]})
    assert ("G1", "error") in rules(moved)
    renamed = document.sections[1].model_copy(update={"heading": "2. 報告"})
    assert ("G1", "error") in rules(
        document.model_copy(update={"sections": (document.sections[0], renamed, document.sections[2])})
    )


def test_g2_an_unresolved_speaker_and_a_wrong_honorific_block() -> None:
    unresolved = stages([Said(None, ["よいと思います"], [("よいと考えている。", [0])], label="話者3")]).document()
    finding = next(each for each in check(unresolved, TOKYO) if each.rule == "G2")
    assert "話者3" in finding.message and finding.severity == "error" and finding.place.block_id == "b0003"
    document = canonical().document()
    section = document.sections[1]
    blocks = tuple(
        each.model_copy(update={"label": each.label.removesuffix(" 様")}) if each.label else each
        for each in section.blocks
    )
    changed = section.model_copy(update={"blocks": blocks})
    assert [
        rule
        for rule, _ in rules(
            document.model_copy(update={"sections": (document.sections[0], changed, document.sections[2])})
        )
    ] == ["G2"]


@pytest.mark.parametrize("evidence", [(), ("u9999",), ("u0005",)])
def test_g3_no_unknown_or_foreign_evidence(evidence: tuple[str, ...]) -> None:
    document = canonical().document()
    question = document.sections[1].blocks[2]
    blocks = tuple(
        each.model_copy(update={"sentences": (each.sentences[0].model_copy(update={"evidence": evidence}),)})
        if each.id == question.id
        else each
        for each in document.sections[1].blocks
    )
    section = document.sections[1].model_copy(update={"blocks": blocks})
    changed = document.model_copy(update={"sections": (document.sections[0], section, document.sections[2])})
    found = [each for each in check(changed, TOKYO) if each.rule == "G3"]
    assert [each.place.sentence_id for each in found] == [question.sentences[0].id]


SAME = [
    ("21自治体が参加している。", "二十一の自治体が、参加しています"),
    ("21自治体が参加している。", "２１自治体が参加しています"),
    ("令和8年に始める。", "2026年に始めます"),
    ("2026年度に始める。", "令和八年度に始めます"),
    ("令和8年度に始める。", "8年度に始めます"),
    ("令和元年に始めた。", "2019年に始めました"),
    ("7億2,600万円である。", "七億二千六百万円です"),
    ("7億2600万円である。", "726,000,000円です"),
    ("30%である。", "三割です"),
    ("3.5％である。", "三点五パーセントです"),
    ("3分の1である。", "三分の一です"),
    ("1点目は体制である。", "一点目は体制です"),
    ("3か月で終える。", "三ヶ月で終えます"),
    ("1,200件ある。", "千二百件あります"),
    ("二〇二六年である。", "2026年です"),
    ("一部の自治体は一緒に三鷹市と十分に進める。", "参加します"),
]
OTHER = [
    ("22自治体が参加している。", "二十一の自治体が、参加しています"),
    ("令和9年に始める。", "2026年に始めます"),
    ("令和8年に始める。", "来年に始めます"),
    ("7億2,700万円である。", "七億二千六百万円です"),
    ("30円である。", "三十人です"),
    ("3分の2である。", "三分の一です"),
    ("4割である。", "三割です"),
    ("二十二人である。", "二十一人です"),
    ("10月1日に始める。", "十月二日に始めます"),
]


@pytest.mark.parametrize(("sentence", "spoken"), SAME)
def test_g4_knows_one_number_in_many_spellings(sentence: str, spoken: str) -> None:
    assert rules(one(sentence, spoken), "G4") == []


@pytest.mark.parametrize(("sentence", "spoken"), OTHER)
def test_g4_finds_a_changed_number_or_unit(sentence: str, spoken: str) -> None:
    assert set(rules(one(sentence, spoken), "G4")) == {("G4", "error")}


def test_g4_reads_the_whole_turn_but_no_other_turn() -> None:
    assert rules(one("令和8年に始める。", ["始めます", "令和八年です"]), "G4") == []
    other = stages(
        [Said("hirabayashi", ["始めます"], [("令和8年に始める。", [0])]), Said("amemiya", ["令和八年です"])],
        of=open_meeting(),
    ).document()
    assert rules(other, "G4") == [("G4", "error")]


def test_quantities_in_mixed_notation() -> None:
    assert [(int(each.value), each.unit) for each in quantities("2千6百万円、百二十人、第8回、10時30分")] == [
        (26_000_000, "円"),
        (120, "人"),
        (8, "回"),
        (10, "時"),
        (30, "分"),
    ]


def test_g7_reports_pasted_closed_talk_and_guessed_borders() -> None:
    document = edit_sentence(canonical().document(), "s0003", "株式会社　丸角商事の見積額も考慮する。")
    finding = next(each for each in check(document, TOKYO) if each.rule == "G7")
    assert finding.severity == "error" and finding.place.sentence_id == "s0003"
    assert all(each.rule != "G7" for each in public_view(with_findings(document, TOKYO)).findings)
    said = [
        Said("hirabayashi", ["公開の話です"], [("公開の話である。", [0])]),
        Said("amemiya", ["内緒の話です"], [("内緒の話である。", [0])], item=3, closed=True),
    ]
    assert rules(stages(said).document()) == []
    assert rules(stages(said, unlocated=[3]).document()) == [("G7", "error")]


def test_g7_a_partial_item_without_a_known_closed_part_blocks() -> None:
    agenda = [{"no": 1, "title": "挨拶"}, {"no": 2, "title": "協議", "disclosure": "partial"}]
    said = [Said("hirabayashi", ["話です"], [("話である。", [0])])]
    assert rules(stages(said, of=meeting(agenda=agenda)).document()) == [("G7", "error")]


@pytest.mark.parametrize(
    "text",
    ["えー、よい。", "よいが、あのー、難しい。", "えっと、そうだ。", "はい、よい。", "〔聴取不能〕である。",
     "●●市である。", "○○課が行う。", "【要確認】である。", "費用がですね、高い。", "まあ、よい。"],
)  # fmt: skip
def test_g9_finds_residue(text: str) -> None:
    assert rules(one(text, text)) == [("G9", "error")]


@pytest.mark.parametrize(
    "text",
    [
        "あの件は進める。",
        "その点は検討する。",
        "○を付ける。",
        "どんな課題か。",
        "はい又はいいえで答える。",
        "不明な点がある。",
    ],
)
def test_g9_leaves_words_alone(text: str) -> None:
    assert rules(one(text, text)) == []


def test_d1_every_utterance_once() -> None:
    document = canonical().document()
    without = document.model_copy(update={"dispositions": document.dispositions[1:]})
    twice = document.model_copy(update={"dispositions": (*document.dispositions, document.dispositions[0])})
    wrong = document.model_copy(
        update={
            "dispositions": (
                Disposition(utterance_id="u0001", kind="left_out", reason=LeftOut.CHAIRING),
                *document.dispositions[1:],
            )
        }
    )
    assert [rules(each) for each in (without, twice, wrong)] == [[("D1", "error")]] * 3


def test_composition_refuses_unbalanced_books() -> None:
    lost = canonical()
    lost.summaries[1] = lost.summaries[1].model_copy(update={"left_out": ()})
    with pytest.raises(UnaccountedError, match="u0003"):
        lost.document()
    unplanned = canonical()
    unplanned.plan = type(unplanned.plan)(unplanned.plan.units, ())
    with pytest.raises(UnaccountedError, match="u0002"):
        unplanned.document()
    double = canonical()
    double.plan = type(double.plan)(double.plan.units, (*double.plan.left_out, ("u0001", LeftOut.CHAIRING)))
    with pytest.raises(UnaccountedError, match="two dispositions"):
        double.document()


def test_every_utterance_of_a_draft_is_accounted_for() -> None:
    document = canonical().document()
    assert [(each.utterance_id, each.kind, each.reason) for each in document.dispositions] == [
        ("u0001", "cited", None),
        ("u0002", "left_out", LeftOut.REPORT_AS_TITLE),
        ("u0003", "left_out", LeftOut.CONDENSED),
        ("u0004", "cited", None),
        ("u0005", "cited", None),
        ("u0006", "cited", None),
    ]
