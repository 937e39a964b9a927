"""The attack: many corruptions of correct drafts, and how many of them the gates find."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from evaluation.corruptions.corruption import Corruption, Kind
from evaluation.corruptions.making import make
from minutes.checks import check, recheck
from minutes.document import Finding, MinutesDocument, Severity
from minutes.profile import Profile


@dataclass
class Tally:
    tried: Counter[Kind] = field(default_factory=Counter)
    caught: Counter[Kind] = field(default_factory=Counter)
    """A gate says something new of it: an error or a warning. Advice on wording does not count."""
    blocked: Counter[Kind] = field(default_factory=Counter)
    """A gate says something new that stands in the way of approval."""
    missed: list[Corruption] = field(default_factory=list)

    @property
    def share(self) -> float:
        return sum(self.caught.values()) / max(1, sum(self.tried.values()))


def attack(documents: Sequence[MinutesDocument], profile: Profile, *, count: int, seed: int) -> Tally:
    """``count`` corruptions, the kinds in equal parts, each of a draft chosen by ``seed``."""
    chance, tally = Random(seed), Tally()  # noqa: S311 - repeatable on purpose
    checked: dict[int, MinutesDocument] = {}
    for number in range(count):
        kind = list(Kind)[number % len(Kind)]
        corruption = None
        for _ in range(50):
            chosen = chance.randrange(len(documents))
            corruption = make(documents[chosen], profile, kind, chance)
            if corruption is not None:
                break
        if corruption is None:
            continue
        tally.tried[kind] += 1
        new = _news(corruption, profile, checked)
        if new:
            tally.caught[kind] += 1
        else:
            tally.missed.append(corruption)
        if any(finding.severity is Severity.ERROR for finding in new):
            tally.blocked[kind] += 1
    return tally


def _news(corruption: Corruption, profile: Profile, checked: dict[int, MinutesDocument]) -> list[Finding]:
    base = corruption.base
    if id(base) not in checked:
        checked[id(base)] = base.model_copy(update={"findings": check(base, profile)})
    before = checked[id(base)]
    told = Counter((each.rule, each.severity, each.message, each.place) for each in before.findings)
    found = Counter(
        (each.rule, each.severity, each.message, each.place) for each in recheck(corruption.document, profile, before)
    )
    return [
        Finding(rule=rule, severity=severity, message=message, place=place)
        for rule, severity, message, place in (found - told)
        if rule[0] in "GD" and severity is not Severity.INFO
    ]
