"""audit.jsonl: the history of one meeting up to its approval, one line an event, each line bound to the one before.

The service's log is one chain over all meetings; the rows of one meeting are not neighbours in it. So the package has a
chain of its own, and every line keeps the row whole: its hash can be recomputed here, and found in the service's log.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC
from typing import Any

from pydantic import ValidationError

from minutes.value import Value
from records.approved import AuditEntry

GENESIS = "0" * 64
"""What the first line names as the hash before it."""


class AuditLine(Value):
    no: int
    """Place in this file, from 1."""
    entry: AuditEntry
    previous_hash: str
    hash: str
    """SHA-256 over the canonical JSON of the line without this field."""


def chained(entries: Iterable[AuditEntry]) -> tuple[AuditLine, ...]:
    lines: list[AuditLine] = []
    for entry in entries:
        previous = lines[-1].hash if lines else GENESIS
        line = AuditLine(no=len(lines) + 1, entry=entry, previous_hash=previous, hash="")
        lines.append(line.model_copy(update={"hash": _line_hash(line)}))
    return tuple(lines)


def to_jsonl(lines: Iterable[AuditLine]) -> bytes:
    return "".join(_canonical(line.model_dump(mode="json")) + "\n" for line in lines).encode()


def read_jsonl(data: bytes) -> tuple[AuditLine, ...]:
    """Raises ValueError with a sentence naming the line."""
    lines = []
    for number, text in enumerate(data.decode("utf-8", "strict").splitlines(), 1):
        try:
            lines.append(AuditLine.model_validate_json(text))
        except ValidationError:
            raise ValueError(f"{number}行目が決められた形ではありません。") from None
    return tuple(lines)


def breaks(lines: Iterable[AuditLine]) -> Iterator[str]:
    """A sentence for each line that does not fit the one before, or was changed."""
    previous = GENESIS
    for number, line in enumerate(lines, 1):
        if line.no != number or line.previous_hash != previous:
            yield f"{number}行目が前の行とつながっていません（行が抜けたか、入れ替わっています）。"
        if line.hash != _line_hash(line):
            yield f"{number}行目の内容が記録時のものではありません。"
        if line.entry.hash != entry_hash(line.entry):
            yield f"{number}行目の事象が、サービスの監査記録のハッシュと一致しません。"
        previous = line.hash


def entry_hash(entry: AuditEntry) -> str:
    """The hash that the service's log gives a row of this content."""
    row = {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "event": entry.event,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
    }
    return hashlib.sha256(_canonical(row).encode("ascii")).hexdigest()


def _line_hash(line: AuditLine) -> str:
    return hashlib.sha256(_canonical(line.model_dump(mode="json", exclude={"hash"})).encode("ascii")).hexdigest()


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
