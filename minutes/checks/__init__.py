"""The gates and the advice on wording. Each rule is a small function over the indexed document.

``check`` runs all of them. ``recheck`` gives the same answer after an edit by running each rule on single sentences
only where something that it reads changed.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from minutes.checks.accounts import check_accounts
from minutes.checks.attribution import check_evidence, check_labels
from minutes.checks.coverage import check_coverage
from minutes.checks.grounding import check_grounding
from minutes.checks.header import check_header
from minutes.checks.hearing import check_invented, check_mishearings
from minutes.checks.house_words import check_house_words
from minutes.checks.leak import check_leak
from minutes.checks.levels import check_levels
from minutes.checks.meaning import check_meaning
from minutes.checks.names import check_names
from minutes.checks.numbers import check_numbers
from minutes.checks.replacements import check_replacements
from minutes.checks.residue import check_residue
from minutes.checks.since import Since
from minutes.checks.source import Source, Written
from minutes.checks.times import check_times
from minutes.checks.uniform import check_uniform
from minutes.checks.wording import check_wording
from minutes.document import Finding, MinutesDocument
from minutes.lint.table import BY_ID
from minutes.profile import Profile

DOCUMENT_RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    check_header,
    check_labels,
    check_leak,
    check_coverage,
    check_accounts,
    check_uniform,
    check_levels,
    check_mishearings,
    check_invented,
    check_replacements,
    check_house_words,
)
DOCUMENT_IDS = frozenset(("G1", "G2", "G7", "G8", "D1", "K22", "K23", "K25", "H1", "H2", "M1", "K30"))
"""What these rules report, and no rule on single sentences does."""


@dataclass(frozen=True)
class Group:
    """Rules on single sentences that report under ids which no other rule has, and read the same."""

    ids: frozenset[str]
    rules: tuple[Callable[[Source, Written], Iterator[Finding]], ...]
    stands: Callable[[Since, Written, Written, list[Finding]], bool]
    """Whether these rules say of a sentence what they said before; the list is that."""


GROUPS = (
    Group(
        frozenset(("G3",)),
        (check_evidence, check_grounding),
        lambda since, was, written, _told: since.grounds(was, written),
    ),
    Group(
        frozenset(("G4",)),
        (check_numbers, check_times),
        lambda since, was, written, _told: since.said(was, written),
    ),
    Group(frozenset(("G5",)), (check_names,), Since.names),
    Group(frozenset(("G6",)), (check_meaning,), lambda since, was, written, _told: since.said(was, written)),
    Group(frozenset(("G9",)), (check_residue,), lambda since, was, written, _told: since.text(was, written)),
    Group(
        frozenset(BY_ID) - DOCUMENT_IDS,
        (check_wording,),
        lambda since, was, written, _told: since.wording(was, written),
    ),
)
SENTENCE_RULES = tuple(rule for group in GROUPS for rule in group.rules)


def check(document: MinutesDocument, profile: Profile) -> tuple[Finding, ...]:
    """All findings: of the document, then sentence by sentence. Those a document already carries play no part."""
    source = Source(document, profile)
    return (*_of_document(source), *(each for written in source.written for each in _of_sentence(source, written)))


def recheck(document: MinutesDocument, profile: Profile, before: MinutesDocument) -> tuple[Finding, ...]:
    """``check(document)``, running rules on single sentences only where what they read differs from ``before``.

    ``before`` must carry its findings, made with the same profile and by this version of the program.
    """
    if not before.findings:
        return check(document, profile)
    source = Source(document, profile)
    since = Since(Source(before, profile), source)
    told: dict[str, list[Finding]] = {}
    for finding in before.findings:
        if finding.place.sentence_id is not None and finding.rule not in DOCUMENT_IDS:
            told.setdefault(finding.place.sentence_id, []).append(finding)
    found = list(_of_document(source))
    for written in source.written:
        found.extend(_again(source, written, since, told.get(written.sentence.id, [])))
    return tuple(found)


def _of_document(source: Source) -> Iterator[Finding]:
    for rule in DOCUMENT_RULES:
        yield from rule(source)


def _of_sentence(source: Source, written: Written) -> Iterator[Finding]:
    for rule in SENTENCE_RULES:
        yield from rule(source, written)


def _again(source: Source, written: Written, since: Since, told: list[Finding]) -> Iterator[Finding]:
    was = since.stood.get(written.sentence.id)
    if was is not None and since.nothing(was, written):
        yield from told
        return
    for group in GROUPS:
        known = [each for each in told if each.rule in group.ids] if told else told
        if was is not None and group.stands(since, was, written, known):
            yield from (written.here(each) for each in known)
        else:
            for rule in group.rules:
                yield from rule(source, written)
