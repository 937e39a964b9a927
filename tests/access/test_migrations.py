"""One history of the database: forwards, back, and equal to the tables in the code, on both databases."""

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from service.audit import AuditEventName, record
from service.db.engine import make_engine, writing
from service.db.migrate import downgrade, drift, is_at_head, migrate, upgrade
from service.db.tables import Base


def test_up_down_up(empty_url: str) -> None:
    engine = make_engine(empty_url)
    assert not is_at_head(engine)
    migrate(empty_url)
    assert is_at_head(engine)
    downgrade(empty_url, "base")
    assert not is_at_head(engine)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    migrate(empty_url)
    migrate(empty_url)
    assert is_at_head(engine)
    assert set(Base.metadata.tables) <= set(inspect(engine).get_table_names())
    engine.dispose()


def test_an_older_revision_is_not_the_newest(empty_url: str) -> None:
    upgrade(empty_url, "r0001_first_tables")
    engine = make_engine(empty_url)
    assert not is_at_head(engine)
    engine.dispose()


def test_tables_in_code_and_database_agree(engine: Engine) -> None:
    assert drift(engine) == []


def test_drift_is_seen(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE department ADD COLUMN forgotten INTEGER"))
    assert [change[0] for change in drift(engine)] == ["remove_column"]


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_audit_rows_cannot_be_changed(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        record(session, actor="system", event=AuditEventName.FIRST_START, subject="department:1")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
