"""A decision that only points back goes to the model together with the proposal it takes."""

import pytest

from minutes.profiles import load_profile
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.turn import TurnKind
from minutes.units import build_units
from models.extractive import ExtractiveModel

TO_2 = "座長: 次に議題の2、報告事項に移ります。"
ASKED = "座長: それでは、巡回は来年4月から週3日に改めるということでよろしいでしょうか。"


def printed(transcript, meeting, *lines):
    text, held = transcript(*lines), meeting()
    plan = build_units(text, analyse(text, attribute(text, held), held), held, load_profile("tokyo_cio"))
    units = tuple(u for u in plan.units if u.kind is TurnKind.DECISION)
    summaries = ExtractiveModel().condense(units, cancelled=lambda: False)
    return plan, [(s.text, s.evidence) for summary in summaries for s in summary.sentences]


@pytest.mark.parametrize(
    "decision",
    ["ご異議がないようですので、そのように決定いたします。", "異議なしと認めます。よって、本件は了承といたします。"],
)
def test_it_says_what_was_decided_and_cites_both(transcript, meeting, decision):
    plan, found = printed(transcript, meeting, TO_2, ASKED, "桜川市 辺見: 異議ありません。", f"座長: {decision}")
    assert found == [("巡回は来年4月から週3日に改めることとする。", ("u0002", "u0004"))]
    assert "u0002" not in dict(plan.left_out)


def test_every_utterance_has_one_place(transcript, meeting):
    lines = (TO_2, ASKED, "桜川市 辺見: 異議ありません。", "座長: そのように決定いたします。")
    plan, _ = printed(transcript, meeting, *lines)
    placed = [u.id for unit in plan.units for u in unit.utterances] + [u for u, _ in plan.left_out]
    assert sorted(placed) == ["u0001", "u0002", "u0003", "u0004"]


def test_a_decision_with_its_own_matter_stands_alone(transcript, meeting):
    decision = "座長: ご異議がないようですので、巡回は週3日とすることに決定いたします。"
    plan, found = printed(transcript, meeting, TO_2, ASKED, "桜川市 辺見: 異議ありません。", decision)
    assert [evidence for _, evidence in found] == [("u0004",)]
    assert "u0002" in dict(plan.left_out)


def test_a_proposal_of_the_item_before_is_not_taken(transcript, meeting):
    lines = (TO_2, ASKED, "桜川市 辺見: 異議ありません。", "座長: 次に議題の4、その他に移ります。")
    plan, found = printed(transcript, meeting, *lines, "座長: ご異議がないようですので、そのように決定いたします。")
    assert all("u0002" not in evidence for _, evidence in found)
    assert "u0002" in dict(plan.left_out)
