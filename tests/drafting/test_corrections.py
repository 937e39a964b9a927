"""Corrections by people, and the profiles and schema that drafts are held to."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from meeting_builder import Said, canonical, meeting, stages

from minutes.checks import check
from minutes.document import BlockType, MinutesDocument
from minutes.draft import with_findings
from minutes.edits import SentenceEdit, assign_speaker, edit_block, edit_sentence
from minutes.errors import InputError
from minutes.profiles import load_profile, parse_profile
from minutes.public import public_view
from minutes.turn import TurnKind
from minutes.unit import LeftOut

TOKYO = load_profile()
SCHEMA = Path(__file__).parents[2] / "docs/schema/minutes.schema.json"


def three() -> MinutesDocument:
    said = Said(
        "hirabayashi",
        ["第一の課題は人材です", "予算が足りません", "国にも求めます"],
        [("第一の課題は人材である。", [0]), ("予算が足りない。", [1]), ("国にも求める。", [2])],
    )
    return stages([said], of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()


def test_a_sentence_keeps_its_id_and_evidence_through_an_edit() -> None:
    document = with_findings(three(), TOKYO)
    edited = edit_sentence(document, "s0002", " 予算が\n足りていない。 ")
    assert [(each.id, each.text, each.evidence) for each in edited.sections[0].blocks[0].sentences] == [
        ("s0001", "第一の課題は人材である。", ("u0001",)),
        ("s0002", "予算が足りていない。", ("u0002",)),
        ("s0003", "国にも求める。", ("u0003",)),
    ]
    assert document.sections[0].blocks[0].sentences[1].text == "予算が足りない。"


def test_a_block_is_rewritten_with_ids_where_sentences_continue() -> None:
    edited = edit_block(
        three(), "b0001", ["国にも強く求める。", "第一の課題は人材である。", "まったく別の事柄を述べた。"]
    )
    assert [(each.id, each.evidence) for each in edited.sections[0].blocks[0].sentences] == [
        ("s0003", ("u0003",)),
        ("s0001", ("u0001",)),
        ("s0004", ()),
    ]
    assert edited.dispositions[1].reason is LeftOut.CONDENSED
    assert [(each.rule, each.place.sentence_id) for each in check(edited, TOKYO)] == [("G3", "s0004")]
    given = edit_block(three(), "b0001", [SentenceEdit(text="足りないのは予算である。", evidence=("u0002",))])
    assert check(given, TOKYO) == ()


@pytest.mark.parametrize(
    ("edit", "where"),
    [
        (lambda d: edit_sentence(d, "s9", "x"), "sentence_id"),
        (lambda d: edit_sentence(d, "s0001", " \n"), "text"),
        (lambda d: edit_block(d, "b9", []), "block_id"),
        (lambda d: edit_block(d, "b0001", ["a", ""]), "sentences[1]"),
        (lambda d: edit_block(d, "b0001", [SentenceEdit(text="a", id="s9")]), "sentences[0].id"),
        (lambda d: edit_block(d, "b0001", [SentenceEdit(text="a", evidence=("u9",))]), "sentences[0].evidence"),
        (lambda d: assign_speaker(d, TOKYO, "話者3", "nobody"), "attendee_id"),
        (lambda d: assign_speaker(d, TOKYO, "話者3", "takano"), "label"),
    ],
)
def test_wrong_edits_say_where(edit, where: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        edit(three())
    assert caught.value.where == where and caught.value.remedy


def test_assigning_a_speaker_binds_all_of_that_label_and_only_those() -> None:
    said = [
        Said(None, ["質問です"], [("質問である。", [0])], TurnKind.QUESTION, label="話者3"),
        Said(None, ["別の者です"], [("別の者である。", [0])], label="話者4"),
        Said(None, ["ほかにも", "あります"], [("ほかにもある。", [0, 1])], label="話者3"),
    ]
    document = stages(said, of=meeting(agenda=[{"no": 2, "title": "協議"}])).document()
    assigned = assign_speaker(document, TOKYO, "話者3", "amemiya")
    assert [each.label for each in assigned.sections[0].blocks] == [
        "武蔵村山市 CIO 代理 企画財政部長 雨宮 則和 様",
        "発言者確認中：話者4",
        "武蔵村山市 CIO 代理 企画財政部長 雨宮 則和 様",
    ]
    assert [each.attendee_id for each in assigned.turns] == ["amemiya", None, "amemiya"]
    assert [each.rule for each in check(assigned, TOKYO)] == ["G2"]
    assert check(assign_speaker(assigned, TOKYO, "話者4", "hirabayashi"), TOKYO) == ()


def test_reports_are_summarised_under_their_own_title() -> None:
    agenda = [
        {"no": 2, "title": "報告", "kind": "report", "subitems": [
            {"title": "甲", "presenter_ids": ["sawamura"]},
            {"title": "乙", "presenter_ids": ["sawamura"]},
            {"title": "丙", "presenter_ids": ["takano"]},
        ]},
    ]  # fmt: skip
    said = [
        Said(who, [f"{text}を説明します"], [(f"{text}を説明する。", [0])], TurnKind.REPORT)
        for who, text in (("sawamura", "甲"), ("sawamura", "乙"), ("takano", "丙"))
    ]
    document = stages(said, of=meeting(agenda=agenda)).document()
    assert [(each.type, each.title, each.sentences[0].text) for each in document.sections[0].blocks] == [
        (BlockType.REPORT, text, f"{text}を説明する。") for text in "甲乙丙"
    ]
    assert check(document, TOKYO) == ()


def test_profiles_are_refused_with_field_and_remedy() -> None:
    with pytest.raises(InputError, match="「no/such」はありません"):
        load_profile("no/such")
    with pytest.raises(InputError) as caught:
        parse_profile("id: x\nlayout: {title: '{name}', unknown: 1}\nbudgets: {}\n", where="x.yaml")
    places = {each.where for each in caught.value.problems}
    assert {"x.yaml: layout.title", "x.yaml: layout.unknown", "x.yaml: name", "x.yaml: budgets"} <= places
    with pytest.raises(InputError) as caught:
        parse_profile("id: [", where="x.yaml")
    assert caught.value.where.startswith("x.yaml の")


def test_the_published_schema_is_the_models_and_accepts_real_documents() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == MinutesDocument.model_json_schema(mode="serialization")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    for document in (canonical().document(), public_view(canonical().document())):
        validator.validate(json.loads(document.model_dump_json()))
    broken = json.loads(canonical().document().model_dump_json()) | {"schema_version": "9"}
    assert not validator.is_valid(broken)
