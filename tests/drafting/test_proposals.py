"""Sentences proposed for one turn: what taking them changes in a draft, and what it leaves alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from meeting_builder import Said, canonical, meeting, stages

from minutes.checks import check
from minutes.dispositions import blocks_of, sentences_of
from minutes.document import BlockType, MinutesDocument, ModelCard, PromptRef, Severity
from minutes.draft import with_findings
from minutes.edits import edit_sentence, leave_out
from minutes.errors import InputError
from minutes.phrases import compared, phrases
from minutes.profiles import load_profile
from minutes.proposal import Proposal, proposal_of, rewritable, sentences_of_turn, take
from minutes.public import public_view
from minutes.turn import TurnKind
from minutes.unit import KEPT_BACK, LeftOut, SummarySentence, UnitSummary

TOKYO = load_profile()
CARD = ModelCard(name="openai", revision="m-7b", parameters={"temperature": 0}, note="生成型")
PROMPT = PromptRef(id="answer", version="1", sha256="a" * 64)


def proposed(
    document: MinutesDocument,
    turn_id: str,
    *sentences: tuple[str, tuple[str, ...]],
    replaced: str = "",
    left_out: tuple[tuple[str, LeftOut], ...] = (),
) -> Proposal:
    summary = UnitSummary(
        unit_id=turn_id,
        sentences=tuple(SummarySentence(text=text, evidence=evidence) for text, evidence in sentences),
        left_out=left_out,
        replaced=replaced,
    )
    speaker = next(turn.attendee_id for turn in document.turns if turn.id == turn_id)
    return proposal_of(
        document, TOKYO, summary, attendee_id=speaker, card=CARD, prompts=(PROMPT,), program_version="1"
    )  # fmt: skip


def draft(said: list[Said], **changes: Any) -> MinutesDocument:
    return with_findings(stages(said, of=meeting(**changes)).document(), TOKYO)


def accounts(document: MinutesDocument) -> dict[str, str]:
    return {each.utterance_id: each.reason or "cited" for each in document.dispositions}


def opinion() -> MinutesDocument:
    texts = ["第一の課題は人材です", "予算が足りません", "国にも求めます"]
    sentences = [("第一の課題は人材である。", [0]), ("予算が足りない。", [1])]
    other = Said("amemiya", ["賛成です"], [("賛成である。", [0])])
    return draft([Said("hirabayashi", texts, sentences), other], agenda=[{"no": 2, "title": "協議"}])


def test_taking_is_an_edit_of_one_turn_whose_accounts_follow() -> None:
    document = opinion()
    edited_meanwhile = with_findings(edit_sentence(document, "s0003", "全面的に賛成である。"), TOKYO)
    offer = proposed(
        document,
        "t0001",
        ("第一の課題は人材である。", ("u0001",)),
        ("国にも求める。", ("u0003",)),
        left_out=(("u0002", LeftOut.DUPLICATE),),
    )
    taken = take(edited_meanwhile, offer)
    assert [(s.id, s.text, s.evidence) for s in sentences_of(taken.sections)] == [
        ("s0001", "第一の課題は人材である。", ("u0001",)),
        ("s0004", "国にも求める。", ("u0003",)),
        ("s0003", "全面的に賛成である。", ("u0004",)),
    ]
    assert accounts(taken) == {"u0001": "cited", "u0002": "重複", "u0003": "cited", "u0004": "cited"}
    assert taken.provenance.model == document.provenance.model
    assert [(each.turn_id, each.model, each.prompts) for each in taken.provenance.rewritten] == [
        ("t0001", CARD, (PROMPT,))
    ]
    assert taken.utterances == document.utterances and taken.turns == document.turns
    assert not [f for f in check(taken, TOKYO) if f.place.sentence_id != "s0003"]


def test_a_proposal_carries_what_the_checks_say_of_it_and_of_nothing_else() -> None:
    document = opinion()
    wrong = proposed(document, "t0001", ("予算は999万円足りない。", ("u0002",)))
    assert {f.rule for f in wrong.findings if f.severity is Severity.ERROR} >= {"G4"}
    written = sentences_of_turn(take(document, wrong), "t0001")
    assert {f.place.sentence_id for f in wrong.findings} <= {each.id for each in written}
    assert proposed(document, "t0001", ("予算が足りない。", ("u0002",))).findings == ()


def test_what_is_only_the_fallback_says_so_in_the_draft_until_a_model_has_written() -> None:
    document = opinion()
    fallen_back = take(
        document, proposed(document, "t0001", ("予算が足りない。", ("u0002",)), replaced="サーバーが答えない")
    )
    (finding,) = [f for f in check(fallen_back, TOKYO) if f.rule == "M1"]
    assert finding.severity is Severity.WARN and "サーバーが答えない" in finding.message
    mended = take(with_findings(fallen_back, TOKYO), proposed(document, "t0001", ("予算が足りない。", ("u0002",))))
    assert mended.replacements == () and len(mended.provenance.rewritten) == 1


def test_talk_kept_back_on_purpose_is_information_and_no_fault_of_the_model() -> None:
    document = opinion()
    kept = take(document, proposed(document, "t0001", ("予算が足りない。", ("u0002",)), replaced=KEPT_BACK))
    (finding,) = [f for f in check(kept, TOKYO) if f.rule == "M1"]
    assert finding.severity is Severity.INFO and "送らない設定" in finding.message


def greeting() -> MinutesDocument:
    texts = ["参加に感謝します", "今年は予算を倍にします", "窓口も増やします"]
    sentences = [("参加に感謝", [0]), ("今年は予算を倍にする", [1])]
    said = [
        Said("takano", texts, sentences, TurnKind.GREETING, 1),
        Said("hirabayashi", ["続けて挨拶します"], [("続けて挨拶", [0])], TurnKind.GREETING, 1),
    ]
    return draft(said, agenda=[{"no": 1, "title": "挨拶", "kind": "greeting"}])


@pytest.mark.parametrize(
    ("sentences", "blocks"),
    [
        ([("今年は予算を倍にする", "u0002")], ["b0001", "b0003"]),
        ([("参加に感謝", "u0001"), ("今年は予算を倍にする", "u0002")], ["b0001", "b0002", "b0003"]),
        (
            [("参加に感謝", "u0001"), ("今年は予算を倍にする", "u0002"), ("窓口も増やす", "u0003")],
            ["b0001", "b0002", "b0004", "b0003"],
        ),
    ],
)
def test_a_greeting_has_as_many_bullets_as_the_model_wrote(sentences: list[tuple[str, str]], blocks: list[str]) -> None:
    document = greeting()
    taken = take(document, proposed(document, "t0001", *((text, (cited,)) for text, cited in sentences)))
    found = blocks_of(taken.sections)
    assert [block.id for block in found] == blocks
    assert all(block.type is BlockType.BULLET and len(block.sentences) == 1 for block in found)
    assert [s.text for block in found[:-1] for s in block.sentences] == [text for text, _ in sentences]
    ids = [s.id for s in sentences_of(taken.sections)]
    assert len(ids) == len(set(ids)) and ids[-1] == "s0003"
    cited = {u for d in taken.dispositions if d.kind == "cited" for u in [d.utterance_id]}
    assert cited == {*(c for _, c in sentences), "u0004"}


def test_in_a_report_of_several_turns_only_the_own_sentences_change() -> None:
    said = [
        Said("sawamura", ["アプリを作りました"], [("アプリを作った。", [0])], TurnKind.REPORT),
        Said("sawamura", ["利用は10万件です"], [("利用は10万件である。", [0])], TurnKind.REPORT),
    ]
    document = draft(said)
    (block,) = [each for each in blocks_of(document.sections) if each.type is BlockType.REPORT and each.sentences]
    assert block.turn_ids == ("t0001", "t0002")
    taken = take(document, proposed(document, "t0001", ("アプリを作成した。", ("u0001",))))
    assert [s.text for s in sentences_of(taken.sections)] == ["アプリを作成した。", "利用は10万件である。"]


@pytest.mark.parametrize("emptied", [False, True])
def test_what_one_of_several_presenters_said_stays_below_the_title(emptied: bool) -> None:
    subitem = {"title": "東京アプリについて", "presenter_ids": ["sawamura", "takano"]}
    agenda = [{"no": 2, "title": "報告事項", "kind": "report", "subitems": [subitem]}]
    said = [
        Said("sawamura", ["アプリを作りました"], [("アプリを作った。", [0])], TurnKind.REPORT),
        Said("takano", ["利用は10万件です"], [("利用は10万件である。", [0])], TurnKind.REPORT),
    ]
    document = draft(said, agenda=agenda)
    title, first, _ = blocks_of(document.sections)
    assert (title.sentences, title.turn_ids, first.turn_ids) == ((), ("t0001", "t0002"), ("t0001",))
    offer = proposed(document, "t0001", ("アプリを作成した。", ("u0001",)))
    taken = take(leave_out(document, first.id) if emptied else document, offer)
    assert [[s.text for s in block.sentences] for block in blocks_of(taken.sections)] == [
        [],
        ["アプリを作成した。"],
        ["利用は10万件である。"],
    ]


def test_only_turns_that_a_model_was_asked_about_can_be_written_again() -> None:
    document = canonical().document()
    assert rewritable(document) == {"t0001", "t0003", "t0004", "t0005"}, "the report stands by its title alone"
    explanation = proposed(opinion(), "t0001", ("予算が足りない。", ("u0002",))).model_copy(update={"turn_id": "t0002"})
    with pytest.raises(InputError, match="欄がありません"):
        take(document, explanation)
    with pytest.raises(InputError, match="文がありません"):
        take(opinion(), proposed(opinion(), "t0001"))


def test_the_public_version_does_not_tell_of_closed_turns_that_were_written_again() -> None:
    document = with_findings(canonical().document(), TOKYO)
    both = document
    for turn, cited in (("t0004", "u0005"), ("t0005", "u0006")):
        text = next(s.text for s in sentences_of_turn(document, turn))
        both = with_findings(take(both, proposed(document, turn, (text, (cited,)))), TOKYO)
    assert [each.turn_id for each in both.provenance.rewritten] == ["t0004", "t0005"]
    public = public_view(both)
    assert [each.turn_id for each in public.provenance.rewritten] == ["t0004"]
    assert "t0005" not in json.dumps(json.loads(public.model_dump_json())["provenance"])


@given(st.text(max_size=60))
def test_phrases_are_the_whole_text(text: str) -> None:
    assert "".join(phrases(text)) == text


@given(st.lists(st.text("県が9年度、。負担する", min_size=1, max_size=20), max_size=4), st.data())
def test_a_comparison_shows_both_wordings_whole_and_marks_nothing_that_is_the_same(
    before: list[str], data: st.DataObject
) -> None:
    after = data.draw(
        st.lists(st.text("県が9年度、。負担する", min_size=1, max_size=20) | st.sampled_from(before or ["県"]))
    )
    old, new = compared(before, after)
    assert ["".join(part.text for part in sentence) for sentence in old] == before
    assert ["".join(part.text for part in sentence) for sentence in new] == after
    kept = ["".join(p.text for s in side for p in s if not p.changed) for side in (old, new)]
    assert kept[0] == kept[1]
    if before == after:
        assert not any(part.changed for sentence in old for part in sentence)


def test_a_changed_phrase_is_marked_and_its_neighbours_are_not() -> None:
    old, new = compared(
        ["県が全額を負担し、9年度からは半分ずつとする。"], ["県が一部を負担し、9年度からは半分ずつとする。"]
    )
    assert [part.text for part in old[0] if part.changed] == ["全額を"]
    assert [part.text for part in new[0] if part.changed] == ["一部を"]
