"""The append-only audit log: each row's hash covers its content and the hash of the row before.

The chain shows edits, deletions, insertions and reorderings. It cannot show by itself that the newest rows were cut
off, or that everything was rewritten by someone who can compute hashes: for that, keep the head hash elsewhere from
time to time (the print-out, another system) and give it to ``verify`` as ``known_head``.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.events import AuditEventName
from service.db.base import now
from service.db.tables import AuditEvent

GENESIS = "0" * 64
"""What the first row names as the hash before it."""

# Any fixed number will do; it must only differ from other advisory locks of this program.
_CHAIN_LOCK = 0x67696A69_01


@dataclass(frozen=True)
class Verdict:
    """``first_bad_seq`` is the first row that does not fit, or the number that is missing; None when ``ok``,
    and None too when only ``known_head`` was not found. ``head_hash`` is the newest row's stored hash."""

    ok: bool
    count: int
    first_bad_seq: int | None
    head_hash: str


def record(
    session: Session, *, actor: str, event: AuditEventName, subject: str, detail: dict[str, Any] | None = None
) -> AuditEvent:
    """Append one event inside the caller's write transaction, so that it is kept exactly when the change is.

    ``actor``: login, or ``system``. ``subject``: ``kind:id``. ``detail``: JSON values that identify what changed,
    never text from a document.
    """
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        # SQLite has one writer; here two transactions could read the same newest row.
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    newest = session.execute(
        select(AuditEvent.seq, AuditEvent.hash).order_by(AuditEvent.seq.desc()).limit(1)
    ).one_or_none()
    seq, previous = (newest.seq + 1, newest.hash) if newest else (1, GENESIS)
    row = AuditEvent(
        seq=seq,
        at=now(),
        actor=actor,
        event=str(event),
        subject=subject,
        # What is hashed must be what is read back: tuples come back as lists, integer keys as text.
        detail=json.loads(_canonical(detail or {})),
        previous_hash=previous,
    )
    row.hash = digest(row)
    session.add(row)
    session.flush()
    return row


def verify(session: Session, *, known_head: str | None = None) -> Verdict:
    """Recompute the whole chain. ``known_head``: a head hash noted earlier, which must still be in the chain."""
    rows = session.scalars(select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=500))
    return _walk(rows, expected_seq=1, previous=GENESIS, known_head=known_head)


def verify_span(session: Session, first: int, last: int) -> Verdict:
    """Recompute the rows from ``first`` to ``last`` and their link to the row before: the cost does not grow with the
    log. What it says of these rows holds only as far as the rows before them are whole."""
    previous = GENESIS if first <= 1 else session.scalar(select(AuditEvent.hash).where(AuditEvent.seq == first - 1))
    if previous is None:
        return Verdict(ok=False, count=0, first_bad_seq=first - 1, head_hash=GENESIS)
    rows = session.scalars(select(AuditEvent).where(AuditEvent.seq.between(first, last)).order_by(AuditEvent.seq))
    return _walk(rows, expected_seq=max(first, 1), previous=previous, known_head=None)


def _walk(rows: Iterable[AuditEvent], *, expected_seq: int, previous: str, known_head: str | None) -> Verdict:
    count, first_bad = 0, None
    seen_head = known_head is None or known_head == GENESIS
    for row in rows:
        count += 1
        fits = row.seq == expected_seq and row.previous_hash == previous and row.hash == digest(row)
        if not fits and first_bad is None:
            first_bad = min(row.seq, expected_seq)
        seen_head = seen_head or row.hash == known_head
        expected_seq, previous = row.seq + 1, row.hash
    return Verdict(ok=first_bad is None and seen_head, count=count, first_bad_seq=first_bad, head_hash=previous)


def digest(row: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of everything in the row but the hash itself."""
    return hashlib.sha256(
        _canonical(
            {
                "seq": row.seq,
                "at": _instant(row.at),
                "actor": row.actor,
                "event": row.event,
                "subject": row.subject,
                "detail": row.detail,
                "previous_hash": row.previous_hash,
            }
        ).encode("ascii")
    ).hexdigest()


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(value: dict[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
