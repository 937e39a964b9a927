"""Real committee and council records: nobody is ever named wrongly, and the kinds are mostly right.

The limits stand a little below what was measured, so that a fall is seen.
"""

import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

from minutes.meeting import Meeting
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.turn import TurnKind

DATA = os.environ.get("GIJIYOSHI_DATA")
pytestmark = pytest.mark.skipif(not DATA, reason="GIJIYOSHI_DATA (folder of real records) is not set")
ROLE = re.compile(
    r"^(?P<name>[^（]+?)(?:（(?P<given>[^）]{1,3})）)?(?P<post>副?委員長|委員|[^ぁ-ん（）]{2,}?(?:長|監|主幹|参事))(?:（.*）)?$"
)


def as_transcript(pairs):
    return Transcript(
        format=TranscriptFormat.MARKED_TEXT,
        encoding="utf-8",
        sha256="0" * 64,
        utterances=tuple(Utterance(id=f"u{n:04d}", label=b, text=t, line=n) for n, (b, t) in enumerate(pairs, 1)),
    )


def as_meeting(roster):
    return Meeting.model_validate(
        {
            "title": "委員会",
            "starts_at": "2026-05-20T10:00:00+09:00",
            "ends_at": "2026-05-20T12:00:00+09:00",
            "agenda": [{"no": 1, "title": "審査", "kind": "discussion"}],
            "roster": roster,
        }
    )


def committees():
    """Per meeting: (speaker label, its attendee id, role, text) and the roster."""
    for path in sorted((Path(DATA or "") / "shinagawa-committee").glob("*.json")):
        voices = [v for v in json.loads(path.read_text())["voices"] if v["text"].strip()]
        ids, roster = {}, []
        for label in dict.fromkeys(v["speaker"] for v in voices):
            m = ROLE.match(label)
            name = f"{m['name']} {m['given'] or ''}".strip() if m else label
            post = m["post"] if m else ""
            ids[label] = f"p{len(roster)}"
            roster.append({"id": ids[label], "name": name, "post": post, "side": "guest" if "委員" in post else "own"})
        yield voices, ids, roster


def council():
    for line in (Path(DATA or "") / "kiryu-council" / "general_questions.jsonl").read_text().splitlines():
        turns = json.loads(line)["turns"]
        roster = {
            t["speaker"]: {
                "id": t["speaker"],
                "name": t["speaker"],
                "post": t["role"],
                "side": "guest" if t["type"] == "質問" else "own",
            }
            for t in reversed(turns)
        }
        yield turns, list(roster.values())


def kinds(transcript, meeting):
    found = analyse(transcript, attribute(transcript, meeting), meeting)
    return {i: t.kind for t in found.turns for i in t.utterance_ids}


def test_committee_labels_are_resolved_and_never_wrong():
    right = wrong = total = 0
    for voices, ids, roster in committees():
        found = attribute(as_transcript([(v["speaker"], v["text"]) for v in voices]), as_meeting(roster))
        for v, a in zip(voices, found, strict=True):
            total += 1
            right += a.attendee_id == ids[v["speaker"]]
            wrong += a.attendee_id not in (None, ids[v["speaker"]])
    assert wrong == 0
    assert right / total > 0.96


def test_council_speakers_without_names_are_found_from_the_calls():
    counts = Counter()
    for turns, roster in council():
        voices = {name: f"SPEAKER_{n:02d}" for n, name in enumerate(dict.fromkeys(t["speaker"] for t in turns))}
        found = attribute(as_transcript([(voices[t["speaker"]], t["text"]) for t in turns]), as_meeting(roster))
        for t, a in zip(turns, found, strict=True):
            counts["wrong"] += a.attendee_id not in (None, t["speaker"])
            if t["type"] != "議長":
                counts["right"] += a.attendee_id == t["speaker"]
                counts["all"] += 1
    assert counts["wrong"] == 0
    assert counts["right"] / counts["all"] > 0.97


def test_council_questions_and_answers_are_told_apart():
    counts = Counter()
    for turns, roster in council():
        transcript = as_transcript([(f"{t['role']}（{t['speaker']}）", t["text"]) for t in turns])
        of = kinds(transcript, as_meeting(roster))
        for n, t in enumerate(turns):
            kind = of[f"u{n + 1:04d}"]
            following = next((x["type"] for x in turns[n + 1 :] if x["type"] != "議長"), None)
            if t["type"] == "質問" and following == "答弁":
                counts["質問", kind is TurnKind.QUESTION] += 1
            elif t["type"] == "答弁":
                counts["答弁", kind in (TurnKind.ANSWER, TurnKind.SUPPLEMENT)] += 1
            elif t["type"] == "議長":
                counts["議長", kind in (TurnKind.CHAIRING, TurnKind.DECISION)] += 1
    for kind, least in (("質問", 0.96), ("答弁", 0.99), ("議長", 0.98)):
        assert counts[kind, True] / (counts[kind, True] + counts[kind, False]) > least, counts
