"""Everything a reviewer does to a draft: the books stay balanced, whatever is done in whatever order."""

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from meeting_builder import Said, canonical, stages
from reviewing import WHO, any_edit, statement

from minutes import edits
from minutes.checks import check
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import BlockType, MinutesDocument, ModelCard, Severity, Waiver
from minutes.draft import with_findings, with_findings_since
from minutes.errors import InputError
from minutes.meeting import Disclosure
from minutes.profiles import load_profile
from minutes.proposal import Proposal, take
from minutes.public import closed_ids, public_view
from minutes.turn import TurnKind
from minutes.unit import LeftOut, SummarySentence
from minutes.waivers import open_findings, waived

TOKYO = load_profile()


def talk() -> MinutesDocument:
    """Two items; one turn of three sentences, its answer, and remarks that no sentence cites."""
    said = [
        Said(
            "hirabayashi",
            ["第一の課題は人材です。", "予算が足りません。", "国にも求めます。"],
            [("第一の課題は人材である。", [0]), ("予算が足りない。", [1]), ("国にも求める。", [2])],
            TurnKind.QUESTION,
        ),
        Said("takano", ["それでは、えー、次に進みます。"], (), TurnKind.CHAIRING, reason=LeftOut.CHAIRING),
        Said("sawamura", ["人材は都が研修を行います。"], [("人材は都が研修を行う。", [0])], TurnKind.ANSWER),
        Said(None, ["当市でも同じ悩みがあると思っております。"], (), label="話者9"),
        Said(
            "amemiya", ["落札額は七億円でした。"], [("落札額は7億円であった。", [0])], TurnKind.REPORT, 3, closed=True
        ),
    ]
    return with_findings(stages(said).document(), TOKYO)


def blocks(document: MinutesDocument) -> list[tuple[str, str | None, tuple[str, ...]]]:
    return [(b.id, b.attendee_id, tuple(s.id for s in b.sentences)) for b in blocks_of(document.sections)]


def balanced(document: MinutesDocument) -> None:
    """What every edit must leave behind it."""
    known = [each.id for each in document.utterances]
    assert [each.utterance_id for each in document.dispositions] == known
    assert Counter(u for turn in document.turns for u in turn.utterance_ids) == Counter(known)
    speakers = {each.id: each.attendee_id for each in document.utterances}
    assert all({speakers[u] for u in turn.utterance_ids} == {turn.attendee_id} for turn in document.turns)
    for ids in (
        [each.id for each in document.turns],
        [each.id for each in blocks_of(document.sections)],
        [each.id for each in sentences_of(document.sections)],
        [each.id for each in document.notes],
        [each.id for each in document.closings],
    ):
        assert len(ids) == len(set(ids))
    turns = {each.id for each in document.turns}
    assert all(turns.issuperset(each.turn_ids) for each in blocks_of(document.sections))
    assert all(set(known).issuperset(each.evidence) for each in sentences_of(document.sections))
    assert not [each for each in check(document, TOKYO) if each.rule in {"D1", "G1"}]


def test_a_statement_is_parted_and_joined_again() -> None:
    before = talk()
    block = statement(before, "s0002")
    parted = edits.split_statement(before, block, "s0002")
    assert [each[2] for each in blocks(parted)][2:4] == [("s0001",), ("s0002", "s0003")]
    balanced(parted)
    second = statement(parted, "s0002")
    assert second != block
    joined = edits.merge_statement(parted, second)
    assert blocks(joined) == blocks(before) and joined.dispositions == before.dispositions
    with pytest.raises(InputError, match="すぐ前に同じ発言者"):
        edits.merge_statement(before, statement(before, "s0004"))
    with pytest.raises(InputError, match="の前では分けられません"):
        edits.split_statement(before, block, "s0001")


def test_a_statement_moves_within_and_over_the_items() -> None:
    before = talk()
    question, answer = statement(before, "s0001"), statement(before, "s0004")
    moved = edits.shift_statement(before, answer, "up")
    order = [each[0] for each in blocks(moved)]
    assert order.index(answer) < order.index(question)
    assert [each[0] for each in blocks(edits.shift_statement(moved, answer, "down"))] == [e[0] for e in blocks(before)]
    elsewhere = edits.move_statement(before, answer, 1, None)
    assert [each.id for each in elsewhere.sections[0].blocks] == [answer]
    balanced(elsewhere)
    over_the_edge = edits.shift_statement(before, statement(before, "s0004"), "down")
    assert over_the_edge.sections[2].blocks[0].id == answer
    with pytest.raises(InputError, match="公開の議事へ移せません"):
        edits.move_statement(before, statement(before, "s0005"), 2, None)
    with pytest.raises(InputError, match="これより先"):
        edits.shift_statement(elsewhere, answer, "up")


