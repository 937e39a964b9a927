"""Untouched drafts by the real pipeline: of the sample meeting, and of real records where GIJIYOSHI_DATA names them."""

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from minutes.document import MinutesDocument, Provenance
from minutes.draft import assemble
from minutes.meeting import Meeting
from minutes.meeting_input import parse_meeting
from minutes.profiles import load_profile
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript import read_transcript
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.units import build_units
from models.registry import load_model

DATA = os.environ.get("GIJIYOSHI_DATA")
SAMPLES = Path(__file__).parents[2] / "samples"
_ROLE = re.compile(
    r"^(?P<name>[^（]+?)(?:（(?P<given>[^）]{1,3})）)?(?P<post>副?委員長|委員|[^ぁ-ん（）]{2,}?(?:長|監|主幹|参事))(?:（.*）)?$"
)
_DIET = re.compile(r"^○[^　 ]*[　 ]")


def draft(transcript: Transcript, meeting: Meeting, profile_id: str = "tokyo_cio") -> MinutesDocument:
    profile, model = load_profile(profile_id), load_model("extractive")
    attributions = attribute(transcript, meeting)
    structure = analyse(transcript, attributions, meeting)
    plan = build_units(transcript, structure, meeting, profile)
    return assemble(
        meeting=meeting,
        profile=profile,
        provenance=Provenance(model=model.describe(), program_version="0", input_sha256=transcript.sha256),
        transcript=transcript,
        attributions=attributions,
        structure=structure,
        plan=plan,
        summaries=tuple(model.condense(plan.units, cancelled=lambda: False)),
    )


def sample() -> MinutesDocument:
    meeting = parse_meeting((SAMPLES / "meeting.json").read_bytes())
    return draft(read_transcript((SAMPLES / "meeting.vtt").read_bytes(), "meeting.vtt"), meeting)


def committees() -> Iterator[tuple[str, MinutesDocument]]:
    """Ward committees: speakers by label, one item."""
    for path in sorted((Path(DATA or "") / "shinagawa-committee").glob("*.json")):
        voices = [v for v in json.loads(path.read_text(encoding="utf-8"))["voices"] if v["text"].strip()]
        roster = []
        for n, label in enumerate(dict.fromkeys(v["speaker"] for v in voices)):
            m = _ROLE.match(label)
            name = f"{m['name']} {m['given'] or ''}".strip() if m else label
            post = m["post"] if m else ""
            roster.append({"id": f"p{n}", "name": name, "post": post, "side": "guest" if "委員" in post else "own"})
        yield path.stem, draft(_transcript([(v["speaker"], v["text"]) for v in voices]), _meeting(roster))


def council() -> Iterator[tuple[str, MinutesDocument]]:
    """City council, one questioner each: labels are 役職（氏名）."""
    path = Path(DATA or "") / "kiryu-council" / "general_questions.jsonl"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        turns = [t for t in json.loads(line)["turns"] if t["text"].strip()]
        roster = {
            t["speaker"]: {
                "id": t["speaker"],
                "name": t["speaker"],
                "post": t["role"],
                "side": "guest" if t["type"] == "質問" else "own",
            }
            for t in reversed(turns)
        }
        pairs = [(f"{t['role']}（{t['speaker']}）", t["text"]) for t in turns]
        yield f"kiryu-{number:02d}", draft(_transcript(pairs), _meeting(list(roster.values())))


def diet() -> Iterator[tuple[str, MinutesDocument]]:
    """Committees of the Diet in the form of the speech API."""
    for path in sorted((Path(DATA or "") / "diet-committee").glob("*.json")):
        speeches = [s for s in json.loads(path.read_text(encoding="utf-8")) if s["text"].strip() and s["speaker"]]
        people = dict.fromkeys(s["speaker"] for s in speeches)
        roster = [{"id": f"p{n}", "name": name, "post": "委員", "side": "guest"} for n, name in enumerate(people)]
        pairs = [(s["speaker"], _DIET.sub("", s["text"])) for s in speeches]
        yield path.stem, draft(_transcript(pairs), _meeting(roster))


def _transcript(pairs: Sequence[tuple[str, str]]) -> Transcript:
    return Transcript(
        format=TranscriptFormat.MARKED_TEXT,
        encoding="utf-8",
        sha256="0" * 64,
        utterances=tuple(Utterance(id=f"u{n:04d}", label=b, text=t, line=n) for n, (b, t) in enumerate(pairs, 1)),
    )


def _meeting(roster: list[dict[str, Any]]) -> Meeting:
    return Meeting.model_validate(
        {
            "title": "委員会",
            "starts_at": "2026-05-20T10:00:00+09:00",
            "ends_at": "2026-05-20T12:00:00+09:00",
            "agenda": [{"no": 1, "title": "審査", "kind": "discussion"}],
            "roster": roster,
        }
    )
