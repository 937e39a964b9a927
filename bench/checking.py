"""Checking a draft of a long meeting once, and again after one sentence was edited."""

import itertools
from collections.abc import Callable

from bench.meeting import units
from minutes.checks import recheck
from minutes.document import MinutesDocument, Provenance
from minutes.draft import assemble, with_findings
from minutes.edits import edit_sentence
from minutes.meeting import Meeting
from minutes.profiles import load_profile
from minutes.transcript.model import Transcript, TranscriptFormat
from minutes.turn import AgendaSpan, Attribution, Structure, Turn
from minutes.units import UnitPlan
from models.registry import load_model


def print_checks(characters: int, best: Callable[[Callable[[], object]], float]) -> None:
    """One line each: the whole check, the recheck of one edited sentence, their ratio."""
    profile = load_profile()
    draft = draft_of(characters)
    checked = with_findings(draft, profile)
    sentences = [s for section in draft.sections for block in section.blocks for s in block.sentences]
    numbers = itertools.count(1)

    def full() -> object:
        return with_findings(draft, profile)

    def edited() -> object:
        # Each time another wording: equal sentences are answered from memory.
        text = sentences[len(sentences) // 2].text.rstrip("。") + f"、{next(numbers)}件目の修正とした。"
        return recheck(edit_sentence(checked, sentences[len(sentences) // 2].id, text), profile, checked)

    whole, again = best(full), best(edited)
    print(f"check of {len(sentences)} sentences     {whole:7.3f} s")
    print(f"recheck of one edited      {again:7.4f} s")
    print(f"ratio recheck/check        {again / whole:7.3f}")


def draft_of(characters: int) -> MinutesDocument:
    """A draft of the made-up meeting, not yet checked."""
    planned = units(characters)
    utterances = tuple(u for unit in planned for u in unit.utterances)
    meeting = Meeting.model_validate(
        {
            "title": "定例会",
            "starts_at": "2026-02-09T10:00:00+09:00",
            "ends_at": "2026-02-09T12:00:00+09:00",
            "agenda": [{"no": 1, "title": "協議", "kind": "discussion"}],
            "roster": [{"id": "a1", "name": "見本 一郎", "org": "見本市", "post": "課長"}],
        }
    )
    turns = tuple(
        Turn(
            id=unit.id,
            utterance_ids=tuple(u.id for u in unit.utterances),
            attendee_id="a1",
            label=None,
            kind=unit.kind,
            agenda_no=1,
            closed=False,
        )
        for unit in planned
    )
    model = load_model("extractive")
    return assemble(
        meeting=meeting,
        profile=load_profile(),
        provenance=Provenance(model=model.describe(), program_version="0", input_sha256="0" * 64),
        transcript=Transcript(format=TranscriptFormat.JSON, encoding="utf-8", sha256="0" * 64, utterances=utterances),
        attributions=[
            Attribution(utterance_id=u.id, attendee_id="a1", confidence=1.0, reason="見本") for u in utterances
        ],
        structure=Structure(
            spans=(AgendaSpan(agenda_no=1, first=utterances[0].id, last=utterances[-1].id, located=True),),
            turns=turns,
            exchanges=(),
        ),
        plan=UnitPlan(units=planned, left_out=()),
        summaries=tuple(model.condense(planned, cancelled=lambda: False)),
    )
