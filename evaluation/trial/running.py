"""Each meeting drafted by the model and by the extractive backend, measured, and given on before the next begins."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from evaluation.baselines import BASELINES, filled, sentences_in
from evaluation.drafting import at_most, length, written
from evaluation.trial.figures import DraftFigures, Work, draft_figures, work_of
from evaluation.trial.material import COLLECTIONS, Material
from evaluation.trial.state import Condensed, UnitFiles
from minutes.document import MinutesDocument
from minutes.profile import Profile
from models.pipeline import Inputs, MemoryStore, ModelSource, StageStore, make_draft

EXTRACTIVE = "extractive"
AS_LONG = "抽出型（モデルと同じ長さまで）"


@dataclass(frozen=True)
class Trial:
    model: str
    """Name of the backend."""
    load: ModelSource
    profile: Profile
    state: Path
    """Folder of what the model wrote."""
    cancelled: Callable[[], bool] = lambda: False
    tell: Callable[[str], None] = lambda _: None
    """Called with a line for the terminal after each meeting."""


@dataclass(frozen=True)
class Outcome:
    """One meeting, drafted twice."""

    material: Material
    document: MinutesDocument
    """By the model on trial."""
    plain: MinutesDocument
    """By the extractive backend, at the product's length."""
    units: Mapping[str, Condensed]
    figures: DraftFigures
    plain_figures: DraftFigures
    work: Work
    source: int
    """Characters that were said; in records of debates without the chair's."""
    others: Mapping[str, float]
    """Recall of the extractive draft and of the baselines with as many characters as the model used."""


def outcomes(trial: Trial, meetings: Sequence[Material]) -> Iterator[Outcome]:
    """Ends early where the server answered nothing about a whole meeting. Raises Stopped when cancelled; what the model
    wrote until then is kept."""
    for nth, material in enumerate(meetings, 1):
        store = UnitFiles(trial.state / material.part)
        document = _draft(trial, material, trial.model, store, trial.profile)
        outcome = _outcome(trial, material, document, store.units)
        trial.tell(f"[{nth}/{len(meetings)}] {material.part} {material.name}: {_line(outcome.work, store.kept)}")
        yield outcome
        if outcome.work.gone:
            return


def _line(work: Work, kept: int) -> str:
    silent = f"、答えなし {work.unanswered} 回" if work.unanswered else ""
    saved = f"（うち保存済み {kept}）" if kept else ""
    return (
        f"発言のまとまり {work.units}{saved}、差し替え {len(work.replaced)}、問い合わせ {work.requests} 回{silent}、"
        f"{work.seconds:.1f} 秒"
    )


def _draft(trial: Trial, material: Material, model: str, store: StageStore, profile: Profile) -> MinutesDocument:
    inputs = Inputs(
        transcript=material.transcript,
        filename=material.filename,
        meeting=material.meeting,
        profile=profile,
        model_name=model,
    )
    return make_draft(inputs, trial.load, store, cancelled=trial.cancelled)


def _outcome(trial: Trial, material: Material, document: MinutesDocument, units: Mapping[str, Condensed]) -> Outcome:
    plain = _draft(trial, material, EXTRACTIVE, MemoryStore(), trial.profile)
    said = material.debate or tuple(each.text for each in document.utterances)
    return Outcome(
        material=material,
        document=document,
        plain=plain,
        units=units,
        figures=draft_figures(document, material),
        plain_figures=draft_figures(plain, material),
        work=work_of(units),
        source=sum(map(length, said)),
        others=_others(trial, material, length(written(document))),
    )


def _others(trial: Trial, material: Material, limit: int) -> dict[str, float]:
    score = COLLECTIONS[material.part].score
    if score is None or not material.references:
        return {}
    shorter = at_most(partial(_shorter, trial, material), limit)
    sentences = sentences_in(material.debate)
    return {
        AS_LONG: score(material.references, shorter),
        **{
            name: score(material.references, filled(sentences, order(sentences), max(limit, length(shorter))))
            for name, order in BASELINES.items()
        },
    }


def _shorter(trial: Trial, material: Material, factor: float) -> str:
    return written(_draft(trial, material, EXTRACTIVE, MemoryStore(), trial.profile.scaled(factor)))
