"""One history of the database: forwards, back, and equal to the tables in the code, on both databases."""

import pytest
from sqlalchemy import Connection, Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from service.audit import AuditEventName, record
from service.db.base import Base
from service.db.engine import make_engine, reading, writing
from service.db.migrate import downgrade, drift, is_at_head, migrate, upgrade
from service.db.tables import DraftVersion


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


def test_saved_drafts_survive_the_change_of_their_form(empty_url: str) -> None:
    """Before r0014 the database kept them as text; more of them than one batch of the change."""
    upgrade(empty_url, "r0012_desk")
    engine = make_engine(empty_url)
    texts = {number: f'{{"議題": "第{number}回の予算について"}}' * 3_000 for number in range(1, 46)}
    with engine.begin() as connection:
        _meeting_without_drafts(connection)
        connection.execute(
            text(
                "INSERT INTO draft_version (id, meeting_id, version, document, sha256, change, created_at)"
                " VALUES (:id, 'm', :version, :document, 'x', '文の修正', :at)"
            ),
            [
                {"id": f"{number:036}", "version": number, "document": each, "at": "2026-05-20 10:00:00"}
                for number, each in texts.items()
            ],
        )
    migrate(empty_url)
    with reading(engine) as session:
        saved = session.execute(select(DraftVersion.version, DraftVersion.document)).all()
        (size,) = session.execute(text("SELECT sum(length(document)) FROM draft_version")).one()
    assert {each.version: each.document for each in saved} == texts
    assert size < sum(len(each) for each in texts.values()) / 10
    with writing(engine) as session, pytest.raises(IntegrityError):
        session.execute(text("UPDATE draft_version SET document = NULL WHERE version = 1"))
    downgrade(empty_url, "r0012_desk")
    with engine.begin() as connection:
        again = connection.execute(text("SELECT version, document FROM draft_version")).all()
    assert {each.version: each.document for each in again} == texts
    engine.dispose()


def test_messages_of_before_belong_to_their_meeting(empty_url: str) -> None:
    """Before r0018 an e-mail named a notice, a webhook its meeting in what it sends, and neither was to be looked up."""
    upgrade(empty_url, "r0017_retention")
    engine = make_engine(empty_url)
    at = "2026-05-20 10:00:00"
    with engine.begin() as connection:
        _meeting_without_drafts(connection)
        (account,) = connection.execute(text("SELECT id FROM account LIMIT 1")).one()
        connection.execute(
            text(
                "INSERT INTO notice (id, account_id, key, kind, meeting_id, step_name, created_at)"
                " VALUES ('n', :account, 'k', 'turn', 'm', '確認', :at)"
            ),
            {"account": account, "at": at},
        )
        for id_, way, payload in (
            ("1", "mail", '{"notice": "n", "to": "x@example.lg.jp"}'),
            ("2", "webhook", '{"type": "meeting.submitted", "data": {"meeting_id": "m"}}'),
        ):
            connection.execute(
                text("INSERT INTO delivery (id, way, payload, created_at) VALUES (:id, :way, :payload, :at)"),
                {"id": id_, "way": way, "payload": payload, "at": at},
            )
    migrate(empty_url)
    with reading(engine) as session:
        assert session.execute(text("SELECT id, meeting_id FROM delivery ORDER BY id")).all() == [
            ("1", "m"),
            ("2", "m"),
        ]
    downgrade(empty_url, "r0017_retention")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM delivery")).scalar_one() == 2
    engine.dispose()


def _meeting_without_drafts(connection: Connection) -> None:
    at = "2026-05-20 10:00:00"
    connection.execute(text("INSERT INTO department (id, name) VALUES ('d', '総務課')"))
    connection.execute(
        text(
            "INSERT INTO account (id, login, display_name, password_hash, must_change_password, active, created_at)"
            " VALUES ('a', 'sato', '佐藤', 'x', false, true, :at)"
        ),
        {"at": at},
    )
    connection.execute(
        text(
            "INSERT INTO meeting (id, department_id, title, starts_at, meeting_json, profile, model, state, row_version,"
            " transcript_name, transcript_sha256, transcript, current_version, created_by, created_at, updated_at)"
            " VALUES ('m', 'd', '協議会', :at, '{}', 'tokyo', 'extractive', '確認待ち', 1,"
            " 'a.vtt', 'x', :none, 45, 'a', :at, :at)"
        ),
        {"at": at, "none": b""},
    )


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event"])
def test_audit_rows_cannot_be_changed(engine: Engine, statement: str) -> None:
    with writing(engine) as session:
        record(session, actor="system", event=AuditEventName.FIRST_START, subject="department:1")
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
