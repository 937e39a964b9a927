"""A small meeting whose words a recogniser may get wrong."""

from typing import Any

from minutes.meeting import Meeting
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.turn import Attribution

ROSTER: list[dict[str, Any]] = [
    {"id": "chair", "name": "水上 周", "kana": "みずかみ しゅう", "org": "青葉大学", "post": "座長"},
    {"id": "bucho", "name": "河合 静", "kana": "かわい しずか", "org": "夕凪市", "post": "財務部長", "side": "own"},
    {"id": "member", "name": "柏原 翼", "kana": "かしはら つばさ", "org": "夕凪商工会", "post": "委員"},
    {"id": "ito_a", "name": "伊東 圭", "kana": "いとう けい", "org": "夕凪市", "post": "総務課長", "side": "own"},
    {"id": "ito_b", "name": "伊藤 望", "kana": "いとう のぞみ", "org": "公募", "post": "委員"},
    {"id": "nokana", "name": "阿部 楓", "org": "夕凪市", "post": "福祉課長", "side": "own"},
]


def meeting_about(*titles: str, **changes: Any) -> Meeting:
    data: dict[str, Any] = {
        "title": "夕凪市まちづくり会議",
        "starts_at": "2026-05-20T10:00:00+09:00",
        "ends_at": "2026-05-20T11:00:00+09:00",
        "agenda": [{"no": n, "title": title} for n, title in enumerate(titles or ("審議",), 1)],
        "roster": ROSTER,
    }
    return Meeting.model_validate(data | changes)


def transcript_of(*texts: str, label: str | None = "話者") -> Transcript:
    return Transcript(
        format=TranscriptFormat.MARKED_TEXT,
        encoding="utf-8",
        sha256="0" * 64,
        utterances=tuple(Utterance(id=f"u{n:04d}", label=label, text=text, line=n) for n, text in enumerate(texts, 1)),
    )


def attributed(transcript: Transcript, attendee_id: str | None) -> list[Attribution]:
    return [
        Attribution(utterance_id=u.id, attendee_id=attendee_id, confidence=0.9, reason="")
        for u in transcript.utterances
    ]
