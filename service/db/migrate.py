"""Bring a database to the newest revision, from inside the program: no ini file, no working directory."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from service.db import approval_tables, comment_table, delivery_tables, profile_tables  # noqa: F401  all tables are to be in the metadata
from service.db.base import Base
from service.db.engine import make_engine

_MIGRATION_LOCK = 0x67696A69_03


def migrate(url: str) -> None:
    """All revisions up to the newest, in one transaction. Processes that start together wait for each other."""
    upgrade(url, "head")


def upgrade(url: str, revision: str) -> None:
    with _connected(url) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(url: str, revision: str) -> None:
    """Back to ``revision`` (``base``: before the first). Data in dropped tables and columns is gone."""
    with _connected(url) as connection:
        command.downgrade(_config(connection), revision)


def is_at_head(engine: Engine) -> bool:
    """Whether the database has exactly the newest revision."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    return set(current) == set(ScriptDirectory.from_config(_config(None)).get_heads())


def drift(engine: Engine) -> list[Any]:
    """How the migrated database differs from the tables in the code; empty when nothing was forgotten."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True, "include_object": _is_mapped}
        )
        return list(compare_metadata(context, Base.metadata))


def _is_mapped(_object: Any, name: str | None, kind: str, _reflected: bool, _compare_to: Any) -> bool:
    """Each database has its own kind of search index, and its own spelling of a computed column."""
    return not ((kind == "table" and (name or "").startswith("search_")) or (kind == "column" and name == "due_key"))


def new_revision(url: str, revision: str, message: str) -> None:
    """Developers: write the file ``<revision>.py`` for what ``drift`` finds in the database at ``url``."""
    with _connected(url) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=revision)


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", "service.db:migrations")
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = make_engine(url)
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                # Batch mode rebuilds tables, and dropping the old one would delete the rows that refer to it.
                # The pragma is ignored inside a transaction, so it goes to the driver before SQLAlchemy begins one.
                driver: Any = connection.connection.dbapi_connection
                driver.execute("PRAGMA foreign_keys=OFF")
            with connection.begin():
                if engine.dialect.name == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
                yield connection
    finally:
        engine.dispose()
