"""Labels and words of real committee meetings survive every way clerks mark speakers."""

import json
import os
from pathlib import Path

import pytest

from minutes.transcript import read_transcript

STYLES = ["○{}　{}", "〔{}〕{}", "{}：{}", "◎{}\n{}", "[00:10:00] {}: {}"]


@pytest.mark.parametrize("style", STYLES)
def test_real_committee_meetings(style: str):
    root = os.environ.get("GIJIYOSHI_DATA")
    if not root:
        pytest.skip("GIJIYOSHI_DATA is not set: the real meetings are not available")
    files = sorted((Path(root) / "shinagawa-committee").glob("*.json"))
    assert files
    for file in files:
        voices = json.loads(file.read_text(encoding="utf-8"))["voices"]
        said = [(v["speaker"].strip(), "".join(line.strip() for line in v["text"].split("\n"))) for v in voices]
        said = [(speaker, text) for speaker, text in said if speaker and text]
        transcript = read_transcript("\n\n".join(style.format(*pair) for pair in said).encode())
        assert [(u.label, u.text) for u in transcript.utterances] == said
        assert transcript.notices == ()
