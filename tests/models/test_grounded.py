"""A generating model within a meeting: right words are used, wrong ones mended or replaced, and nobody loses a word."""

from collections.abc import Callable

import pytest
from sample_meeting import INPUTS, PLAIN, accounted, draft, right_sentences, texts, turn_of, understood
from scripted_backend import ScriptedBackend, lines_of, reply_json, user_text

from minutes.dispositions import sentences_of
from minutes.document import Severity
from minutes.glossary.term import Term
from minutes.public import ClosedWords, closed_ids, public_view
from minutes.stopping import Stopped
from minutes.turn import TurnKind
from models.grounded import GroundedModel, Reply, Request, Unanswered
from models.grounded.asking import Asking
from models.pipeline import MemoryStore, Stage, make_draft
from prompts import load_prompts

PROMPTS = load_prompts()
MEETING = understood()


def right(request: Request) -> str:
    return reply_json(right_sentences([each for each, _ in lines_of(user_text(request))]))


def model(script: Callable[[Request], str | Reply], **changes: int) -> tuple[GroundedModel, ScriptedBackend]:
    backend = ScriptedBackend(script, **changes)
    return GroundedModel(backend, PROMPTS), backend


def test_right_words_are_used_and_nothing_is_said_against_them() -> None:
    grounded, backend = model(right)
    document = draft(grounded)
    assert document.sections == PLAIN.sections and document.replacements == ()
    assert document.findings == PLAIN.findings
    assert document.provenance.model.name == "scripted" and document.provenance.prompts == PROMPTS.refs()
    assert all(request.schema["required"] == ["sentences"] for request in backend.asked)


def test_each_call_has_its_own_mark_around_the_speech() -> None:
    grounded, backend = model(right)
    MEETING.drafted_by(grounded)
    marks = [user_text(request).split("【発言 ")[1].split("】")[0] for request in backend.asked]
    assert len(set(marks)) == len(marks) == len(backend.asked)
    for request, mark in zip(backend.asked, marks, strict=True):
        inside = user_text(request).partition(f"【発言 {mark}】")[2].partition(f"【発言終わり {mark}】")[0]
        assert lines_of(inside) == lines_of(user_text(request)) != []


def test_units_of_a_kind_share_their_system_message() -> None:
    """A server computes a common beginning once. What varies from unit to unit stands with the speech."""
    grounded, backend = model(right)
    MEETING.drafted_by(grounded)
    systems = [request.messages[0] for request in backend.asked]
    assert {each.role for each in systems} == {"system"}
    kinds = {each.kind for each in MEETING.plan.units}
    assert len({each.content for each in systems}) == 6 < len(kinds) <= len(systems)


def test_the_house_style_flows_into_the_prompt() -> None:
    wording = INPUTS.profile.wording.model_copy(
        update={"comma": "，", "digits": "full", "small_counts": "kanji", "okurigana": "general", "longest": 61}
    )
    house = INPUTS.profile.model_copy(
        update={
            "wording": wording,
            "glossary": (Term(word="職員派遣", reading="しょくいんはけん"),),
            "own_side_word": "県",
        }
    )
    backend = ScriptedBackend(right)
    asking = Asking(PROMPTS, house, backend)
    (unit, *_) = [each for each in MEETING.plan.units if any("職員派遣" in u.text for u in each.utterances)]
    (asked, *_) = asking.requests(unit.model_copy(update={"own_words": (("私ども", "県"),), "budget": 123}))
    system, user = (each.content for each in asked.request.messages)
    for rule in ("常体（である調）", "「，」", "数字は全角", "「一つ」", "「手続き」", "61字", "「県」とあるとき"):
        assert rule in system and rule not in user
    for told in ("123 字", "「私ども」は「県」", "用語", "職員派遣", unit.kind.value):
        assert told in user


def test_a_unit_is_asked_about_alone_and_closed_talk_stands_in_no_other_prompt() -> None:
    grounded, backend = model(right)
    MEETING.drafted_by(grounded)
    closed = closed_ids(PLAIN)
    words = ClosedWords(PLAIN)
    assert closed
    for request in backend.asked:
        ids = [each for each, _ in lines_of(user_text(request))]
        assert len({turn_of(each) for each in ids}) == 1 or not closed.intersection(ids)
        if not closed.intersection(ids):
            assert words.found_in(user_text(request)) is None