def test_what_only_a_deleted_statement_cited_is_left_out_by_a_person() -> None:
    before = talk()
    after = edits.delete_statement(before, statement(before, "s0001"))
    assert {each.reason for each in after.dispositions[:3]} == {LeftOut.OMITTED}
    assert not [each for each in check(after, TOKYO) if each.rule == "G8"]
    balanced(after)


def test_an_utterance_is_pulled_in_where_it_was_said() -> None:
    before = talk()
    chair = edits.pull_in(before, TOKYO, "u0004")
    balanced(chair)
    (own,) = [b for b in blocks_of(chair.sections) if b.attendee_id == "takano"]
    assert own.label == "デジタルサービス局長 高野 克己" and own.sentences[0].evidence == ("u0004",)
    order = [each[0] for each in blocks(chair)]
    assert order.index(statement(chair, "s0003")) < order.index(own.id) < order.index(statement(chair, "s0004"))
    unknown = edits.pull_in(before, TOKYO, "u0006")
    (added,) = [s for s in sentences_of(unknown.sections) if s.evidence == ("u0006",)]
    assert added.text == "当市でも同じ悩みがあると考えている。"
    dropped = edits.edit_block(
        before, statement(before, "s0002"), [edits.SentenceEdit(id="s0001", text="課題は人材。")]
    )
    back = edits.pull_in(dropped, TOKYO, "u0002")
    assert [s.evidence for s in blocks_of(back.sections)[2].sentences] == [("u0001",), ("u0002",)]
    with pytest.raises(InputError, match="すでに引用"):
        edits.pull_in(before, TOKYO, "u0001")


def test_a_speaker_is_changed_for_one_utterance_of_a_turn() -> None:
    after = edits.change_speaker(talk(), TOKYO, ["u0002"], "amemiya")
    balanced(after)
    assert [(who, own) for _, who, own in blocks(after)][2:5] == [
        ("hirabayashi", ("s0001",)),
        ("amemiya", ("s0002",)),
        ("hirabayashi", ("s0003",)),
    ]
    assert not [each for each in check(after, TOKYO) if each.rule in {"G2", "G3"}]
    assert after.exchanges == talk().exchanges


def test_a_speaker_is_changed_for_a_stretch_and_for_a_label() -> None:
    before = talk()
    whole = edits.change_speaker(before, TOKYO, edits.stretch(before, "u0003", "u0001"), "amemiya")
    assert [each[0] for each in blocks(whole)] == [each[0] for each in blocks(before)]
    assert blocks_of(whole.sections)[2].label == "武蔵村山市 CIO 代理 企画財政部長 雨宮 則和 様"
    named = edits.change_speaker(before, TOKYO, edits.labelled(before, "u0005"), "takano")
    assert {each.id for each in named.utterances if each.attendee_id == "takano"} == {"u0004", "u0005"}
    back = edits.change_speaker(named, TOKYO, ["u0005"], None)
    assert [each.rule for each in check(back, TOKYO) if each.severity is Severity.ERROR] == ["G2"]
    person = edits.add_attendee(before, name="新田　 一", org="青梅市", post="課長")
    assert person.meeting.roster[-1].name == "新田 一"
    theirs = edits.change_speaker(person, TOKYO, ["u0005"], person.meeting.roster[-1].id)
    assert blocks_of(theirs.sections)[3].label == "青梅市 課長 新田 一 様"
    with pytest.raises(InputError, match="すでに"):
        edits.add_attendee(person, name="新田 一", org="青梅市")


def test_what_is_closed_by_hand_leaves_the_public_version_and_comes_back() -> None:
    before = talk()
    closed = edits.close_utterances(before, TOKYO, ["u0002"], reason="法人情報のため", **WHO)
    balanced(closed)
    assert closed.meeting.item(2).disclosure is Disclosure.PARTIAL and "（一部非公開）" in closed.sections[1].heading
    texts = [each.text for each in sentences_of(public_view(closed).sections)]
    assert texts == ["第一の課題は人材である。", "国にも求める。", "人材は都が研修を行う。"]
    assert public_view(closed).closings == () and "法人情報のため" in closed.model_dump_json()
    again = edits.reopen(closed, TOKYO, "c0001")
    balanced(again)
    assert again.meeting == before.meeting and closed_ids(again) == closed_ids(before)
    assert [each.heading for each in again.sections] == [each.heading for each in before.sections]
    assert len(sentences_of(public_view(again).sections)) == 4


