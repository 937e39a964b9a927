"""Faithful rewording is not stopped: what was said, and how a model or a person writes it down in fewer words."""

from pathlib import Path

import pytest
from test_meaning_gates import TOKYO, one

from minutes.checks import check
from minutes.document import Severity

PAIRS = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "rewordings.tsv").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize(("spoken", "written"), PAIRS)
def test_no_faithful_rewording_is_an_error(spoken: str, written: str) -> None:
    assert [f.message for f in check(one(written, spoken), TOKYO) if f.severity is Severity.ERROR] == []


def test_few_faithful_rewordings_raise_a_doubt() -> None:
    """Each doubt costs a generating model another request, and a reviewer a look."""
    doubted = [
        written for spoken, written in PAIRS if any(f.rule[0] == "G" for f in check(one(written, spoken), TOKYO))
    ]
    assert len(doubted) / len(PAIRS) < 0.2
