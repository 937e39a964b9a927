"""The configured database for a command that works on it directly."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy import Engine

from cli.settings import settings
from minutes.errors import GijiyoshiError, InputError
from service.db.engine import make_engine
from service.db.migrate import is_at_head


@contextmanager
def open_database() -> Iterator[Engine]:
    """The configured database, which must be migrated. Public errors become one line and exit status 2."""
    engine = make_engine(settings().database())
    try:
        if not _exists(engine) or not is_at_head(engine):
            raise InputError(
                "データベースがまだないか、古い形のままです。",
                remedy="先に gijiyoshi up を実行するか、移行を行ってください。",
            )
        yield engine
    except GijiyoshiError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    finally:
        engine.dispose()


def _exists(engine: Engine) -> bool:
    """Connecting to SQLite would make an empty file."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        return True
    return Path(path).is_file()
