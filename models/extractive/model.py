"""ExtractiveModel: a unit's most telling sentences, cleaned, in the plain style, each with its evidence."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from minutes.document import ModelCard, PromptRef
from minutes.turn import TurnKind
from minutes.unit import LeftOut, SummarySentence, Unit, UnitSummary
from models.extractive.candidates import Candidate, asked, candidates
from models.extractive.cues import breaks_off, decides, fragment
from models.extractive.decision import settled
from models.extractive.selection import PARAMETERS, select
from models.extractive.topics import led_in
from models.extractive.wording import opening, printed

# Raised whenever the same unit would be condensed to other sentences.
_REVISION = "2"
_QUESTIONS = (TurnKind.QUESTION,)
_NOTE = "抽出型: 文章を生成せず、発言から文を選んで常体に改めたもの。"


@dataclass(frozen=True)
class Essential:
    """A sentence as it was spoken without which a summary says something else: a question put, an answer to it, a
    reservation, a decision."""

    text: str
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    summary: UnitSummary
    essentials: tuple[Essential, ...]
    """Of what ``summary`` keeps."""


class ExtractiveModel:
    """Meets ``SummaryModel``. Needs no network and no files beyond the installed wheels."""

    def describe(self) -> ModelCard:
        return ModelCard(
            name="extractive",
            revision=_REVISION,
            parameters=PARAMETERS,
            note=_NOTE,
        )

    def prompts(self) -> tuple[PromptRef, ...]:
        return ()

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        for unit in units:
            if cancelled():
                return
            yield choose(unit).summary


def _printable(found: Sequence[Candidate], kind: TurnKind) -> tuple[Candidate, ...]:
    """What may be chosen: whole sentences before broken ones; of a 決定 only what states the result, where any does."""
    telling = tuple(c for c in found if not c.empty)
    whole = tuple(c for c in telling if not fragment(c.text)) or telling
    results = tuple(c for c in whole if decides(c.text)) if kind is TurnKind.DECISION else ()
    return results or whole


def choose(unit: Unit) -> Chosen:
    """The summary of one unit, and what of it nobody else's summary may miss."""
    said = candidates(unit)
    found = said if unit.kind in _QUESTIONS else led_in(settled(said) if unit.kind is TurnKind.DECISION else said)
    telling = _printable(found, unit.kind)
    chosen = select(
        telling,
        budget=unit.budget,
        asked=tuple(text for question in unit.context for text in asked(question)),
        question=unit.kind in _QUESTIONS,
    )
    # Printing costs as much as all the rest, so only what was chosen is printed.
    chosen_parts = [(part, telling[at].evidence) for at in chosen.kept for part in printed(telling[at].text, unit)]
    # What still breaks off says nothing that a record could keep; a question is kept whatever its form.
    chosen_parts = [each for each in chosen_parts if unit.kind in _QUESTIONS or not breaks_off(each[0])]
    sentences = tuple(
        SummarySentence(text=opening(part) if unit.bullets or nth == 0 else part, evidence=evidence)
        for nth, (part, evidence) in enumerate(chosen_parts)
    )
    summary = UnitSummary(
        unit_id=unit.id,
        sentences=sentences,
        left_out=_left_out(unit, found, sentences, [telling[at] for at in sorted(chosen.repeated)]),
    )
    # Of a 決定 only what states the result was there to choose from.
    needed = chosen.kept if unit.kind is TurnKind.DECISION else sorted(chosen.needed)
    printed_of = {each.evidence for each in sentences}
    return Chosen(
        summary,
        tuple(Essential(telling[at].text, telling[at].evidence) for at in needed if telling[at].evidence in printed_of),
    )


def _left_out(
    unit: Unit, found: Sequence[Candidate], sentences: Sequence[SummarySentence], repeated: Sequence[Candidate]
) -> tuple[tuple[str, LeftOut], ...]:
    cited = {utterance for sentence in sentences for utterance in sentence.evidence}
    telling = {utterance for c in found if not c.empty for utterance in c.evidence}
    said_again = {utterance for c in repeated for utterance in c.evidence}
    unchosen = {utterance for c in found if not c.empty and c not in repeated for utterance in c.evidence}
    reasons: list[tuple[str, LeftOut]] = []
    for utterance in unit.utterances:
        if utterance.id in cited:
            continue
        if utterance.id not in telling:
            reason = LeftOut.BACKCHANNEL
        elif utterance.id in said_again and utterance.id not in unchosen:
            reason = LeftOut.DUPLICATE
        else:
            reason = LeftOut.CONDENSED
        reasons.append((utterance.id, reason))
    return tuple(reasons)
