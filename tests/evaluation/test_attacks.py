"""Which findings on an untouched draft count as false alarms, and that every kind of corruption has a name."""

from pathlib import Path

import pytest

from evaluation.attacks import _JAPANESE, false_alarms
from evaluation.corruptions import Kind
from evaluation.drafting import draft
from evaluation.gold import read_gold_meetings
from minutes.dispositions import sentences_of
from minutes.document import Finding, Place, Severity

MEETINGS = Path(__file__).parents[2] / "evaluation" / "meetings"


@pytest.fixture(scope="module")
def document():
    meeting = next(each for each in read_gold_meetings(MEETINGS) if each.name == "partly_closed")
    return draft(meeting.transcript, meeting.filename, meeting.meeting)


def finding(rule, severity, sentence_id):
    return Finding(rule=rule, severity=severity, message="m", place=Place(sentence_id=sentence_id))


def test_only_what_a_gate_says_of_a_sentence_is_an_alarm(document):
    sentence = sentences_of(document.sections)[0].id
    blamed = finding("G4", Severity.WARN, sentence)
    findings = (
        blamed,
        finding("G6", Severity.INFO, sentence),
        finding("K22", Severity.WARN, sentence),
        finding("G2", Severity.ERROR, None),
    )
    assert list(false_alarms(document.model_copy(update={"findings": findings}))) == [blamed]


def test_every_kind_has_a_name_for_readers():
    assert set(_JAPANESE) == set(Kind)
