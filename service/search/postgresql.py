"""A GIN index over the characters and pairs of each passage; no extension and no superuser is needed.

The pairs of a word need not stand together in what the index finds, so the folded text has the last word.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.search.backend import Entry
from service.search.passages import SHIFT
from service.search.scope import Scope
from service.search.words import grams_of

_ADD = "INSERT INTO search_key (passage_id, department_id, closed, key) VALUES (:id, :department, :closed, :key)"
_IN_SCOPE = "(department_id = ANY(:whole) OR (department_id = ANY(:public) AND NOT closed))"
_HAS_WORD = "(search_grams(key) @> CAST(:g{n} AS text[]) AND strpos(key, :w{n}) > 0)"
# Only names of bound values are written into these.
_MEETINGS = f"SELECT DISTINCT passage_id >> {SHIFT} AS no FROM search_key WHERE {{has_word}} AND {_IN_SCOPE} {{below}}"  # noqa: S608
_PASSAGES = (
    "SELECT passage_id FROM search_key WHERE passage_id BETWEEN :first AND :last "  # noqa: S608
    f"AND ({{has_one}}) AND {_IN_SCOPE} ORDER BY passage_id LIMIT :most"
)


class PostgresqlIndex:
    def add(self, session: Session, entries: Sequence[Entry]) -> None:
        if entries:
            rows = [
                {"id": each.id, "department": each.department_id, "closed": each.closed, "key": each.key}
                for each in entries
            ]
            session.execute(text(_ADD), rows)

    def remove(self, session: Session, entries: Sequence[Entry]) -> None:
        statement = text("DELETE FROM search_key WHERE passage_id = ANY(:ids)")
        session.execute(statement, {"ids": [each.id for each in entries]})

    def clear(self, session: Session) -> None:
        session.execute(text("TRUNCATE search_key"))

    def meetings(
        self, session: Session, words: Sequence[str], scope: Scope, *, before: int | None, limit: int
    ) -> list[int]:
        below = "" if before is None else "AND passage_id < :below "
        query = " INTERSECT ".join(
            _MEETINGS.format(has_word=_HAS_WORD.format(n=n), below=below) for n in range(len(words))
        )
        bound = {} if before is None else {"below": before << SHIFT}
        values = _values(words, scope) | bound | {"most": limit}
        return list(session.scalars(text(f"{query} ORDER BY no DESC LIMIT :most"), values))

    def passages(
        self, session: Session, words: Sequence[str], scope: Scope, *, first: int, last: int, limit: int
    ) -> list[int]:
        # The few rows of one meeting are read by their ids; the index of pairs would read those of all meetings.
        has_one = " OR ".join(f"strpos(key, :w{n}) > 0" for n in range(len(words)))
        query = _PASSAGES.format(has_one=has_one)
        values = {name: value for name, value in _values(words, scope).items() if not name.startswith("g")}
        return list(session.scalars(text(query), values | {"first": first, "last": last, "most": limit}))


def _values(words: Sequence[str], scope: Scope) -> dict[str, Any]:
    of_words = {f"w{n}": word for n, word in enumerate(words)}
    grams = {f"g{n}": grams_of(word) for n, word in enumerate(words)}
    return {**of_words, **grams, "whole": sorted(scope.whole), "public": sorted(scope.public)}
