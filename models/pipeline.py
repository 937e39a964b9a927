"""The way of a transcript: read → attribute → structure → condense → check → compose, as one plain function.

The job runner calls it with a store in the database, the command line with one in memory. Every stage result, and in
``condense`` every unit, is saved as soon as it is done and found again by the hash of all it depends on.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.metadata import version
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

from pydantic import TypeAdapter

from minutes.document import MinutesDocument, ModelCard, PromptRef, Provenance
from minutes.draft import assemble, with_findings
from minutes.hearing import as_meant, find_mishearings
from minutes.meeting import Meeting
from minutes.mishearing import Mishearing
from minutes.profile import Profile
from minutes.speakers import attribute
from minutes.stopping import Stopped
from minutes.structure import analyse
from minutes.transcript import ColumnMap, read_transcript
from minutes.transcript.model import Transcript
from minutes.turn import Attribution, Structure
from minutes.unit import LeftOut, Unit, UnitSummary
from minutes.unit_record import STAGE as UNIT_STAGE
from minutes.unit_record import UnitRecord
from minutes.units import UnitPlan, build_units
from models.base import Background, Situated

if TYPE_CHECKING:
    from models.base import SummaryModel

PROGRAM_VERSION = version("gijiyoshi")


class Stage(StrEnum):
    READ = "read"
    ATTRIBUTE = "attribute"
    STRUCTURE = "structure"
    CONDENSE = UNIT_STAGE
    CHECK = "check"
    COMPOSE = "compose"


@dataclass(frozen=True)
class Inputs:
    transcript: bytes
    filename: str
    meeting: Meeting
    profile: Profile
    model_name: str
    columns: ColumnMap | None = None
    """Which column of a table holds what, where a person said so."""


class StageStore(Protocol):
    def find(self, stage: Stage, part: str, input_hash: str) -> str | None: ...

    def save(self, stage: Stage, part: str, input_hash: str, payload: str, seconds: float) -> None: ...


@dataclass
class MemoryStore:
    """Keeps results for one process: what the command line uses."""

    results: dict[tuple[Stage, str, str], str] = field(default_factory=dict)

    def find(self, stage: Stage, part: str, input_hash: str) -> str | None:
        return self.results.get((stage, part, input_hash))

    def save(self, stage: Stage, part: str, input_hash: str, payload: str, seconds: float) -> None:
        self.results.setdefault((stage, part, input_hash), payload)


T = TypeVar("T")

ModelSource: TypeAlias = "Callable[[str], SummaryModel]"
Progress = Callable[[Stage, int, int], None]
"""Called with the stage, what is done of it and its total."""


def no_progress(_stage: Stage, _done: int, _total: int) -> None:
    return None


_TRANSCRIPT = TypeAdapter(Transcript)
_ATTRIBUTIONS = TypeAdapter(tuple[Attribution, ...])
_STRUCTURE = TypeAdapter(Structure)
_DOCUMENT = TypeAdapter(MinutesDocument)


def make_draft(
    inputs: Inputs,
    load: ModelSource,
    store: StageStore,
    *,
    progress: Progress = no_progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> MinutesDocument:
    """The whole way from bytes to a checked draft.

    Raises InputError for what a clerk can mend, Stopped when ``cancelled`` answers True between stages or units, and
    whatever the model or the store raises.
    """
    profile = inputs.profile
    model = load(inputs.model_name)
    run = Run(store, progress, cancelled)
    understood = understand(inputs, run)
    writer = Writer.of(model, inputs)
    plan = understood.plan
    provenance = Provenance(
        model=writer.card,
        prompts=writer.prompts,
        program_version=PROGRAM_VERSION,
        input_sha256=understood.transcript.sha256,
    )

    def draft_of(summaries: Sequence[UnitSummary]) -> MinutesDocument:
        return assemble(
            meeting=inputs.meeting,
            profile=profile,
            provenance=provenance,
            transcript=understood.transcript,
            attributions=understood.attributions,
            structure=understood.structure,
            plan=plan,
            summaries=summaries,
            mishearings=understood.mishearings,
        )

    if isinstance(model, Situated):
        model = model.within(Background(draft_of([_unwritten(unit) for unit in plan.units]), profile))
    summaries = run.condense(model, plan.units, writer)
    document = run.stage(Stage.CHECK, writer.base, _DOCUMENT, lambda: with_findings(draft_of(summaries), profile))
    progress(Stage.COMPOSE, 0, 1)
    return document


@dataclass(frozen=True)
class Understood:
    """A meeting up to the point where a model is asked; no model has a part in it."""

    transcript: Transcript
    attributions: tuple[Attribution, ...]
    structure: Structure
    mishearings: tuple[Mishearing, ...]
    plan: UnitPlan


def understand(inputs: Inputs, run: "Run") -> Understood:
    """Read, attribute, structure, and plan the units. Saved results of an earlier run are used, whichever model it was
    for. Raises InputError and Stopped."""
    base = _inputs_hash(inputs)
    transcript = run.stage(
        Stage.READ,
        base,
        _TRANSCRIPT,
        lambda: read_transcript(inputs.transcript, inputs.filename, columns=inputs.columns),
    )
    attributions = run.stage(Stage.ATTRIBUTE, base, _ATTRIBUTIONS, lambda: attribute(transcript, inputs.meeting))
    structure = run.stage(Stage.STRUCTURE, base, _STRUCTURE, lambda: analyse(transcript, attributions, inputs.meeting))
    mishearings = find_mishearings(transcript, attributions, inputs.meeting, inputs.profile)
    plan = build_units(as_meant(transcript, mishearings), structure, inputs.meeting, inputs.profile)
    return Understood(transcript, attributions, structure, tuple(mishearings), plan)


@dataclass(frozen=True)
class Writer:
    """The model as it stands in the record of each unit, and the hash that its results depend on."""

    card: ModelCard
    prompts: tuple[PromptRef, ...]
    base: str

    @classmethod
    def of(cls, model: "SummaryModel", inputs: Inputs, *occasion: str) -> "Writer":
        """``occasion``: what else sets this run apart, so that an earlier result is not taken for its own."""
        card, prompts = model.describe(), model.prompts()
        parts = (card.model_dump_json(), *(prompt.model_dump_json() for prompt in prompts), *occasion)
        return cls(card, prompts, _digest(_inputs_hash(inputs), *parts))

    def record(self, summary: UnitSummary) -> UnitRecord:
        return UnitRecord(card=self.card, prompts=self.prompts, program_version=PROGRAM_VERSION, summary=summary)


def _inputs_hash(inputs: Inputs) -> str:
    return _digest(
        hashlib.sha256(inputs.transcript).hexdigest(),
        inputs.filename,
        inputs.columns.model_dump_json() if inputs.columns is not None else "",
        inputs.meeting.model_dump_json(),
        inputs.profile.model_dump_json(),
        PROGRAM_VERSION,
    )


def _unwritten(unit: Unit) -> UnitSummary:
    left_out = tuple((each.id, LeftOut.CONDENSED) for each in unit.utterances)
    return UnitSummary(unit_id=unit.id, sentences=(), left_out=left_out)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Run:
    store: StageStore
    progress: Progress = no_progress
    cancelled: Callable[[], bool] = lambda: False

    def check_stop(self) -> None:
        if self.cancelled():
            raise Stopped

    def stage(self, stage: Stage, base: str, adapter: TypeAdapter[T], work: Callable[[], T]) -> T:
        """The saved result of ``work``, or the result of doing it now. ``base``: the hash of all it depends on."""
        self.check_stop()
        self.progress(stage, 0, 1)
        found = self.store.find(stage, "", base)
        if found is not None:
            return adapter.validate_json(found)
        began = time.perf_counter()
        result = work()
        self.store.save(stage, "", base, adapter.dump_json(result).decode(), time.perf_counter() - began)
        return result

    def condense(self, model: "SummaryModel", units: Sequence[Unit], writer: Writer) -> tuple[UnitSummary, ...]:
        """One summary per unit, in order. Only units without a saved result reach the model."""
        self.check_stop()
        keys = {unit.id: _digest(writer.base, unit.model_dump_json()) for unit in units}
        summaries: dict[str, UnitSummary] = {}
        for unit in units:
            found = self.store.find(Stage.CONDENSE, unit.id, keys[unit.id])
            if found is not None:
                summaries[unit.id] = UnitRecord.model_validate_json(found).summary
        pending = [unit for unit in units if unit.id not in summaries]
        self.progress(Stage.CONDENSE, len(summaries), len(units))
        began = time.perf_counter()
        for summary in model.condense(pending, cancelled=self.cancelled):
            payload = writer.record(summary).model_dump_json()
            self.store.save(
                Stage.CONDENSE, summary.unit_id, keys[summary.unit_id], payload, time.perf_counter() - began
            )
            summaries[summary.unit_id] = summary
            self.progress(Stage.CONDENSE, len(summaries), len(units))
            began = time.perf_counter()
        if len(summaries) < len(units):
            self.check_stop()
            raise RuntimeError("the model ended before its last unit")
        return tuple(summaries[unit.id] for unit in units)
