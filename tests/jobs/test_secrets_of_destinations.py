"""The password of another system: sealed in the database, given to the connector, and nowhere else to be found."""

import base64
import json
import logging
import os
from pathlib import Path

import pytest
from delivering_office import DeliveringOffice, delivering_office
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import Engine, select, text
from typer.testing import CliRunner

from cli.commands import app
from minutes.errors import InputError
from service.app import create_app
from service.auth.sessions import cookie_name, start_session
from service.db.account_tables import Account
from service.db.engine import reading, writing
from service.db.record_tables import Destination
from service.db.tables import AuditEvent
from service.deliveries import steering
from service.deliveries.destinations import DestinationFields
from service.deliveries.listing import get_delivery
from service.deliveries.states import DeliveryState
from service.settings import get_settings
from workers.runner import Outcome

MARKER = "himitsu-MARKER-0815"


@pytest.fixture
def place(engine: Engine, tmp_path: Path) -> DeliveringOffice:
    return delivering_office(engine, tmp_path)


def explode() -> None:
    secret = MARKER  # as a library would: in its own frame and in the text of its error
    raise RuntimeError(f"login failed for {secret}")


def test_a_secret_reaches_its_connector_and_nothing_else(
    place: DeliveringOffice, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    destination = place.destination(name="文書管理", secret=MARKER)
    failing, delivered = place.ask(place.package(), destination), place.ask(place.package(), destination)
    place.shelves.before[:] = [explode]
    place.work(failing)
    assert place.work(delivered) is Outcome.SUCCEEDED
    assert place.shelves.secrets[-2:] == [MARKER, MARKER]
    shown = [f"{session_text(place)}", caplog.text, *capfd.readouterr()]
    application = create_app(place.settings.model_copy(update={"database_url": _url(place.engine)}), kinds=place.kinds)
    with TestClient(application) as client:
        for who in ("admin", "maker", "auditor"):
            with writing(place.engine) as session:
                token = start_session(session, session.get_one(Account, place.person(who).account_id), hours=1)
            client.cookies.set(cookie_name(place.settings), token)
            for address in (
                "/admin/destinations",
                f"/admin/destinations/{destination}",
                "/deliveries",
                "/audit",
                "/api/v1/destinations",
                f"/api/v1/destinations/{destination}",
                "/api/v1/deliveries",
                f"/api/v1/deliveries/{failing}",
                "/api/v1/audit",
            ):
                answer = client.get(address)
                assert answer.status_code in {200, 403}, (who, address)
                shown.append(answer.text)
            if who != "admin":
                continue
            # Typed and refused: it is not sent back either.
            form = {"name": "", "editions": "公開版", "secret": MARKER}
            refused = client.post("/admin/destinations/new?kind=shelf", data=form)
            assert refused.status_code == 422 and "もう一度入力" in refused.text
            shown.append(refused.text)
            shown.append(client.post(f"/admin/destinations/{destination}", data=form).text)
    sealed = _sealed(place, destination)
    for each in shown:
        assert MARKER not in each and sealed[:40] not in each
    assert MARKER not in (tmp_path / "share").as_posix()
    application.state.engine.dispose()


def session_text(place: DeliveringOffice) -> str:
    """Every row of the database that could say something of it, but for the sealed column."""
    with reading(place.engine) as session:
        events = [json.dumps(each, ensure_ascii=False) for each in session.scalars(select(AuditEvent.detail))]
        rows = [
            str(row)
            for table in ("job", "delivery_attempt", "delivery", "notice")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
        stored = session.scalars(select(Destination.config)).all()
    return "\n".join([*events, *rows, json.dumps(stored)])


def _sealed(place: DeliveringOffice, destination: str) -> str:
    with reading(place.engine) as session:
        sealed = session.get_one(Destination, destination).secret
    assert sealed is not None and MARKER not in sealed
    return sealed


def _url(engine: Engine) -> SecretStr:
    return SecretStr(engine.url.render_as_string(hide_password=False))


def _key() -> SecretStr:
    return SecretStr(base64.b64encode(os.urandom(32)).decode())


def test_a_lost_key_fails_what_needs_it_with_a_sentence_and_nothing_else(place: DeliveringOffice) -> None:
    sealed, plain = place.destination(secret=MARKER), place.destination()
    needs_it, does_not = place.ask(place.package(), sealed), place.ask(place.package(), plain)
    right = place.settings
    place.settings = right.model_copy(update={"secret_key": _key()})
    assert place.work(needs_it) is Outcome.FAILED and place.work(does_not) is Outcome.SUCCEEDED
    with reading(place.engine) as session:
        (tried,) = get_delivery(session, place.person("maker"), needs_it).tried
    assert tried.said is not None and "いまの鍵では開けません" in tried.said
    with writing(place.engine) as session:
        place.keeping(session).check(sealed)
    place.settings = right
    steering.send_again(place.engine, place.person("maker"), needs_it)
    assert place.work(needs_it) is Outcome.SUCCEEDED and place.state(needs_it) is DeliveryState.DELIVERED


def test_a_secret_stays_with_the_server_it_was_typed_for(place: DeliveringOffice) -> None:
    destination = place.destination(name="棚", secret=MARKER)

    def saved(secret: str | None, shelf: str) -> None:
        fields = DestinationFields("棚", {"shelf": shelf}, ("公開版",), "utf-8", "ja", "files", False, secret)
        with writing(place.engine) as session:
            place.keeping(session).change(destination, fields)

    saved(None, "1")
    with pytest.raises(InputError) as refused:
        saved(None, "2")
    assert [each.where for each in refused.value.problems] == ["secret"]
    saved("another", "2")
    delivery = place.ask(place.package(), destination)
    assert place.work(delivery) is Outcome.SUCCEEDED and place.shelves.secrets[-1] == "another"
    with reading(place.engine) as session:
        query = select(AuditEvent.detail).where(AuditEvent.subject == f"destination:{destination}")
        _, first, second = session.scalars(query.order_by(AuditEvent.seq)).all()
    assert first["changed"] == {"contents": ["zip", "files"]} and "secret" not in first
    assert second["changed"] == {"config": [{"shelf": "1"}, {"shelf": "2"}]} and second["secret"] == "changed"


def test_keys_are_changed_by_a_command(
    place: DeliveringOffice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old, new = _key(), _key()
    place.settings = place.settings.model_copy(update={"secret_key": old})
    opened, lost = place.destination(name="開く", secret=MARKER), place.destination(name="開かない", secret=MARKER)
    place.change(lost, secret="gAAAAA")
    before = _sealed(place, opened)
    monkeypatch.setenv("GIJIYOSHI_DATABASE_URL", _url(place.engine).get_secret_value())
    monkeypatch.setenv("GIJIYOSHI_DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIJIYOSHI_SECRET_KEY", f"{new.get_secret_value()},{old.get_secret_value()}")
    get_settings.cache_clear()
    answer = CliRunner().invoke(app, ["destination", "reseal"])
    get_settings.cache_clear()
    assert answer.exit_code == 1 and "1 件を封じ直しました" in answer.stdout and "開かない" in answer.stderr
    assert MARKER not in answer.output and _sealed(place, opened) != before
    place.settings = place.settings.model_copy(update={"secret_key": new})
    delivery = place.ask(place.package(), opened)
    assert place.work(delivery) is Outcome.SUCCEEDED and place.shelves.secrets[-1] == MARKER
    listed = CliRunner().invoke(app, ["destination", "list"])
    get_settings.cache_clear()
    assert listed.exit_code == 0 and "開く" in listed.stdout and MARKER not in listed.stdout