def test_a_fault_is_told_to_the_model_and_the_mended_words_are_used() -> None:
    asked: list[str] = []

    def mends(request: Request) -> str:
        if len(request.messages) > 2:
            asked.append(request.messages[-1].content)
            return right(request)
        return right(request).replace("4,150", "5,150")

    document = MEETING.drafted_by(model(mends)[0])
    assert document.sections == PLAIN.sections and document.replacements == ()
    assert asked and all("5,150" in each for each in asked)


def of_unit(request: Request, utterance_id: str) -> bool:
    return utterance_id in [each for each, _ in lines_of(user_text(request))]


def summary_of(answer: Callable[[Request], str], utterance_id: str) -> tuple[list[str], list[str], list[Request]]:
    """Sentences and faults of the one unit with this utterance, and what was asked for it."""
    (unit,) = (unit for unit in MEETING.plan.units if utterance_id in [u.id for u in unit.utterances])
    grounded, backend = model(answer)
    (summary,) = grounded.within(MEETING.background).condense([unit], cancelled=lambda: False)
    faults = [fault for call in summary.calls for fault in call.faults]
    assert bool(summary.replaced) == (len(backend.asked) == 2 and bool(summary.calls[-1].faults))
    return [each.text for each in summary.sentences], faults, backend.asked


def with_several_points() -> tuple[str, list[tuple[str, tuple[str, ...]]]]:
    """A question that puts several things, and the right sentences for it."""
    for unit in MEETING.plan.units:
        sentences = right_sentences([u.id for u in unit.utterances])
        if unit.kind is TurnKind.QUESTION and len({each for _, each in sentences}) > 1:
            return unit.utterances[0].id, sentences
    raise AssertionError("the sample has no such question")


def test_a_question_that_the_model_drops_is_asked_for_and_else_replaced() -> None:
    first, sentences = with_several_points()
    asked = sentences[-1]
    texts_, faults, requests = summary_of(lambda _: reply_json(sentences[:-1]), first)
    assert texts_ == [text for text, _ in sentences]
    assert len(requests) == 2 and all(asked[1][-1] in fault and "当たる文がない" in fault for fault in faults)

    def mends(request: Request) -> str:
        return reply_json(sentences if len(request.messages) > 2 else sentences[:-1])

    assert summary_of(mends, first)[0] == [text for text, _ in sentences]


def test_to_cite_an_utterance_is_not_to_say_what_it_says() -> None:
    first, sentences = with_several_points()
    every = tuple(dict.fromkeys(each for _, evidence in sentences for each in evidence))
    texts_, faults, _ = summary_of(lambda _: reply_json([(sentences[0][0], every)]), first)
    assert texts_ == [text for text, _ in sentences] and any("当たる文がない" in fault for fault in faults)


def test_spelling_is_put_right_without_asking_again() -> None:
    def careless(request: Request) -> str:
        return right(request).replace("、", "，").replace("及び", "および").replace("。", "")

    grounded, backend = model(careless)
    document = MEETING.drafted_by(grounded)
    assert texts(document) == texts(PLAIN) and document.replacements == ()
    assert len(backend.asked) == len(MEETING.plan.units)


def test_a_doubt_is_asked_about_once_and_the_better_words_are_kept() -> None:
    """A body that speaks elsewhere in the meeting is no error, and not what was said here either."""
    said, doubtful = "当市では、予約の枠を", "みどり野市では、予約の枠を"

    def doubting(request: Request) -> str:
        return right(request).replace(said, doubtful)

    def better(request: Request) -> str:
        return right(request) if len(request.messages) > 2 else doubting(request)

    grounded, backend = model(better)
    kept = draft(grounded)
    assert kept.sections == PLAIN.sections and kept.replacements == ()
    assert len(backend.asked) == len(MEETING.plan.units) + 1

    flagged = MEETING.drafted_by(model(doubting)[0])
    (sentence,) = [s.id for s in sentences_of(flagged.sections) if doubtful in s.text]
    assert flagged.replacements == ()
    assert [f.severity for f in flagged.findings if f.place.sentence_id == sentence] == [Severity.WARN]


