"""The gates. Each rule is a small function over the indexed document; ``check`` runs all of them."""

from collections.abc import Callable, Iterator

from minutes.checks.accounts import check_accounts
from minutes.checks.attribution import check_evidence, check_labels
from minutes.checks.header import check_header
from minutes.checks.hearing import check_invented, check_mishearings
from minutes.checks.leak import check_leak
from minutes.checks.numbers import check_numbers
from minutes.checks.residue import check_residue
from minutes.checks.source import Source
from minutes.document import Finding, MinutesDocument
from minutes.profile import Profile

RULES: tuple[Callable[[Source], Iterator[Finding]], ...] = (
    check_header,
    check_labels,
    check_evidence,
    check_numbers,
    check_leak,
    check_residue,
    check_accounts,
    check_mishearings,
    check_invented,
)


def check(document: MinutesDocument, profile: Profile) -> tuple[Finding, ...]:
    """All findings, in the order of the rules. The findings a document already carries play no part."""
    source = Source(document, profile)
    return tuple(finding for rule in RULES for finding in rule(source))
