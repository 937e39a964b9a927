"""No way into the real application without proof of identity, whatever route is added later."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy.exc import DBAPIError

from service.app import create_app
from service.auth.accounts import first_start
from service.db.account_tables import Department
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.settings import Settings

OPEN_TO_ALL = {
    "/livez",
    "/readyz",
    "/api/v1/openapi.json",
    "/login",
    "/logout",
    "/login/provider",
    "/login/provider/callback",
}
BY_LINK = {"/confirm/{token}"}
"""For a speaker without an account: the link is the proof, and one that names nothing opens nothing."""


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    settings = Settings(data_dir=tmp_path, sign_in_attempts=3)
    migrate(settings.database())
    with TestClient(create_app(settings), follow_redirects=False) as made:
        yield made


def operations(client: TestClient) -> Iterator[tuple[str, str]]:
    """Every method and path, with identifiers that name nothing."""

    for context in iter_route_contexts(client.app.routes):  # type: ignore[attr-defined]
        for method in sorted(set(context.methods or ()) - {"HEAD", "OPTIONS"}):
            assert context.path is not None
            yield method, context.path


def test_every_route_asks_who_it_is(client: TestClient) -> None:
    tried, let_in = set(), []
    for method, path in sorted(set(operations(client))):
        if path in OPEN_TO_ALL:
            continue
        tried.add(path)
        response = client.request(method, re.sub(r"\{[^}]*\}", "00000000", path))
        if path in BY_LINK:
            assert response.status_code == 404 and "noindex" in response.headers["x-robots-tag"]
            continue
        refused = (
            response.status_code == 401
            if path.startswith("/api/")
            else (
                response.status_code in {204, 303}
                and (response.headers.get("location") or response.headers.get("hx-redirect") or "").startswith("/login")
            )
        )
        if not refused:
            let_in.append((method, path, response.status_code))
    assert let_in == []
    assert any(path.startswith("/api/v1/meetings") for path in tried), tried
    assert any(not path.startswith("/api/") for path in tried), tried


def test_the_sign_in_page_stops_guessing(client: TestClient) -> None:
    made = first_start(make_engine(client.app.state.settings.database()))  # type: ignore[attr-defined]
    codes = [client.post("/login", data={"login": "toroku", "password": "wrong"}).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]
    right = client.post("/login", data={"login": "toroku", "password": made[0].password})
    assert right.status_code == 429
    other = client.post("/login", data={"login": "shonin", "password": made[2].password})
    assert (other.status_code, other.headers["location"]) == (303, "/password")


def test_errors_of_the_database_do_not_show_what_was_stored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'hidden.sqlite3'}"
    migrate(url)
    engine = make_engine(url)
    with writing(engine) as session:
        session.add(Department(name="秘密の発言"))
    with pytest.raises(DBAPIError) as caught, writing(engine) as session:
        session.add(Department(name="秘密の発言"))
    assert "秘密の発言" not in str(caught.value)
    engine.dispose()
