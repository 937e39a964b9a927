"""The sample meeting and what the extractive backend makes of it: right answers for a scripted model to give."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from minutes.document import MinutesDocument, Provenance, Sentence
from minutes.draft import assemble, with_findings
from minutes.hearing import as_meant, find_mishearings
from minutes.meeting_input import parse_meeting
from minutes.profiles import load_profile
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript import read_transcript
from minutes.unit import LeftOut, UnitSummary
from minutes.units import UnitPlan, build_units
from models.base import Background, Situated, SummaryModel
from models.pipeline import Inputs, MemoryStore, StageStore, make_draft
from models.registry import load_model

SAMPLES = Path(__file__).parents[2] / "samples"
INPUTS = Inputs(
    transcript=(SAMPLES / "meeting.vtt").read_bytes(),
    filename="meeting.vtt",
    meeting=parse_meeting((SAMPLES / "meeting.json").read_bytes()),
    profile=load_profile(),
    model_name="any",
)


def draft(model: SummaryModel, store: StageStore | None = None) -> MinutesDocument:
    return make_draft(INPUTS, lambda _name: model, store or MemoryStore())


PLAIN = draft(load_model("extractive"))


@dataclass(frozen=True)
class Understood:
    """A meeting up to the point where a model is asked: what every way of condensing it starts from."""

    plan: UnitPlan
    background: Background
    compose: Callable[[Sequence[UnitSummary], SummaryModel], MinutesDocument]

    def drafted_by(self, model: SummaryModel) -> MinutesDocument:
        assert isinstance(model, Situated)
        within = model.within(self.background)
        summaries = list(within.condense(self.plan.units, cancelled=lambda: False))
        return with_findings(self.compose(summaries, model), INPUTS.profile)


def understood(transcript: bytes = INPUTS.transcript) -> Understood:
    meeting, profile = INPUTS.meeting, INPUTS.profile
    read = read_transcript(transcript, INPUTS.filename)
    attributions = attribute(read, meeting)
    structure = analyse(read, attributions, meeting)
    mishearings = find_mishearings(read, attributions, meeting, profile)
    plan = build_units(as_meant(read, mishearings), structure, meeting, profile)

    def compose(summaries: Sequence[UnitSummary], model: SummaryModel) -> MinutesDocument:
        return assemble(
            meeting=meeting,
            profile=profile,
            provenance=Provenance(
                model=model.describe(), prompts=model.prompts(), program_version="0", input_sha256=read.sha256
            ),
            transcript=read,
            attributions=attributions,
            structure=structure,
            plan=plan,
            summaries=summaries,
            mishearings=mishearings,
        )

    unwritten = [
        UnitSummary(unit_id=unit.id, sentences=(), left_out=tuple((u.id, LeftOut.CONDENSED) for u in unit.utterances))
        for unit in plan.units
    ]
    return Understood(plan, Background(compose(unwritten, load_model("extractive")), profile), compose)


_TURN_OF = {utterance: turn.id for turn in PLAIN.turns for utterance in turn.utterance_ids}
_SENTENCES: dict[str, list[Sentence]] = {}
for _section in PLAIN.sections:
    for _block in _section.blocks:
        for _sentence in _block.sentences:
            _SENTENCES.setdefault(_block.turn_ids[0], []).append(_sentence)


def turn_of(utterance_id: str) -> str:
    return _TURN_OF[utterance_id]


def right_sentences(utterance_ids: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """What a faultless model would write of these utterances."""
    turns = dict.fromkeys(_TURN_OF[each] for each in utterance_ids)
    return [
        (each.text, each.evidence)
        for turn in turns
        for each in _SENTENCES.get(turn, [])
        if set(each.evidence) <= set(utterance_ids)
    ]


def accounted(document: MinutesDocument) -> None:
    """Every utterance is in the draft or left out for a reason, once."""
    assert [each.utterance_id for each in document.dispositions] == [each.id for each in document.utterances]
    assert not [f for f in document.findings if f.rule in {"D1", "G8"} and f.severity == "error"]


def texts(document: MinutesDocument) -> list[str]:
    return [s.text for section in document.sections for block in section.blocks for s in block.sentences]
