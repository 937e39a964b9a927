"""The commands for bodies and for the index of text search, against a real database."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from cli.commands import app
from service.db.engine import reading
from service.db.tables import AuditEvent, Body
from service.settings import get_settings

run = CliRunner().invoke


@pytest.fixture
def database(engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("GIJIYOSHI_DATABASE_URL", url)
    get_settings.cache_clear()
    yield engine
    get_settings.cache_clear()


ADD = ["body", "add", "防災会議", "--department", "危機管理課", "--draft-days", "14", "--publication-days", "45"]


def test_a_body_is_added_and_listed(database: Engine) -> None:
    added = run(app, ADD)
    assert added.exit_code == 0, added.output
    with reading(database) as session:
        body = session.scalars(select(Body)).one()
        event = session.scalars(select(AuditEvent).where(AuditEvent.subject == f"body:{body.id}")).one()
    assert (event.event, event.actor, body.id in added.stdout) == ("admin:body:added", "cli", True)
    assert run(app, ["body", "add", "広報会議"]).exit_code == 0
    listed = run(app, ["body", "list"]).stdout.splitlines()
    assert f"{body.id}\t危機管理課\t防災会議\ttokyo_cio\t14日\t45日" in listed
    assert any(line.endswith("\t総務課\t広報会議\ttokyo_cio\t-\t-") for line in listed)


def test_a_wrong_body_ends_with_a_sentence(database: Engine) -> None:
    run(app, ADD)
    for wrong in (ADD, ["body", "add", "x", "--profile", "無い"], ["body", "add", "x", "--model", "無い"]):
        answer = run(app, wrong)
        assert answer.exit_code == 2 and answer.stderr.strip(), wrong


def test_the_index_is_rebuilt(database: Engine) -> None:
    answer = run(app, ["search", "rebuild"])
    assert answer.exit_code == 0 and "0 件" in answer.stdout
