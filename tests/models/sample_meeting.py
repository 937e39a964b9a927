"""The sample meeting and what the extractive backend makes of it: right answers for a scripted model to give."""

from collections.abc import Sequence
from pathlib import Path

from minutes.document import MinutesDocument, Sentence
from minutes.meeting_input import parse_meeting
from minutes.profiles import load_profile
from models.base import SummaryModel
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
