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

from minutes.document import MinutesDocument, Provenance
from minutes.draft import assemble, with_findings
from minutes.hearing import as_meant, find_mishearings
from minutes.meeting import Meeting
from minutes.profile import Profile
from minutes.speakers import attribute
from minutes.stopping import Stopped
from minutes.structure import analyse
from minutes.transcript import ColumnMap, read_transcript
from minutes.transcript.model import Transcript
from minutes.turn import Attribution, Structure
from minutes.unit import LeftOut, Unit, UnitSummary
from minutes.units import build_units
from models.base import Background, Situated

if TYPE_CHECKING:
    from models.base import SummaryModel

PROGRAM_VERSION = version("gijiyoshi")


class Stage(StrEnum):
    READ = "read"
    ATTRIBUTE = "attribute"
    STRUCTURE = "structure"
    CONDENSE = "condense"
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
_SUMMARY = TypeAdapter(UnitSummary)
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
    card, prompts = model.describe(), model.prompts()
    base = _digest(
        hashlib.sha256(inputs.transcript).hexdigest(),
        inputs.filename,
        inputs.columns.model_dump_json() if inputs.columns is not None else "",
        inputs.meeting.model_dump_json(),
        profile.model_dump_json(),
        card.model_dump_json(),
        *(prompt.model_dump_json() for prompt in prompts),
        PROGRAM_VERSION,
    )
    run = _Run(store, base, progress, cancelled)
    transcript = run.stage(
        Stage.READ,
        _TRANSCRIPT,
        lambda: read_transcript(inputs.transcript, inputs.filename, columns=inputs.columns),
    )
    attributions = run.stage(Stage.ATTRIBUTE, _ATTRIBUTIONS, lambda: attribute(transcript, inputs.meeting))
    structure = run.stage(Stage.STRUCTURE, _STRUCTURE, lambda: analyse(transcript, attributions, inputs.meeting))
    mishearings = find_mishearings(transcript, attributions, inputs.meeting, profile)
    plan = build_units(as_meant(transcript, mishearings), structure, inputs.meeting, profile)
    provenance = Provenance(
        model=card, prompts=prompts, program_version=PROGRAM_VERSION, input_sha256=transcript.sha256
    )

    def draft_of(summaries: Sequence[UnitSummary]) -> MinutesDocument:
        return assemble(
            meeting=inputs.meeting,
            profile=profile,
            provenance=provenance,
            transcript=transcript,
            attributions=attributions,
            structure=structure,
            plan=plan,
            summaries=summaries,
            mishearings=mishearings,
        )

    if isinstance(model, Situated):
        model = model.within(Background(draft_of([_unwritten(unit) for unit in plan.units]), profile))
    summaries = run.condense(model, plan.units)
    document = run.stage(Stage.CHECK, _DOCUMENT, lambda: with_findings(draft_of(summaries), profile))
    progress(Stage.COMPOSE, 0, 1)
    return document


def _unwritten(unit: Unit) -> UnitSummary:
    left_out = tuple((each.id, LeftOut.CONDENSED) for each in unit.utterances)
    return UnitSummary(unit_id=unit.id, sentences=(), left_out=left_out)


def _digest(*parts: str) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class _Run:
    store: StageStore
    base: str
    progress: Progress
    cancelled: Callable[[], bool]

    def check_stop(self) -> None:
        if self.cancelled():
            raise Stopped

    def stage(self, stage: Stage, adapter: TypeAdapter[T], work: Callable[[], T]) -> T:
        """The saved result of ``work``, or the result of doing it now."""
        self.check_stop()
        self.progress(stage, 0, 1)
        found = self.store.find(stage, "", self.base)
        if found is not None:
            return adapter.validate_json(found)
        began = time.perf_counter()
        result = work()
        self.store.save(stage, "", self.base, adapter.dump_json(result).decode(), time.perf_counter() - began)
        return result

    def condense(self, model: "SummaryModel", units: Sequence[Unit]) -> tuple[UnitSummary, ...]:
        """One summary per unit, in order. Only units without a saved result reach the model."""
        self.check_stop()
        keys = {unit.id: _digest(self.base, unit.model_dump_json()) for unit in units}
        summaries: dict[str, UnitSummary] = {}
        for unit in units:
            found = self.store.find(Stage.CONDENSE, unit.id, keys[unit.id])
            if found is not None:
                summaries[unit.id] = _SUMMARY.validate_json(found)
        pending = [unit for unit in units if unit.id not in summaries]
        self.progress(Stage.CONDENSE, len(summaries), len(units))
        began = time.perf_counter()
        for summary in model.condense(pending, cancelled=self.cancelled):
            payload = summary.model_dump_json()
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
