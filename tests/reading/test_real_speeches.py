"""Real Diet records: every speech is one utterance, its mark off, the whole name in its label."""

import json
import os
from pathlib import Path

import pytest

from minutes.transcript import TranscriptFormat, read_transcript


def test_every_speech_of_the_diet_records():
    root = os.environ.get("GIJIYOSHI_DATA")
    if not root:
        pytest.skip("GIJIYOSHI_DATA is not set: the Diet records are not available")
    files = sorted((Path(root) / "diet-committee").glob("*.json"))
    assert files
    for file in files:
        speeches = json.loads(file.read_text(encoding="utf-8"))
        transcript = read_transcript(file.read_bytes())
        assert transcript.format is TranscriptFormat.DIET and transcript.notices == ()
        assert len(transcript.utterances) == len(speeches)
        for speech, utterance in zip(speeches, transcript.utterances, strict=True):
            assert utterance.label and speech["speaker"] in utterance.label
            assert not utterance.text.startswith(("○", "君", "委員", "大臣")) or utterance.text.startswith("委員お話し")
            assert utterance.text in speech["text"]
