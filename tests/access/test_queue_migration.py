"""Meetings that were there before the queue: their titles are folded, and they have no deadline."""

from sqlalchemy import text

from service.db.engine import make_engine, reading
from service.db.migrate import downgrade, migrate, upgrade
from service.db.tables import MeetingRow

DEPARTMENT = "INSERT INTO department (id, name) VALUES ('d', '課')"
ACCOUNT = (
    "INSERT INTO account (id, login, display_name, password_hash, must_change_password, active, created_at) "
    "VALUES ('a', 'a', 'a', '!', false, true, '2026-01-01 00:00:00')"
)
MEETING = (
    "INSERT INTO meeting (id, department_id, title, starts_at, meeting_json, profile, model, state, row_version, "
    "transcript_name, transcript_sha256, transcript, current_version, created_by, created_at, updated_at) "
    "VALUES ('m', 'd', 'ﾃﾞｼﾞﾀﾙ 会議', '2026-01-01 00:00:00', '{}', 'tokyo_cio', 'extractive', '確認待ち', 1, 'k', '0', :blob, 0, "
    "'a', '2026-01-01 00:00:00', '2026-01-01 00:00:00')"
)


def test_what_was_there_is_listed_too(empty_url: str) -> None:
    upgrade(empty_url, "r0005_proposals")
    engine = make_engine(empty_url)
    with engine.begin() as connection:
        for statement in (DEPARTMENT, ACCOUNT):
            connection.execute(text(statement))
        connection.execute(text(MEETING), {"blob": b"x"})
        connection.execute(text(MEETING.replace("'m'", "'w'").replace("確認待ち", "承認待ち")), {"blob": b"x"})
    migrate(empty_url)
    with reading(engine) as session:
        row = session.get_one(MeetingRow, "m")
        assert (row.title_key, row.due_on, row.body_id, row.waits_for) == ("でじたる会議", None, None, None)
        assert session.get_one(MeetingRow, "w").waits_for == "承認者"
    downgrade(empty_url, "r0005_proposals")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT title FROM meeting")).scalars().all() == ["ﾃﾞｼﾞﾀﾙ 会議"] * 2
    engine.dispose()
