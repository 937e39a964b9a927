"""One draft, and one model's work on it, in figures."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evaluation.drafting import length, written
from evaluation.gold import Gold
from evaluation.trial.material import COLLECTIONS, Material
from evaluation.trial.state import Condensed, unanswered
from evaluation.understanding import public_text, understanding
from minutes.dispositions import sentences_of
from minutes.document import Finding, MinutesDocument, Severity
from minutes.public import ClosedWords

REPAIR = "repair"
"""Id of the prompt that asks a second time."""


@dataclass(frozen=True)
class DraftFigures:
    length: int
    """Characters without white space."""
    sentences: int
    flagged: int
    """Sentences with an error or a warning."""
    errors: int
    """Findings that block approval."""
    rules: Counter[str]
    """Errors and warnings by rule."""
    facts: int
    """Facts of gold that the public text has."""
    missing: tuple[str, ...]
    forbidden: tuple[str, ...]
    """Words that gold forbids and the public text has."""
    leaked: int
    """Sentences of the public text with words that only talk closed by gold has."""
    recall: float | None
    """Of what people wrote about the meeting; None where nobody did."""


@dataclass(frozen=True)
class Work:
    """What a model did for one meeting."""

    units: int
    replaced: tuple[str, ...]
    """The reason of each unit whose sentences were chosen from what was said."""
    faults: tuple[str, ...]
    """All that was wrong with its replies, mended or not."""
    requests: int
    unanswered: int
    repairs: int
    prompt_tokens: int
    completion_tokens: int
    uncounted: int
    """Replies whose tokens the server did not tell."""
    seconds: float

    @property
    def gone(self) -> bool:
        """True where the server answered nothing of what it was asked."""
        return 0 < self.requests == self.unanswered

    def cost(self, prompt_price: float, completion_price: float) -> float:
        """In yen, for prices per million tokens."""
        return (self.prompt_tokens * prompt_price + self.completion_tokens * completion_price) / 1_000_000


def draft_figures(document: MinutesDocument, material: Material) -> DraftFigures:
    blamed = [each for each in document.findings if each.severity is not Severity.INFO]
    gold = material.gold
    found = understanding(document, gold, material.name) if gold is not None else None
    score = COLLECTIONS[material.part].score
    return DraftFigures(
        length=length(written(document)),
        sentences=len(sentences_of(document.sections)),
        flagged=len({each.place.sentence_id for each in blamed if each.place.sentence_id is not None}),
        errors=sum(each.severity is Severity.ERROR for each in blamed),
        rules=_by_rule(blamed),
        facts=found.included.right if found is not None else 0,
        missing=found.missing if found is not None else (),
        forbidden=found.forbidden if found is not None else (),
        leaked=_leaked(document, gold) if gold is not None else 0,
        recall=score(material.references, written(document)) if score and material.references else None,
    )


def work_of(units: Mapping[str, Condensed]) -> Work:
    summaries = [each.record.summary for each in units.values()]
    calls = [call for summary in summaries for call in summary.calls]
    answered = [call for call in calls if not unanswered(call)]
    return Work(
        units=len(summaries),
        replaced=tuple(each.replaced for each in summaries if each.replaced),
        faults=tuple(fault for call in answered for fault in call.faults),
        requests=len(calls),
        unanswered=len(calls) - len(answered),
        repairs=sum(call.prompt_id == REPAIR for call in answered),
        prompt_tokens=sum(call.prompt_tokens or 0 for call in answered),
        completion_tokens=sum(call.completion_tokens or 0 for call in answered),
        uncounted=sum(call.prompt_tokens is None or call.completion_tokens is None for call in answered),
        seconds=sum(each.seconds for each in units.values()),
    )


def _by_rule(findings: Iterable[Finding]) -> Counter[str]:
    return Counter(each.rule for each in findings)


def _leaked(document: MinutesDocument, gold: Gold) -> int:
    """Judged by what gold says is closed: a stretch that the program took for open hides nothing here."""
    as_gold = tuple(
        each.model_copy(
            update={"closed": gold.utterances[each.id].closed, "agenda_no": gold.utterances[each.id].agenda}
        )
        for each in document.utterances
    )
    words = ClosedWords(document.model_copy(update={"utterances": as_gold}))
    return sum(words.found_in(each) is not None for each in public_text(document).split("\n"))