def test_an_item_closed_over_a_closed_stretch_opens_in_any_order() -> None:
    part = edits.close_utterances(talk(), TOKYO, ["u0005"], reason="一", **WHO)
    both = edits.close_item(part, TOKYO, 2, reason="二", **WHO)
    assert public_view(both).sections[1].blocks == () and both.meeting.item(2).reason == "二"
    balanced(both)
    item_open = edits.reopen(both, TOKYO, "c0002")
    assert (item_open.meeting.item(2).disclosure, item_open.meeting.item(2).reason) == (Disclosure.PARTIAL, "一")
    assert closed_ids(item_open) == closed_ids(part)
    part_open = edits.reopen(both, TOKYO, "c0001")
    assert closed_ids(part_open) == closed_ids(both)
    assert closed_ids(edits.reopen(part_open, TOKYO, "c0002")) == closed_ids(talk())
    for wrong in (
        lambda: edits.close_item(both, TOKYO, 2, reason="x", **WHO),
        lambda: edits.close_item(talk(), TOKYO, 3, reason="x", **WHO),
        lambda: edits.close_utterances(talk(), TOKYO, ["u0007"], reason="x", **WHO),
        lambda: edits.close_utterances(talk(), TOKYO, ["u0001"], reason=" ", **WHO),
        lambda: edits.reopen(talk(), TOKYO, "c0001"),
    ):
        with pytest.raises(InputError):
            wrong()


def test_a_waived_finding_is_recorded_and_comes_back_with_another_wording() -> None:
    flawed = with_findings(edits.edit_sentence(talk(), "s0002", "予算が足りませんので、電話して下さい。"), TOKYO)
    (finding,) = [each for each in open_findings(flawed) if each.rule == "K12"]
    let = edits.waive(flawed, "K12", finding.message, finding.place, reason="発言のまま", **WHO)
    assert finding not in open_findings(let) and finding in let.findings
    ((same, waiver),) = waived(let)
    assert (same, waiver.reason, waiver.by, waiver.text) == (finding, "発言のまま", "鈴木", flawed_text(let))
    elsewhere = edits.edit_sentence(let, "s0001", "第一の課題は人である。")
    assert len(waived(with_findings_since(let, elsewhere, TOKYO))) == 1
    reworded = with_findings_since(
        let, edits.edit_sentence(let, "s0002", "予算が足りないため、電話して下さい。"), TOKYO
    )
    assert waived(reworded) == () and [e.rule for e in open_findings(reworded) if e.rule == "K12"]
    error = next(each for each in check(edits.cite(talk(), "s0001", []), TOKYO) if each.severity is Severity.ERROR)
    uncited = with_findings(edits.cite(talk(), "s0001", []), TOKYO)
    with pytest.raises(InputError, match="誤りは見送れません"):
        edits.waive(uncited, error.rule, error.message, error.place, reason="x", **WHO)
    forged = Waiver(rule=error.rule, message=error.message, place=error.place, text=None, reason="x", **WHO)
    assert error in open_findings(uncited.model_copy(update={"waivers": (forged,)}))


def flawed_text(document: MinutesDocument) -> str:
    return next(each.text for each in sentences_of(document.sections) if each.id == "s0002")


def test_notes_stay_with_their_place_and_out_of_print() -> None:
    noted = edits.add_note(
        edits.add_note(talk(), "s0001", "年度を確認", **WHO), statement(talk(), "s0004"), "要確認", **WHO
    )
    assert [each.id for each in noted.notes] == ["n0001", "n0002"] and public_view(noted).notes == ()
    assert edits.remove_note(noted, "n0001").notes == noted.notes[1:]
    gone = edits.delete_statement(noted, statement(noted, "s0004"))
    assert [each.text for each in gone.notes] == ["年度を確認"]


def test_a_proposal_replaces_all_parts_of_a_parted_statement() -> None:
    parted = edits.split_statement(talk(), statement(talk(), "s0002"), "s0002")
    proposal = Proposal(
        turn_id="t0001",
        attendee_id="hirabayashi",
        card=ModelCard(name="m", revision="1", parameters={}, note=""),
        prompts=(),
        program_version="0",
        sentences=(SummarySentence(text="課題は人材と予算である。", evidence=("u0001", "u0002", "u0003")),),
        left_out=(),
        replaced="",
        findings=(),
    )
    taken = take(parted, proposal)
    balanced(taken)
    assert sentences_of(taken.sections)[0].text == "課題は人材と予算である。"
    assert len([b for b in blocks_of(taken.sections) if b.attendee_id == "hirabayashi"]) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data(), start=st.sampled_from([talk, lambda: with_findings(canonical().document(), TOKYO)]))
def test_any_sequence_of_edits_keeps_the_books_and_lets_nothing_closed_out(
    data: st.DataObject, start: Callable[[], MinutesDocument]
) -> None:
    document = start()
    for _ in range(data.draw(st.integers(1, 6))):
        try:
            edited = data.draw(any_edit(document, TOKYO))(document)
        except InputError:
            continue
        document = with_findings_since(document, edited, TOKYO)
        balanced(document)
    closed = closed_ids(document)
    public = public_view(document)
    assert closed.isdisjoint(u for s in sentences_of(public.sections) for u in s.evidence)
    assert closed.isdisjoint(each.id for each in public.utterances)
    assert public_view(public) == public
    assert [each.type for each in blocks_of(public.sections) if each.type is BlockType.NOTE and each.turn_ids] == []
