"""The gates and the advice on wording. Each rule is a small function over the indexed document.

``check`` runs all of them. ``recheck`` gives the same answer after an edit by running the rules on single sentences
only where a sentence changed.
"""

from collections.abc import Callable, Iterator

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
from minutes.checks.source import Source, Written
from minutes.checks.times import check_times
from minutes.checks.uniform import check_uniform
from minutes.checks.wording import check_wording
from minutes.document import Finding, MinutesDocument
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

SENTENCE_RULES: tuple[Callable[[Source, Written], Iterator[Finding]], ...] = (
    check_evidence,
    check_numbers,
    check_times,
    check_names,
    check_meaning,
    check_grounding,
    check_residue,
    check_wording,
)


def check(document: MinutesDocument, profile: Profile) -> tuple[Finding, ...]:
    """All findings: of the document, then sentence by sentence. Those a document already carries play no part."""
    source = Source(document, profile)
    return (*_of_document(source), *(finding for each in source.written for finding in _of_sentence(source, each)))


def recheck(document: MinutesDocument, profile: Profile, before: MinutesDocument) -> tuple[Finding, ...]:
    """``check(document)``, taking what it says of sentences that stand as they stood in ``before`` from there.

    ``before`` must carry its findings, made with the same profile and by this version of the program.
    """
    same_ground = (
        document.utterances == before.utterances
        and document.turns == before.turns
        and document.exchanges == before.exchanges
        and document.meeting == before.meeting
        and document.mishearings == before.mishearings
    )
    if not same_ground or not before.findings:
        return check(document, profile)
    source = Source(document, profile)
    stood = {written.sentence.id: _standing(written) for written in Source(before, profile).written}
    told: dict[str, list[Finding]] = {}
    for finding in before.findings:
        if finding.place.sentence_id is not None and finding.rule not in DOCUMENT_IDS:
            told.setdefault(finding.place.sentence_id, []).append(finding)
    found: list[Finding] = list(_of_document(source))
    for written in source.written:
        if stood.get(written.sentence.id) == _standing(written):
            found.extend(told.get(written.sentence.id, ()))
        else:
            found.extend(_of_sentence(source, written))
    return tuple(found)


def _of_document(source: Source) -> Iterator[Finding]:
    for rule in DOCUMENT_RULES:
        yield from rule(source)


def _of_sentence(source: Source, written: Written) -> Iterator[Finding]:
    for rule in SENTENCE_RULES:
        yield from rule(source, written)


def _standing(written: Written) -> tuple[object, ...]:
    """All that the rules on a sentence read of where it stands."""
    block = written.block
    return (
        written.sentence,
        block.id,
        block.type,
        block.attendee_id,
        block.label,
        block.turn_ids,
        written.section.agenda_no,
    )