def test_no_reply_can_cite_what_it_was_not_shown_where_the_schema_is_kept() -> None:
    grounded, backend = model(right)
    MEETING.drafted_by(grounded)
    for request in backend.asked:
        evidence = request.schema["properties"]["sentences"]["items"]["properties"]["evidence"]
        assert evidence["items"]["enum"] == list(dict.fromkeys(each for each, _ in lines_of(user_text(request))))
    assert "enum" not in str(PROMPTS["answer"].head.schema_)


def test_what_stays_wrong_is_replaced_and_the_reviewer_is_told_why() -> None:
    document = MEETING.drafted_by(model(lambda r: right(r).replace("4,150", "5,150"))[0])
    accounted(document)
    assert texts(document) == texts(PLAIN)
    told = [f for f in document.findings if f.rule == "M1"]
    assert len(told) == len(document.replacements) > 0
    assert all("5,150" in each.message and each.place.block_id for each in told)


def test_the_record_of_calls_is_kept_with_the_unit() -> None:
    store = MemoryStore()
    draft(model(lambda r: right(r).replace("4,150", "5,150"))[0], store)
    saved = "".join(payload for (stage, _, _), payload in store.results.items() if stage is Stage.CONDENSE)
    assert '"scripted-1"' in saved and "5,150" in saved and PROMPTS["answer"].sha256 in saved
    assert PROMPTS["repair"].sha256 in saved


def test_a_backend_that_only_fails_costs_no_meeting() -> None:
    def fails(request: Request) -> str:
        raise RuntimeError("転出の話")

    document = draft(model(fails)[0])
    accounted(document)
    assert texts(document) == texts(PLAIN) and document.replacements
    assert "転出の話" not in document.model_dump_json(include={"replacements"})


def test_a_server_that_is_gone_is_not_waited_for_at_every_unit() -> None:
    def gone(request: Request) -> str:
        raise Unanswered("サーバーに接続できない", unreachable=True)

    grounded, backend = model(gone, slots=1)
    document = draft(grounded)
    accounted(document)
    assert len(backend.asked) < 6 < len(document.replacements)


def test_a_small_context_gets_every_utterance_in_portions() -> None:
    whole, plenty = model(right)
    MEETING.drafted_by(whole)
    narrow, backend = model(right, context_tokens=2700)
    document = MEETING.drafted_by(narrow)
    accounted(document)
    shown = {each for request in backend.asked for each, _ in lines_of(user_text(request))}
    assert shown == {each for request in plenty.asked for each, _ in lines_of(user_text(request))}
    assert len(backend.asked) > len(plenty.asked)


def test_a_context_too_small_for_the_rules_is_said() -> None:
    grounded, backend = model(right, context_tokens=400)
    document = MEETING.drafted_by(grounded)
    assert backend.asked == [] and all("文脈長" in each.reason for each in document.replacements)
    assert texts(document) == texts(PLAIN)


def test_after_a_stop_only_units_without_a_result_are_asked_about() -> None:
    store = MemoryStore()
    first, _ = model(right, slots=1)

    def saved() -> int:
        return sum(1 for stage, _, _ in store.results if stage is Stage.CONDENSE)

    with pytest.raises(Stopped):
        make_draft(INPUTS, lambda _: first, store, cancelled=lambda: saved() >= 5)
    done = saved()
    second, after = model(right, slots=1)
    document = draft(second, store)
    assert document.sections == PLAIN.sections
    assert done >= 5 and len(after.asked) == saved() - done


def test_a_public_version_tells_nothing_of_closed_replacements() -> None:
    document = MEETING.drafted_by(model(lambda r: "no json")[0])
    closed = closed_ids(document)
    hidden = {turn.id for turn in document.turns if closed.intersection(turn.utterance_ids)}
    assert hidden & {each.turn_id for each in document.replacements}
    assert not hidden & {each.turn_id for each in public_view(document).replacements}
