"""Published records are read as the product would be given them."""

import os
from pathlib import Path

import pytest

from evaluation.datasets.committees import read_diet, read_shinagawa
from evaluation.datasets.kiryu import read_kiryu
from evaluation.datasets.kodaira import read_kodaira
from evaluation.speed import long_record
from minutes.speakers import attribute
from minutes.transcript import read_transcript

DATA = os.environ.get("GIJIYOSHI_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="GIJIYOSHI_DATA (folder of real records) is not set")
FOLDER = Path(DATA or "")


@pytest.mark.parametrize(
    ("read", "count"), [(read_kiryu, 31), (read_kodaira, 18), (read_shinagawa, 12), (read_diet, 2)]
)
def test_every_record_becomes_a_transcript_of_all_its_speeches(read, count):
    records = read(FOLDER)
    assert len(records) == count
    for record in records:
        transcript = read_transcript(record.transcript())
        assert [each.label for each in transcript.utterances] == [each.label or None for each in record.speeches]
        assert not transcript.notices


@pytest.mark.parametrize("read", [read_kiryu, read_shinagawa])
def test_most_speakers_are_bound(read):
    record = read(FOLDER)[0]
    found = attribute(read_transcript(record.transcript()), record.meeting)
    assert sum(each.attendee_id is not None for each in found) / len(found) > 0.9


def test_references_are_the_words_of_people():
    assert "災害時に住民が必要としたもの" in read_kiryu(FOLDER)[0].references
    assert all(record.references[0].strip() for record in read_kodaira(FOLDER))


def test_no_mark_of_the_record_is_left_in_a_speech():
    assert not any(each.text.startswith("○") for record in read_diet(FOLDER) for each in record.speeches)


def test_a_long_meeting_has_the_asked_length():
    record = long_record(FOLDER, 50_000)
    assert 50_000 <= sum(len(each.text) for each in record.speeches) < 60_000
    assert len({each.id for each in record.meeting.roster}) == len(record.meeting.roster)
