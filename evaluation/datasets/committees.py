"""Shinagawa ward committees and Diet committees: verbatim records, read for the register of their drafts only."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.datasets.record import Record, Speech, made_meeting, unreadable
from minutes.meeting import Attendee, Side

SHINAGAWA = "shinagawa-committee"
DIET = "diet-committee"
_ROLE = re.compile(
    r"^(?P<name>[^（]+?)(?:（[^）]{1,3}）)?(?P<post>副?委員長|委員|[^ぁ-ん（）]{2,}?(?:長|監|主幹|参事))(?:（.*）)?$"
)
# Some records print the mark and the name without a blank before the speech: ○上田委員今ほどの…
_DIET_LABEL = re.compile(
    r"^○(?:(?P<post>[^（\s]+)（[^）]+君）|\S{1,20}?(?:委員長|国務大臣|副大臣|政務官|参考人|委員|会長|君))\s*"
)


def read_shinagawa(data: Path) -> tuple[Record, ...]:
    return tuple(_shinagawa(each) for each in sorted((data / SHINAGAWA).glob("*.json")))


def read_diet(data: Path) -> tuple[Record, ...]:
    return tuple(_diet(each) for each in sorted((data / DIET).glob("*.json")))


def _shinagawa(path: Path) -> Record:
    loaded = _loaded(path)
    voices = [each for each in loaded["voices"] if each["text"].strip()]
    return Record(
        name=loaded["title"],
        meeting=made_meeting(loaded["title"], loaded["dateIso"], _roster(each["speaker"] for each in voices)),
        speeches=tuple(Speech(label=each["speaker"], text=each["text"].removeprefix("○")) for each in voices),
    )


def _diet(path: Path) -> Record:
    rows = [each for each in _loaded(path) if each["text"].strip() and each["speaker"]]
    labels = []
    for row in rows:
        match = _DIET_LABEL.match(row["text"])
        post = (match["post"] or "") if match else ""
        labels.append(f"{post}（{row['speaker']}君）" if post else row["speaker"])
    texts = [_DIET_LABEL.sub("", each["text"]).removesuffix("---") for each in rows]
    title = f"{rows[0]['house']}{rows[0]['committee']}"
    roster = [
        Attendee(id=f"p{n}", name=f"{name[:2]} {name[2:] or name}", post=label.split("（")[0], aliases=(name,))
        for n, (name, label) in enumerate({r["speaker"]: b for r, b in zip(rows, labels, strict=True)}.items(), 1)
    ]
    return Record(
        name=title,
        meeting=made_meeting(title, rows[0]["date"], roster),
        speeches=tuple(Speech(label=b, text=t) for b, t in zip(labels, texts, strict=True) if t.strip()),
    )


def _roster(labels: Iterable[str]) -> list[Attendee]:
    found = []
    for n, label in enumerate(dict.fromkeys(labels), 1):
        match = _ROLE.match(label)
        name, post = (match["name"], match["post"]) if match else (label, "")
        side = Side.GUEST if "委員" in post else Side.OWN
        found.append(Attendee(id=f"p{n}", name=f"{name} 第{n}", post=post, side=side, aliases=(label,)))
    return found


def _loaded(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unreadable(path) from error
