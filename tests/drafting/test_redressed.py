"""A draft set out in another house style reads as if it had been made with it, as far as no sentence has to be written."""

from pathlib import Path

import pytest

from minutes.checks import check
from minutes.document import MinutesDocument
from minutes.meeting_input import parse_meeting
from minutes.profile import Profile
from minutes.profiles import load_profile
from minutes.redressed import pared, redressed
from minutes.render import render
from models.pipeline import Inputs, MemoryStore, make_draft
from models.registry import load_model

SAMPLES = Path(__file__).parents[2] / "samples"
TOKYO = load_profile("tokyo_cio")
# The ward's form with the council's choice of what is written at all.
WARD = load_profile("ward_forum").model_copy(
    update={name: getattr(TOKYO, name) for name in ("summarise_reports", "keep_chair_opinions", "budgets")}
)


def draft(profile: Profile) -> MinutesDocument:
    inputs = Inputs(
        transcript=(SAMPLES / "meeting.vtt").read_bytes(),
        filename="meeting.vtt",
        meeting=parse_meeting((SAMPLES / "meeting.json").read_bytes()),
        profile=profile,
        model_name="extractive",
    )
    return make_draft(inputs, load_model, MemoryStore())


@pytest.mark.parametrize(("made", "wanted"), [(TOKYO, WARD), (WARD, TOKYO), (TOKYO, TOKYO)])
def test_it_prints_as_a_new_draft_would(made: Profile, wanted: Profile) -> None:
    found, fresh = redressed(draft(made), wanted), draft(wanted)
    assert render(found, wanted, "txt") == render(fresh, wanted, "txt")
    assert found.profile == wanted.id
    assert sorted(f.rule for f in check(found, wanted)) == sorted(f.rule for f in check(fresh, wanted))


def test_no_sentence_changes_and_every_block_has_an_id_of_its_own() -> None:
    before = draft(WARD)
    after = redressed(before, TOKYO)
    blocks = [block for section in after.sections for block in section.blocks]
    assert len({block.id for block in blocks}) == len(blocks)
    assert [b.sentences for b in blocks if b.sentences] == [
        b.sentences for section in before.sections for b in section.blocks if b.sentences
    ]


def test_what_a_profile_leaves_out_is_left_out_of_the_preview() -> None:
    full = draft(load_profile("ward_forum"))
    profile = TOKYO.model_copy(update={"budgets": load_profile("ward_forum").budgets})
    shown = redressed(pared(full, profile), profile)
    fresh = draft(profile)
    dress = [
        [(section.heading, [(b.type, b.label, b.title, bool(b.sentences)) for b in section.blocks])
         for section in document.sections]
        for document in (shown, fresh)
    ]  # fmt: skip
    assert dress[0] == dress[1]
    assert shown != redressed(full, profile)
