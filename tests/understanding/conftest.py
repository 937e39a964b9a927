"""Builders for small written meetings: a roster, an agenda and lines of ``label: text``."""

from collections.abc import Callable
from typing import Any

import pytest

from minutes.meeting import Meeting
from minutes.speakers import attribute
from minutes.structure import analyse
from minutes.transcript.model import Transcript, TranscriptFormat, Utterance
from minutes.turn import Attribution, Structure

ROSTER: list[dict[str, Any]] = [
    {"id": "chair", "name": "水野 智子", "org": "若葉県", "post": "政策監", "side": "own", "aliases": ["座長"]},
    {"id": "bucho", "name": "小川 進", "kana": "おがわ すすむ", "org": "地域局", "post": "推進部長", "side": "own"},
    {"id": "kacho", "name": "浜﨑 恵", "kana": "はまさき めぐみ", "org": "地域局", "post": "総務課長", "side": "own"},
    {"id": "kiko", "name": "𠮷永 拓", "org": "広域支援機構", "post": "理事", "side": "cohost"},
    {"id": "guest_a", "name": "辺見 薫", "kana": "へんみ かおる", "org": "桜川市", "post": "CIO", "side": "guest"},
    {"id": "guest_b", "name": "森田 修", "org": "北原町", "post": "企画課長", "side": "guest", "proxy_for": "CIO"},
    {"id": "guest_c", "name": "佐野 愛", "org": "南浦市", "post": "副市長", "side": "guest"},
    {"id": "guest_d", "name": "佐野 剛", "org": "西山村", "post": "副村長", "side": "guest"},
]
AGENDA: list[dict[str, Any]] = [
    {"no": 1, "title": "挨拶", "kind": "greeting", "presenter_ids": ["bucho"]},
    {
        "no": 2,
        "title": "報告事項",
        "kind": "report",
        "subitems": [{"title": "移動図書館の再編について", "presenter_ids": ["kacho"]}],
    },
    {"no": 3, "title": "水道料金の見直しに関する協議", "kind": "discussion", "disclosure": "closed"},
    {"no": 4, "title": "その他", "kind": "other"},
]


def _meeting(**changes: Any) -> Meeting:
    data: dict[str, Any] = {
        "title": "若葉県市町村連絡会",
        "starts_at": "2026-05-20T10:00:00+09:00",
        "ends_at": "2026-05-20T11:00:00+09:00",
        "agenda": AGENDA,
        "roster": ROSTER,
    }
    return Meeting.model_validate(data | changes)


def _transcript(*lines: str | tuple[str | None, str]) -> Transcript:
    pairs = [line if isinstance(line, tuple) else tuple(line.split(": ", 1)) for line in lines]
    return Transcript(
        format=TranscriptFormat.MARKED_TEXT,
        encoding="utf-8",
        sha256="0" * 64,
        utterances=tuple(
            Utterance(id=f"u{n:04d}", label=label, text=text, line=n) for n, (label, text) in enumerate(pairs, 1)
        ),
    )


@pytest.fixture
def meeting() -> Callable[..., Meeting]:
    return _meeting


@pytest.fixture
def transcript() -> Callable[..., Transcript]:
    return _transcript


@pytest.fixture
def who() -> Callable[..., tuple[Attribution, ...]]:
    """Attributions of the lines given, with the standard roster unless ``meeting`` says otherwise."""

    def run(*lines: str | tuple[str | None, str], meeting: Meeting | None = None) -> tuple[Attribution, ...]:
        return attribute(_transcript(*lines), meeting or _meeting())

    return run


@pytest.fixture
def structure() -> Callable[..., Structure]:
    def run(*lines: str | tuple[str | None, str], meeting: Meeting | None = None) -> Structure:
        held, text = meeting or _meeting(), _transcript(*lines)
        return analyse(text, attribute(text, held), held)

    return run
