"""Corruptions of correct drafts are found, untouched drafts raise next to no alarm, and a recheck says what a check says.

The limits are those of the product's promise: 0.97 of the corruptions caught, alarms on at most 1 % of the sentences.
"""

from collections.abc import Sequence
from itertools import islice
from random import Random

import drafts
import pytest

from evaluation.corruptions import Kind, attack
from evaluation.corruptions.making import make
from minutes.checks import check, recheck
from minutes.document import MinutesDocument, Severity
from minutes.draft import with_findings
from minutes.profiles import load_profile

TOKYO = load_profile()


@pytest.fixture(scope="module")
def sample() -> MinutesDocument:
    return with_findings(drafts.sample(), TOKYO)


def alarms(documents: Sequence[MinutesDocument]) -> float:
    """Share of sentences of which a gate says something."""
    sentences = alarmed = 0
    for document in documents:
        sentences += sum(len(block.sentences) for section in document.sections for block in section.blocks)
        found = {
            each.place.sentence_id
            for each in check(document, TOKYO)
            if each.rule[0] in "GD" and each.severity is not Severity.INFO
        }
        alarmed += len(found - {None})
    return alarmed / sentences


def test_the_untouched_sample_raises_no_alarm(sample: MinutesDocument) -> None:
    assert [each for each in sample.findings if each.rule[0] in "GD"] == []


def test_corruptions_of_the_sample_are_found(sample: MinutesDocument) -> None:
    tally = attack([sample], TOKYO, count=150, seed=3)
    assert sum(tally.tried.values()) == 150 and set(tally.tried) == set(Kind)
    missed = [(each.kind, each.before, each.after) for each in tally.missed]
    assert tally.share >= 0.97, missed


@pytest.mark.parametrize("kind", Kind)
def test_a_recheck_says_what_a_check_says(sample: MinutesDocument, kind: Kind) -> None:
    chance = Random(5)
    for _ in range(3):
        corruption = make(sample, TOKYO, kind, chance)
        assert corruption is not None
        base = with_findings(corruption.base, TOKYO)
        assert recheck(corruption.document, TOKYO, base) == check(corruption.document, TOKYO)


@pytest.mark.skipif(not drafts.DATA, reason="GIJIYOSHI_DATA (folder of real records) is not set")
def test_real_records() -> None:
    documents = [document for _, document in islice(drafts.council(), 2)]
    assert alarms(documents) <= 0.01
    tally = attack(documents, TOKYO, count=50, seed=2)
    assert tally.share >= 0.95, [(each.kind, each.before, each.after) for each in tally.missed]
