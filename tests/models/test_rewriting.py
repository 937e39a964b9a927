"""One turn of a drafted meeting written again: through the same pipeline, with what people have found out since."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from sample_meeting import INPUTS, PLAIN, right_sentences, texts
from scripted_backend import ScriptedBackend, lines_of, reply_json, user_text

from minutes.document import MinutesDocument
from minutes.edits import assign_speaker
from minutes.errors import InputError
from minutes.meeting import Side
from minutes.proposal import Proposal, rewritable, sentences_of_turn, take
from minutes.public import closed_ids
from minutes.stopping import Stopped
from minutes.unit import KEPT_BACK, Unit
from minutes.unit_record import UnitRecord
from models.base import SummaryModel
from models.extractive import ExtractiveModel
from models.grounded import CLOSED_TALK, GroundedModel, Reply, Request, Unanswered
from models.pipeline import Inputs, MemoryStore, Stage, make_draft
from models.rewriting import propose
from prompts import load_prompts

PROMPTS = load_prompts()
TURNS = sorted(rewritable(PLAIN))
CLOSED = [t.id for t in PLAIN.turns if t.id in TURNS and not closed_ids(PLAIN).isdisjoint(t.utterance_ids)]
OPEN = [each for each in TURNS if each not in CLOSED]


def right(request: Request) -> str:
    return reply_json(right_sentences([each for each, _ in lines_of(user_text(request))]))


def silent(_: Request) -> Reply:
    raise Unanswered("モデルのサーバーに接続できない", unreachable=True)


def model(script: Callable[[Request], str | Reply]) -> tuple[GroundedModel, ScriptedBackend]:
    backend = ScriptedBackend(script)
    return GroundedModel(backend, PROMPTS), backend


def again(
    turn: str,
    by: SummaryModel,
    *,
    document: MinutesDocument = PLAIN,
    store: MemoryStore | None = None,
    occasion: str = "p1",
    inputs: Inputs = INPUTS,
    **more: Any,
) -> Proposal:
    return propose(inputs, document, turn, lambda _: by, store or MemoryStore(), occasion=occasion, **more)


def saved(store: MemoryStore, turn: str) -> list[UnitRecord]:
    return [
        UnitRecord.model_validate_json(payload)
        for (stage, part, _), payload in store.results.items()
        if stage is Stage.CONDENSE and part == turn
    ]


@pytest.mark.parametrize("turn", [OPEN[0], OPEN[-1], CLOSED[0]])
def test_a_right_model_proposes_what_stands_there_and_is_asked_about_this_turn_alone(turn: str) -> None:
    grounded, backend = model(right)
    proposal = again(turn, grounded)
    standing = sentences_of_turn(PLAIN, turn)
    assert [(s.text, s.evidence) for s in proposal.sentences] == [(s.text, s.evidence) for s in standing]
    own = next(t.utterance_ids for t in PLAIN.turns if t.id == turn)
    assert {each for request in backend.asked for each, _ in lines_of(user_text(request))} <= set(own)
    assert (proposal.replaced, proposal.card.name, proposal.prompts) == ("", "scripted", PROMPTS.refs())
    assert texts(take(PLAIN, proposal)) == texts(PLAIN)


def test_the_saved_stages_of_the_draft_are_used_whatever_model_made_it() -> None:
    store = MemoryStore()
    make_draft(INPUTS, lambda _: ExtractiveModel(), store)
    before = {key for key in store.results if key[0] is not Stage.CONDENSE}
    again(OPEN[0], model(right)[0], store=store)
    assert {key for key in store.results if key[0] is not Stage.CONDENSE} == before


def test_a_run_that_was_broken_off_is_not_asked_again_and_a_new_request_is() -> None:
    store = MemoryStore()
    grounded, backend = model(right)
    first = again(OPEN[0], grounded, store=store)
    asked = len(backend.asked)
    assert again(OPEN[0], grounded, store=store) == first and len(backend.asked) == asked
    again(OPEN[0], grounded, store=store, occasion="p2")
    assert len(backend.asked) == 2 * asked
    assert len(saved(store, OPEN[0])) == 2, "both runs are kept"


def test_a_model_that_does_not_answer_gives_the_extractive_sentences_and_says_so() -> None:
    store = MemoryStore()
    proposal = again(OPEN[0], model(silent)[0], store=store)
    assert proposal.replaced == "モデルのサーバーに接続できない"
    assert [s.text for s in proposal.sentences] == [s.text for s in sentences_of_turn(PLAIN, OPEN[0])]
    (record,) = saved(store, OPEN[0])
    (call,) = record.summary.calls
    assert call.reply == "" and call.faults == ("モデルのサーバーに接続できない",)
    assert call.seconds is not None and call.seconds >= 0
    assert record.card.name == "scripted" and record.prompts == PROMPTS.refs() and record.program_version


def test_the_speaker_is_who_people_say_it_was() -> None:
    unknown = PLAIN.model_copy(
        update={
            "turns": tuple(t.model_copy(update={"attendee_id": None}) if t.id == OPEN[-1] else t for t in PLAIN.turns),
            "utterances": tuple(
                u.model_copy(update={"attendee_id": None})
                if u.id in next(t.utterance_ids for t in PLAIN.turns if t.id == OPEN[-1])
                else u
                for u in PLAIN.utterances
            ),
        }
    )
    label = next(u.label for u in unknown.utterances if u.attendee_id is None)
    guest = next(a.id for a in INPUTS.meeting.roster if a.side is Side.GUEST)
    named = assign_speaker(unknown, INPUTS.profile, label, guest)
    seen: list[Unit] = []

    class Watching(ExtractiveModel):
        def condense(self, units: Sequence[Unit], **more: Any) -> Any:
            seen.extend(units)
            return super().condense(units, **more)

    assert again(OPEN[-1], Watching(), document=unknown).attendee_id is None
    assert again(OPEN[-1], Watching(), document=named, occasion="p2").attendee_id == guest
    assert [unit.attendee_id for unit in seen] == [None, guest]


def test_what_is_closed_in_the_draft_is_not_shown_where_closed_talk_stays() -> None:
    closed_by_hand = PLAIN.model_copy(
        update={"utterances": tuple(u.model_copy(update={"closed": True}) for u in PLAIN.utterances)}
    )
    for turn, document in ((CLOSED[0], PLAIN), (OPEN[0], closed_by_hand)):
        grounded, backend = model(right)
        proposal = again(turn, replace(grounded, withheld=CLOSED_TALK), document=document)
        assert proposal.replaced == KEPT_BACK and backend.asked == []
        assert proposal.card.parameters["withheld"] == "closed"


@pytest.mark.parametrize(
    "turn", ["t9999", next(t.id for t in PLAIN.turns if t.id not in TURNS)], ids=["unknown", "not condensed"]
)
def test_what_no_model_was_asked_about_is_refused_with_a_sentence(turn: str) -> None:
    grounded, backend = model(right)
    with pytest.raises(InputError, match="要約の対象ではありません"):
        again(turn, grounded)
    assert backend.asked == []


def test_talk_that_is_cut_otherwise_by_now_is_refused() -> None:
    moved = PLAIN.model_copy(
        update={
            "turns": tuple(
                t.model_copy(update={"utterance_ids": (*t.utterance_ids, "u9999")}) if t.id == OPEN[0] else t
                for t in PLAIN.turns
            )
        }
    )
    with pytest.raises(InputError, match="区切りが変わった"):
        again(OPEN[0], model(right)[0], document=moved)


def test_it_stops_when_it_is_cancelled() -> None:
    with pytest.raises(Stopped):
        again(OPEN[0], model(right)[0], cancelled=lambda: True)
