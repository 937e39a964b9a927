"""Searching: meetings that have all the words, each with the passages in which they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.auth import Principal
from service.db.tables import IndexedMeeting, MeetingRow, Passage
from service.search.backend import backend_of
from service.search.marking import Piece, count_words, marked
from service.search.passages import SHIFT, Part
from service.search.scope import Scope, scope_of
from service.search.words import words_of

HITS_SHOWN = 4
_LOOKED_AT = 60
"""Passages of one meeting from which the best are chosen."""

_PARTS = [part.value for part in Part]


@dataclass(frozen=True)
class Hit:
    """One place in a meeting. ``closed``: for those who may read closed talk."""

    part: Part
    place: str
    speaker: str | None
    closed: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Found:
    meeting_id: str
    department_id: str
    starts_at: datetime
    state: str
    title: tuple[Piece, ...]
    hits: tuple[Hit, ...]
    """The best places, without the title; those with the most words first."""
    more: bool
    """There are more places than shown."""


@dataclass(frozen=True)
class Results:
    words: tuple[str, ...]
    """As they were looked for; empty where the query has nothing to look for, and then nothing is found."""
    items: tuple[Found, ...]
    next_before: int | None
    """Give it as ``before`` for what follows; None at the end."""


def search(
    session: Session, principal: Principal, query: str, *, before: int | None = None, limit: int = 20
) -> Results:
    """Meetings of which titles, current drafts and transcripts have every word, those registered last first.

    A person finds nothing of departments they may not read, and closed talk only where they may read it.
    InputError for a query that is too long.
    """
    words = words_of(query)
    scope = scope_of(principal)
    if not words or not (scope.whole or scope.public):
        return Results(words, (), None)
    numbers = backend_of(session).meetings(session, words, scope, before=before, limit=limit + 1)
    shown = numbers[:limit]
    columns = (MeetingRow.id, MeetingRow.department_id, MeetingRow.title, MeetingRow.starts_at, MeetingRow.state)
    rows = session.execute(
        select(IndexedMeeting.no, *columns)
        .join(MeetingRow, MeetingRow.id == IndexedMeeting.meeting_id)
        .where(IndexedMeeting.no.in_(shown), MeetingRow.department_id.in_(scope.whole | scope.public))
        .order_by(IndexedMeeting.no.desc())
    ).all()
    items = []
    for row in rows:
        hits, more = _hits(session, words, scope, row.no)
        items.append(
            Found(row.id, row.department_id, row.starts_at, row.state, marked(row.title, words, whole=True), hits, more)
        )
    return Results(words, tuple(items), shown[-1] if len(numbers) > limit else None)


def _hits(session: Session, words: Sequence[str], scope: Scope, no: int) -> tuple[tuple[Hit, ...], bool]:
    first = no << SHIFT
    ids = backend_of(session).passages(
        session, words, scope, first=first, last=first + (1 << SHIFT) - 1, limit=_LOOKED_AT
    )
    rows = session.execute(
        select(Passage.id, Passage.part, Passage.place, Passage.speaker, Passage.closed, Passage.text).where(
            Passage.id.in_(ids), Passage.part != Part.TITLE.value
        )
    ).all()
    best = sorted(rows, key=lambda row: (-count_words(row.text, words), _PARTS.index(row.part), row.place))
    hits = tuple(
        Hit(Part(row.part), row.place, row.speaker, row.closed, marked(row.text, words)) for row in best[:HITS_SHOWN]
    )
    return hits, len(rows) > HITS_SHOWN
