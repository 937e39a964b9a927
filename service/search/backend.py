"""What the search needs of a database; each has its own kind of index."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.orm import Session

from service.search.scope import Scope


@dataclass(frozen=True)
class Entry:
    """A passage as the index has it. ``key`` is its folded text."""

    id: int
    department_id: str
    closed: bool
    key: str


class Backend(Protocol):
    def add(self, session: Session, entries: Sequence[Entry]) -> None: ...

    def remove(self, session: Session, entries: Sequence[Entry]) -> None:
        """Entries exactly as they were added."""

    def clear(self, session: Session) -> None: ...

    def meetings(
        self, session: Session, words: Sequence[str], scope: Scope, *, before: int | None, limit: int
    ) -> list[int]:
        """Numbers of meetings that have every word somewhere in scope, the newest first, all below ``before``."""

    def passages(
        self, session: Session, words: Sequence[str], scope: Scope, *, first: int, last: int, limit: int
    ) -> list[int]:
        """Ids from ``first`` to ``last`` of passages in scope that have at least one word."""


def backend_of(session: Session) -> Backend:
    if session.get_bind().dialect.name == "postgresql":
        from service.search.postgresql import PostgresqlIndex

        return PostgresqlIndex()
    from service.search.sqlite import SqliteIndex

    return SqliteIndex()
