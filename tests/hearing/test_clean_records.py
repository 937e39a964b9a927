"""Real records that people wrote down: what is right there is not doubted.

At most 0.5 proposals per 10,000 characters; 0 were measured on 700,000.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from heard_meeting import attributed, meeting_about, transcript_of

from minutes.hearing import find_mishearings, invented_ids
from minutes.hearing.readings import words
from minutes.profiles import load_profile

DATA = os.environ.get("GIJIYOSHI_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="GIJIYOSHI_DATA (folder of real records) is not set")


def records() -> Iterator[tuple[list[str], list[str], list[str]]]:
    """Titles, surnames and texts of each meeting."""
    root = Path(DATA or "")
    for path in sorted((root / "shinagawa-committee").glob("*.json"))[:6]:
        voices = json.loads(path.read_text())["voices"]
        names = {v["speaker"].split("（")[0].removesuffix("委員") for v in voices if v["speaker"].endswith("委員")}
        yield [], sorted(n for n in names if 1 < len(n) <= 4), [v["text"] for v in voices]
    for line in (root / "kiryu-council" / "general_questions.jsonl").read_text().splitlines()[:15]:
        council = json.loads(line)
        notices = [n if isinstance(n, str) else n.get("text") or n.get("title") for n in council["notice_items"]]
        yield [n for n in notices if n], [], [t["text"] for t in council["turns"]]
    for path in sorted((root / "diet-committee").glob("*.json")):
        yield [], [], [speech["text"] for speech in json.loads(path.read_text())]


def test_few_words_of_clean_records_are_doubted() -> None:
    found, characters = [], 0
    for titles, names, texts in records():
        roster = [
            # The worst case: readings count as told by the clerk.
            {
                "id": f"p{n}",
                "name": f"{name} 某",
                "kana": "".join(w.reading for w in words(name)) + " ぼう",
                "post": "委員",
            }
            for n, name in enumerate(names)
        ]
        meeting = meeting_about(*titles, roster=roster)
        transcript = transcript_of(*texts)
        found += find_mishearings(transcript, attributed(transcript, None), meeting, load_profile())
        characters += sum(map(len, texts))
        assert invented_ids(transcript.utterances) == frozenset()
    assert characters > 300_000
    assert len(found) <= 0.5 * characters / 10_000, [(m.heard, m.meant) for m in found]
    assert [(m.heard, m.meant) for m in found if m.certain] == []
