"""FTS5: one token for each pair of neighbouring characters, so that a word is a phrase of its pairs.

The table holds no text. Tokens are code points in hexadecimal, because a tokenizer of SQLite would part or fold
characters by its own tables. ``scope`` has a token for the department, and one more where the passage is public: rights
are a term of the query.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.db.tables import IndexedMeeting
from service.search.backend import Entry
from service.search.passages import SHIFT
from service.search.scope import Scope

_ADD = "INSERT INTO search_text (rowid, pairs, singles, scope) VALUES (:id, :pairs, :singles, :scope)"
# A table without text has to be told what it forgets.
_REMOVE = (
    "INSERT INTO search_text (search_text, rowid, pairs, singles, scope) "
    "VALUES ('delete', :id, :pairs, :singles, :scope)"
)
# Only the number of a bound value is written into it.
_MEETINGS = (
    f"SELECT DISTINCT rowid >> {SHIFT} AS no FROM search_text "  # noqa: S608
    "WHERE search_text MATCH :w{n} AND rowid BETWEEN :first AND :last"
)
_FIRST_STEP = 1000
"""Meetings."""


class SqliteIndex:
    def add(self, session: Session, entries: Sequence[Entry]) -> None:
        if entries:
            session.execute(text(_ADD), [_row(each) for each in entries])

    def remove(self, session: Session, entries: Sequence[Entry]) -> None:
        if entries:
            session.execute(text(_REMOVE), [_row(each) for each in entries])

    def clear(self, session: Session) -> None:
        session.execute(text("INSERT INTO search_text (search_text) VALUES ('delete-all')"))

    def meetings(
        self, session: Session, words: Sequence[str], scope: Scope, *, before: int | None, limit: int
    ) -> list[int]:
        # From the newest backwards in ever larger steps: a word that is everywhere fills the page at once, and one
        # that is nowhere costs a few questions.
        found: list[int] = []
        top = before if before is not None else (session.scalar(select(func.max(IndexedMeeting.no))) or 0) + 1
        step = _FIRST_STEP
        while top > 0 and len(found) < limit:
            bottom = max(0, top - step)
            found += self._between(session, words, scope, bottom=bottom, top=top, limit=limit - len(found))
            top, step = bottom, step * 4
        return found

    def _between(
        self, session: Session, words: Sequence[str], scope: Scope, *, bottom: int, top: int, limit: int
    ) -> list[int]:
        query = " INTERSECT ".join(_MEETINGS.format(n=n) for n in range(len(words)))
        values = {f"w{n}": f"{_term(word)} AND {_scope(scope)}" for n, word in enumerate(words)}
        span = {"first": bottom << SHIFT, "last": (top << SHIFT) - 1, "most": limit}
        return list(session.scalars(text(f"{query} ORDER BY no DESC LIMIT :most"), {**values, **span}))

    def passages(
        self, session: Session, words: Sequence[str], scope: Scope, *, first: int, last: int, limit: int
    ) -> list[int]:
        terms = " OR ".join(_term(word) for word in words)
        query = "SELECT rowid FROM search_text WHERE search_text MATCH :terms AND rowid BETWEEN :first AND :last LIMIT :most"
        values = {"terms": f"({terms}) AND {_scope(scope)}", "first": first, "last": last, "most": limit}
        return list(session.scalars(text(query), values))


def _row(entry: Entry) -> dict[str, object]:
    codes = [f"{ord(character):x}" for character in entry.key]
    return {
        "id": entry.id,
        "pairs": " ".join(f"{a}x{b}" for a, b in pairwise(codes)),
        "singles": " ".join(sorted(set(codes))),
        "scope": " ".join([_whole(entry.department_id), *([] if entry.closed else [_public(entry.department_id)])]),
    }


def _term(word: str) -> str:
    codes = [f"{ord(character):x}" for character in word]
    if len(codes) == 1:
        return f'singles : "{codes[0]}"'
    return f'pairs : "{" ".join(f"{a}x{b}" for a, b in pairwise(codes))}"'


def _scope(scope: Scope) -> str:
    tokens = [*map(_whole, sorted(scope.whole)), *map(_public, sorted(scope.public))]
    return f"scope : ({_either(tokens)})"


def _either(tokens: Iterable[str]) -> str:
    return " OR ".join(f'"{token}"' for token in tokens)


def _whole(department_id: str) -> str:
    return "w" + department_id.replace("-", "")


def _public(department_id: str) -> str:
    return "p" + department_id.replace("-", "")
