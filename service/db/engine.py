"""Engines and sessions for SQLite and PostgreSQL.

SQLite: a transaction that reads and then writes under a deferred BEGIN fails with "database is locked" as soon as
another writer is active, and the busy timeout does not apply to that upgrade. So write sessions BEGIN IMMEDIATE and
read sessions use a plain BEGIN; all-immediate would make readers wait for each other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

READ_ONLY = {"gijiyoshi_read": True}


class _WithHints(SQLiteCompiler):
    """``Select.with_hint`` for SQLite (``INDEXED BY``), which SQLAlchemy writes for other databases only."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        return text


def make_engine(url: str) -> Engine:
    """An engine ready for ``reading`` and ``writing``. Does not create or migrate tables.

    Its errors hide parameters: they can be text of a transcript, and errors are logged.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    # NullPool: a SQLite connection costs microseconds, and pooled ones must not cross a fork into Celery children.
    engine = create_engine(
        url, connect_args={"timeout": 10, "check_same_thread": False}, poolclass=NullPool, hide_parameters=True
    )
    engine.dialect.statement_compiler = _WithHints

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        read = connection.get_execution_options().get("gijiyoshi_read", False)
        connection.exec_driver_sql("BEGIN" if read else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One write transaction: commits at the end, rolls back on any exception."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One read transaction; nothing it does is kept."""
    with Session(engine.execution_options(**READ_ONLY), expire_on_commit=False) as session:
        yield session
