"""The protections as a browser or a program meets them: over HTTP, through the installed middleware."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from starlette.exceptions import HTTPException
from structlog.testing import capture_logs

from minutes.errors import InputError, Problem
from minutes.value import Value
from service import errors
from service.auth import Action, Role, require
from service.auth.accounts import create_account, find_or_create_department
from service.auth.dependencies import EngineDep, PrincipalDep, SignedInDep, WebPrincipalDep, safe_next
from service.auth.forms import change_own_password, sign_in, sign_out
from service.auth.protection import install
from service.auth.sessions import clear_session_cookie, cookie_name, set_session_cookie
from service.auth.tokens import create_token
from service.db.account_tables import Department
from service.db.engine import make_engine, writing
from service.db.migrate import migrate
from service.settings import Settings

PASSWORD = "ただしい-correct-horse"
NEW = "あたらしい-battery-staple"
SECRET = "非公開の発言です"


class Note(Value):
    text: str
    count: int


def application(engine: Engine, settings: Settings) -> FastAPI:
    app = FastAPI()
    app.state.engine, app.state.settings = engine, settings
    errors.install(app)
    install(app, settings)

    @app.post("/login")
    def login(request: Request, login: str, password: str) -> Response:
        made = sign_in(request, login=login, password=password)
        response = JSONResponse({"must_change": made.must_change_password})
        set_session_cookie(response, settings, made.token)
        return response

    @app.post("/logout")
    def logout(request: Request) -> Response:
        sign_out(request)
        response = Response(status_code=204)
        clear_session_cookie(response, settings)
        return response

    @app.post("/password")
    def password(request: Request, principal: SignedInDep, current: str, new: str) -> Response:
        made = change_own_password(request, principal, current=current, new=new)
        response = Response(status_code=204)
        set_session_cookie(response, settings, made.token)
        return response

    @app.get("/meetings")
    def page(principal: WebPrincipalDep) -> str:
        return principal.login

    @app.get("/api/v1/me")
    def me(principal: PrincipalDep) -> str:
        return principal.login

    @app.post("/api/v1/departments/{department_id}/approve")
    def approve(principal: PrincipalDep, department_id: str) -> str:
        require(principal, Action.approve, department_id)
        return "ok"

    @app.post("/api/v1/departments", status_code=201)
    def create(engine: EngineDep, name: str) -> str:
        with writing(engine) as session:
            session.add(Department(name=name))
        return "ok"

    @app.post("/api/v1/notes")
    def note(body: Note) -> str:
        return "ok"

    @app.get("/api/v1/broken")
    def broken() -> str:
        raise ValueError(SECRET)

    @app.get("/api/v1/broken-later")
    def broken_later() -> Response:
        def body() -> Iterator[bytes]:
            yield b"first"
            raise ValueError(SECRET)

        return StreamingResponse(body())

    @app.get("/api/v1/input")
    def bad_input() -> str:
        problems = [Problem("役職がありません。", f"roster[{n}].post", "書いてください。") for n in range(2)]
        raise InputError("名簿に誤りがあります。", problems=problems)

    @app.get("/api/v1/teapot")
    def teapot() -> str:
        raise HTTPException(418, SECRET)

    return app


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Engine]:
    """SQLite is enough where only HTTP is asked about."""
    url = f"sqlite:///{tmp_path / 'http.sqlite3'}"
    migrate(url)
    engine = make_engine(url)
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        for login, must_change in (("hanako", False), ("ichiro", True)):
            create_account(
                session,
                login=login,
                display_name=login,
                password=PASSWORD,
                grants=[(place.id, Role.APPROVER)],
                actor="test",
                must_change_password=must_change,
            )
    yield engine
    engine.dispose()


@pytest.fixture
def client(small: Engine) -> Iterator[TestClient]:
    with TestClient(application(small, Settings(sign_in_attempts=3)), follow_redirects=False) as made:
        yield made


def enter(client: TestClient, login: str = "hanako", password: str = PASSWORD) -> int:
    return client.post("/login", params={"login": login, "password": password}).status_code


# --- errors


def test_a_problem_has_every_field(client: TestClient) -> None:
    response = client.get("/api/v1/input")
    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    body = response.json()
    assert set(body) == {"type", "title", "status", "detail", "category", "instance", "problems"}
    assert body["category"] == "input" and body["instance"] == "/api/v1/input"
    assert [p["where"] for p in body["problems"]] == ["roster[0].post", "roster[1].post"]


def test_rejected_values_are_not_repeated(client: TestClient) -> None:
    response = client.post("/api/v1/notes", json={"text": 5, "count": SECRET, SECRET: 1})
    assert response.status_code == 422 and SECRET not in response.text
    assert {p["where"] for p in response.json()["problems"]} >= {"text", "count"}
    assert all(p["what"] and p["remedy"] for p in response.json()["problems"])
    malformed = client.post("/api/v1/notes", content=b'{"text": "' + SECRET.encode() + b'" oops}')
    assert malformed.status_code == 422 and SECRET not in malformed.text


def test_an_unknown_exception_gives_a_sentence_and_the_logged_id(client: TestClient) -> None:
    with capture_logs() as logs:
        response = client.get("/api/v1/broken")
    body = response.json()
    assert response.status_code == 500 and body["category"] == "internal"
    error_id = body["instance"].removeprefix("urn:uuid:")
    assert str(uuid.UUID(error_id)) == error_id and error_id in body["detail"]
    entry = next(entry for entry in logs if entry["event"] == "unexpected_error")
    assert entry["error_id"] == error_id and "builtins.ValueError" in entry["kind"]
    assert any("broken" in frame for frame in entry["frames"])
    assert SECRET not in response.text + json.dumps(logs, ensure_ascii=False, default=str)
    assert "content-security-policy" in response.headers


def test_a_response_that_breaks_in_the_middle_does_not_look_whole(client: TestClient) -> None:
    with pytest.raises(errors.BrokenResponse) as caught:
        client.get("/api/v1/broken-later")
    assert SECRET not in str(caught.value) and caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("path", "status"), [("/api/v1/nowhere", 404), ("/api/v1/notes", 405), ("/api/v1/teapot", 418)]
)
def test_the_frameworks_own_errors_are_problems_too(client: TestClient, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == response.json()["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers.get("allow") == ("POST" if status == 405 else None)
    assert "Not Found" not in response.text and SECRET not in response.text


def test_people_get_a_page_and_programs_json(small: Engine) -> None:
    app = FastAPI()
    errors.install(app, page=lambda request, problem: Response(f"<h1>{problem.title}</h1>", media_type="text/html"))
    with TestClient(app) as client:
        shown = client.get("/nowhere", headers={"accept": "text/html"})
        assert shown.status_code == 404 and "<h1>" in shown.text
        assert client.get("/api/nowhere", headers={"accept": "text/html"}).json()["status"] == 404
        assert client.get("/nowhere").json()["status"] == 404


def test_a_failing_commit_is_not_a_success(client: TestClient, small: Engine) -> None:
    assert client.post("/api/v1/departments", params={"name": "一課"}).status_code == 201

    def fail(_connection: object) -> None:
        raise OSError("disk full")

    event.listen(small, "commit", fail)
    assert client.post("/api/v1/departments", params={"name": "二課"}).status_code == 500
    event.remove(small, "commit", fail)
    assert client.post("/api/v1/departments", params={"name": "二課"}).status_code == 201


# --- who is asking


def test_a_session_opens_pages_and_api_until_it_ends(client: TestClient) -> None:
    assert client.get("/api/v1/me").status_code == 401
    assert client.get("/api/v1/me").headers["www-authenticate"] == "Bearer"
    away = client.get("/meetings")
    assert (away.status_code, away.headers["location"]) == (303, "/login?next=/meetings")
    assert client.get("/meetings", headers={"hx-request": "true"}).headers["hx-redirect"].startswith("/login")
    assert enter(client) == 200
    assert client.get("/meetings").json() == client.get("/api/v1/me").json() == "hanako"
    stolen = client.cookies["gijiyoshi"]
    assert client.post("/logout").status_code == 204
    client.cookies.set("gijiyoshi", stolen)
    assert client.get("/api/v1/me").status_code == 401


def test_signing_in_again_ends_the_session_before(client: TestClient) -> None:
    enter(client)
    before = client.cookies["gijiyoshi"]
    enter(client)
    assert client.cookies["gijiyoshi"] != before
    client.cookies.clear()
    client.cookies.set("gijiyoshi", before)
    assert client.get("/api/v1/me").status_code == 401


def test_a_one_time_password_opens_only_the_page_that_changes_it(client: TestClient) -> None:
    response = client.post("/login", params={"login": "ichiro", "password": PASSWORD})
    assert response.json() == {"must_change": True}
    assert client.get("/meetings").headers["location"] == "/password"
    assert client.get("/api/v1/me").json()["category"] == "password_change_required"
    assert client.post("/password", params={"current": PASSWORD, "new": NEW}).status_code == 204
    assert client.get("/meetings").json() == client.get("/api/v1/me").json() == "ichiro"


def test_a_token_is_judged_alone(client: TestClient, small: Engine) -> None:
    with writing(small) as session:
        token, _ = create_token(session, login="hanako", name="x", scopes=["read"], actor="t")
        approving, _ = create_token(session, login="hanako", name="y", scopes=["approve"], actor="t")
        department = find_or_create_department(session, "総務課").id
    assert client.get("/api/v1/me", headers={"authorization": f"Bearer {token}"}).json() == "hanako"
    path = f"/api/v1/departments/{department}/approve"
    refused = client.post(path, headers={"authorization": f"Bearer {token}"})
    assert refused.status_code == 403 and "トークンの範囲" in refused.json()["detail"]
    assert client.post(path, headers={"authorization": f"Bearer {approving}"}).status_code == 200
    enter(client)
    for header in ("Bearer gjy_wrong", "Bearer", "Basic aGFuYWtvOng=", ""):
        assert client.get("/api/v1/me", headers={"authorization": header}).status_code == 401


def test_cookie_attributes(small: Engine) -> None:
    for secure in (False, True):
        settings = Settings(secure_cookies=secure)
        response = Response()
        set_session_cookie(response, settings, "t")
        cookie = response.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie and "Domain" not in cookie
        assert ("Secure" in cookie) is secure
        assert cookie_name(settings).startswith("__Host-") is secure


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/meetings/1?x=2", True),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("/a\\b", False),
        ("https://evil.example", False),
        ("/a\r\nSet-Cookie: x", False),
        ("/\t/evil.example", False),
        ("javascript:alert(1)", False),
        ("", False),
        (None, False),
    ],
)
def test_only_own_paths_are_returned_to(target: str | None, kept: bool) -> None:
    assert safe_next(target) == (target if kept else "/")


# --- guessing


def test_guessing_is_stopped_per_login_and_address(client: TestClient) -> None:
    assert [enter(client, password="wrong") for _ in range(4)] == [401, 401, 401, 429]
    stopped = client.post("/login", params={"login": " HANAKO", "password": PASSWORD})
    assert stopped.status_code == 429 and 0 < int(stopped.headers["retry-after"]) <= 901
    assert enter(client, "ichiro") == 200
    elsewhere = TestClient(client.app, client=("192.0.2.7", 1))
    assert enter(elsewhere) == 200


def test_a_success_ends_the_count(client: TestClient) -> None:
    for _ in range(3):
        assert [enter(client, password="wrong"), enter(client, password="wrong"), enter(client)] == [401, 401, 200]


def test_the_current_password_cannot_be_guessed_either(client: TestClient) -> None:
    enter(client)
    codes = [client.post("/password", params={"current": "wrong", "new": NEW}).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]


# --- other sites


def test_another_sites_form_changes_nothing(client: TestClient) -> None:
    enter(client)
    response = client.post("/logout", headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403 and response.json()["category"] == "cross_site"
    assert response.headers["x-frame-options"] == "DENY"
    assert client.get("/meetings").status_code == 200


# --- headers


def test_every_response_carries_the_headers(client: TestClient) -> None:
    for path in ("/api/v1/me", "/meetings", "/nowhere"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in headers


def test_https_only_is_announced_with_secure_cookies(small: Engine) -> None:
    with TestClient(application(small, Settings(secure_cookies=True))) as client:
        assert "max-age" in client.get("/nowhere").headers["strict-transport-security"]
