"""The commands a person at the server uses, against a real database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from cli import accounts
from service.auth.accounts import authenticate
from service.auth.rights import Role, Scope
from service.auth.tokens import token_principal
from service.db.engine import reading
from service.settings import get_settings

run = CliRunner().invoke
app = typer.Typer()
app.add_typer(accounts.user, name="user")
app.add_typer(accounts.department, name="department")
app.add_typer(accounts.token, name="token")
app.add_typer(accounts.audit, name="audit")


@pytest.fixture
def database(engine: Engine, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setenv("GIJIYOSHI_DATABASE_URL", url)
    get_settings.cache_clear()
    yield engine
    get_settings.cache_clear()


ADD = ["user", "add", "jiro", "--name", "次郎", "--role", "登録者", "--role", "確認者", "--department", "企画課"]


def test_an_account_from_adding_to_a_new_password(database: Engine) -> None:
    added = run(app, ADD)
    assert added.exit_code == 0, added.output
    password = added.stdout.splitlines()[0].rpartition(": ")[2]
    assert authenticate(database, "jiro", password).must_change_password
    listed = run(app, ["user", "list"])
    assert "jiro\t次郎\t企画課/登録者 企画課/確認者" in listed.stdout
    fresh = run(app, ["user", "password", "jiro"]).stdout.splitlines()[0].rpartition(": ")[2]
    assert fresh != password and authenticate(database, "jiro", fresh)
    again = run(app, ADD)
    assert again.exit_code == 2 and "すでに使われています" in again.stderr
    assert run(app, ["user", "password", "nobody"]).exit_code == 2


def test_departments_are_made_once_and_listed(database: Engine) -> None:
    assert run(app, ["department", "add", "水道課"]).exit_code == 0
    assert run(app, ["department", "add", "水道課"]).exit_code == 0
    assert run(app, ["department", "list"]).stdout.split() == ["水道課"]
    assert run(app, ["department", "add", " "]).exit_code == 2


def test_a_token_from_making_to_revoking(database: Engine) -> None:
    run(app, ADD)
    made = run(app, ["token", "create", "jiro", "--name", "連携", "--scope", "read", "--days", "30"])
    token = made.stdout.strip()
    assert made.exit_code == 0 and token.startswith("gjy_") and token not in made.stderr
    with reading(database) as session:
        principal = token_principal(session, token)
    assert principal is not None and principal.scopes == {"read"}
    number, name, scopes, state = run(app, ["token", "list", "jiro"]).stdout.strip().split("\t")
    assert (name, scopes, state) == ("連携", "read", "有効") and number in made.stderr
    assert run(app, ["token", "revoke", number]).exit_code == 0
    assert "取消済" in run(app, ["token", "list", "jiro"]).stdout
    with reading(database) as session:
        assert token_principal(session, token) is None


def test_the_audit_check_tells_whole_from_broken(database: Engine) -> None:
    run(app, ADD)
    whole = run(app, ["audit", "verify"])
    assert whole.exit_code == 0
    head = whole.stdout.splitlines()[0].rpartition(": ")[2]
    assert run(app, ["audit", "verify", "--head", head]).exit_code == 0
    assert run(app, ["audit", "verify", "--head", "a" * 64]).exit_code == 1
    with database.begin() as connection:
        if database.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER audit_event_no_update"))
        else:
            connection.execute(text("DROP TRIGGER audit_event_append_only ON audit_event"))
        connection.execute(text("UPDATE audit_event SET actor = 'x' WHERE seq = 1"))
    broken = run(app, ["audit", "verify"])
    assert broken.exit_code == 1 and "1 番" in broken.stderr


def test_without_a_database_there_is_one_sentence_and_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIJIYOSHI_DATABASE_URL", raising=False)
    monkeypatch.setenv("GIJIYOSHI_DATA_DIR", str(tmp_path))
    get_settings.cache_clear()
    result = run(app, ["audit", "verify"])
    get_settings.cache_clear()
    assert result.exit_code == 2 and "データベースがまだない" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_help_names_what_may_be_given_and_a_wrong_name_is_refused(database: Engine) -> None:
    assert all(role in run(app, ["user", "add", "--help"]).stdout for role in Role)
    assert all(scope in run(app, ["token", "create", "--help"]).stdout for scope in Scope)
    wrong = run(app, ["user", "add", "jiro", "--name", "次郎", "--role", "部長"])
    assert wrong.exit_code == 2 and "「部長」" in wrong.stderr and "登録者" in wrong.stderr
    assert "jiro" not in run(app, ["user", "list"]).stdout
