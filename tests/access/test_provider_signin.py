"""Sign-in at an identity provider, against one on the loopback that does right, or wrong in a way the test names."""

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import yaml
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from pydantic import SecretStr
from sqlalchemy import Engine, select, text

sys.path.insert(0, str(Path(__file__).parent))

from provider_double import CLIENT_ID, CLIENT_SECRET, Double, by_secret, by_stranger, running_provider, unsigned

from minutes.errors import InputError
from service.app import create_app
from service.audit import AuditEventName, verify
from service.auth import Role
from service.auth.accounts import create_account, find_account, find_or_create_department
from service.auth.administration import held_by
from service.auth.oidc import provider as provider_module
from service.db.engine import make_engine, reading, writing
from service.db.migrate import migrate
from service.db.tables import Account, AuditEvent, ClaimedGrant, FederatedIdentity, FederatedTry, RoleGrant
from service.settings import Settings

PASSWORD = "Mikan-no-ki-27-hon"
HERE = "http://testserver"
MAPPING = [
    {"group": "総務課-登録", "department": "総務課", "role": "登録者"},
    {"group": "総務課-確認", "department": "総務課", "role": "確認者"},
    {"group": "総務課-確認", "department": "企画課", "role": "確認者"},
]


_PLAIN = httpx2.Client(trust_env=False)
"""Another browser's worth of HTTP; one for all, because each would read the machine's certificates."""


@dataclass
class Town:
    """The service with the provider beside local accounts."""

    app: FastAPI
    engine: Engine
    double: Double

    def browser(self) -> TestClient:
        client = TestClient(self.app, base_url=HERE, follow_redirects=False, raise_server_exceptions=False)
        client.headers["Accept"] = "text/html"
        return client

    def go(self, client: TestClient, target: str = "/") -> str:
        """Over to the provider and back to the address it sends the browser to, which is not opened yet."""
        away = client.get("/login/provider", params={"next": target})
        assert away.status_code == 303, away.text
        answer = _PLAIN.get(away.headers["location"])
        assert answer.status_code == 303
        return answer.headers["location"]

    def sign_in(self, client: TestClient | None = None, target: str = "/") -> httpx2.Response:
        client = client or self.browser()
        return client.get(self.go(client, target))

    def reasons(self) -> list[str]:
        query = select(AuditEvent.detail).where(AuditEvent.event == AuditEventName.PROVIDER_REFUSED)
        with reading(self.engine) as session:
            assert verify(session).ok
            return [each["reason"] for each in session.scalars(query.order_by(AuditEvent.seq))]

    def held(self, login: str) -> tuple[set[str], set[str]]:
        """By hand and by claims, as 所属：役割 without the department's id."""
        with reading(self.engine) as session:
            held = held_by(session, find_account(session, login).id)
        return {role.value for _, role in held.by_hand}, {role.value for _, role in held.claimed}


@pytest.fixture(autouse=True)
def no_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses after a silence and between two looks at the keys are for load, not for what is right."""
    monkeypatch.setattr(provider_module, "REST_SECONDS", 0.0)
    monkeypatch.setattr(provider_module, "KEYS_REST_SECONDS", 0.0)


@pytest.fixture(scope="module")
def server() -> Iterator[Double]:
    with running_provider() as double:
        yield double


@pytest.fixture
def double(server: Double) -> Double:
    fresh = Double(issuer=server.issuer)
    server.__dict__.update(fresh.__dict__)
    return server


@pytest.fixture(scope="module", autouse=True)
def _closed_after() -> Iterator[None]:
    yield
    _PLAIN.close()


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One migrated database to copy: the migrations have tests of their own."""
    path = tmp_path_factory.mktemp("migrated") / "template.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def empty_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> str:
    """SQLite here, but for a test that says otherwise: most of these are about HTTP and tokens."""
    if getattr(request, "param", "sqlite") == "sqlite":
        shutil.copy(migrated, tmp_path / "access.sqlite3")
        return f"sqlite:///{tmp_path / 'access.sqlite3'}"
    url: str = request.getfixturevalue("postgres_server")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


def settings_for(url: str, folder: Path, double: Double, **values: Any) -> Settings:
    mapping = folder / "roles.yaml"
    if not mapping.exists():
        mapping.write_text(yaml.safe_dump(MAPPING, allow_unicode=True), "utf-8")
    return Settings.model_validate(
        {
            "data_dir": folder,
            "database_url": SecretStr(url),
            "public_url": HERE,
            "oidc_issuer": double.issuer,
            "oidc_client_id": CLIENT_ID,
            "oidc_client_secret": SecretStr(CLIENT_SECRET),
            "oidc_roles_file": mapping,
            "oidc_timeout_seconds": 10,
            **values,
        }
    )


@pytest.fixture
def town(engine: Engine, url: str, tmp_path: Path, double: Double) -> Iterator[Town]:
    yield from _town(engine, url, tmp_path, double)


@pytest.fixture
def hasty_town(engine: Engine, url: str, tmp_path: Path, double: Double) -> Iterator[Town]:
    """It waits one second for the provider."""
    yield from _town(engine, url, tmp_path, double, oidc_timeout_seconds=1)


def _town(engine: Engine, url: str, tmp_path: Path, double: Double, **values: Any) -> Iterator[Town]:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        find_or_create_department(session, "企画課")
        create_account(
            session,
            login="taro",
            display_name="太郎",
            password=PASSWORD,
            grants=[(place.id, Role.ADMINISTRATOR)],
            actor="test",
            must_change_password=False,
        )
    app = create_app(settings_for(url, tmp_path, double, **values))
    yield Town(app, engine, double)
    app.state.provider.close()
    app.state.engine.dispose()


# --- the way in


@pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
def test_a_person_signs_in_and_is_who_the_provider_says(town: Town) -> None:
    client = town.browser()
    answer = town.sign_in(client, "/meetings/new")
    assert (answer.status_code, answer.headers["location"]) == (303, "/meetings/new")
    me = client.get("/api/v1/me").json()
    assert (me["login"], me["display_name"]) == ("hanako", "東 花子")
    assert [(g["department"], g["role"]) for g in me["grants"]] == [("総務課", "登録者")]
    assert town.double.faults == []
    assert client.get("/me").status_code == 200 and "所属グループによる" in client.get("/me").text
    assert client.get("/password").status_code == 409


def test_the_browser_is_sent_with_everything_that_binds_the_answer_to_it(town: Town) -> None:
    client = town.browser()
    away = client.get("/login/provider")
    asked = parse_qs(urlsplit(away.headers["location"]).query)
    assert asked["code_challenge_method"] == ["S256"] and len(asked["code_challenge"][0]) == 43
    assert len(asked["state"][0]) >= 43 and len(asked["nonce"][0]) == 43
    assert asked["redirect_uri"] == [f"{HERE}/login/provider/callback"] and asked["scope"] == ["openid profile"]
    cookie = away.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie
    secret = client.cookies["gijiyoshi-provider"]
    with reading(town.engine) as session:
        stored = " ".join(str(tuple(row)) for row in session.execute(select(FederatedTry.__table__)))
    assert not any(value in stored for value in (secret, asked["state"][0], asked["nonce"][0]))
    assert not any(secret in value for values in asked.values() for value in values)


def test_two_windows_of_one_browser_sign_in_side_by_side(town: Town) -> None:
    client = town.browser()
    first, second = town.go(client, "/a"), town.go(client, "/b")
    assert client.get(second).headers["location"] == "/b"
    again = client.get(first)
    assert again.status_code in {303, 401}


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_it_leads_on_to_pages_of_this_service_only(town: Town, target: str) -> None:
    assert town.sign_in(target=target).headers["location"] == "/"


def test_other_ways_to_sign_a_token_are_understood(town: Town) -> None:
    town.double.key = ECKey.generate_key("P-256", {"kid": "ec"})
    assert town.sign_in().status_code == 303


# --- who it is


@pytest.mark.parametrize("empty_url", ["sqlite", "postgresql"], indirect=True)
def test_roles_are_those_of_today_and_what_a_person_was_given_by_hand_stays(town: Town) -> None:
    town.sign_in()
    with writing(town.engine) as session:
        account = find_account(session, "hanako")
        session.add(
            RoleGrant(
                account_id=account.id, department_id=find_or_create_department(session, "企画課").id, role="監査者"
            )
        )
    town.double.claims["groups"] = ["総務課-確認", "知らないグループ"]
    client = town.browser()
    town.sign_in(client)
    assert town.held("hanako") == ({"監査者"}, {"確認者"})
    grants = {(g["department"], g["role"]) for g in client.get("/api/v1/me").json()["grants"]}
    assert grants == {("総務課", "確認者"), ("企画課", "確認者"), ("企画課", "監査者")}
    query = select(AuditEvent.detail).where(AuditEvent.event == AuditEventName.ROLES_CLAIMED).order_by(AuditEvent.seq)
    with reading(town.engine) as session:
        last = session.scalars(query).all()[-1]
    assert last["before"] == ["総務課：登録者"] and last["after"] == ["企画課：確認者", "総務課：確認者"]


def test_a_person_who_lost_every_role_gets_a_page_and_no_session(town: Town) -> None:
    client = town.browser()
    town.sign_in(client)
    town.double.claims["groups"] = []
    other = town.browser()
    refused = town.sign_in(other)
    assert refused.status_code == 403 and "役割がありません" in refused.text and "hanako" in refused.text
    assert other.get("/").headers["location"].startswith("/login")
    assert town.held("hanako") == (set(), set())
    # A session of before opens nothing either: rights are read with every request.
    assert client.get("/meetings/new").status_code == 403
    assert town.reasons() == ["no role"]


def test_who_has_no_group_waits_for_a_role_from_an_administrator(town: Town) -> None:
    town.double.claims["groups"] = ["別のグループ"]
    assert town.sign_in().status_code == 403
    admin = town.browser()
    admin.post("/login", data={"login": "taro", "password": PASSWORD})
    listed = admin.get("/admin/people").text
    assert "東 花子" in listed and "役割なし" in listed
    with reading(town.engine) as session:
        account_id = find_account(session, "hanako").id
        place = session.scalars(select(RoleGrant.department_id)).one()
    data = {"display_name": "東 花子", "roles": [f"{place}:監査者"]}
    assert admin.post(f"/admin/people/{account_id}", data=data).status_code == 303
    client = town.browser()
    assert town.sign_in(client).status_code == 303 and client.get("/audit").status_code == 200
    assert admin.post(f"/admin/people/{account_id}/password").status_code == 409, "there is none to give anew"


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        ({"groups": "総務課-登録"}, {"登録者"}),
        ({"groups": ["総務課-登録", 3, None]}, {"登録者"}),
        ({"groups": None, "_claim_names": {"groups": "src1"}}, None),
    ],
)
def test_groups_come_in_several_shapes(town: Town, claims: dict[str, Any], roles: set[str] | None) -> None:
    town.double.claims |= claims
    answer = town.sign_in()
    if roles is None:
        assert answer.status_code == 403 and "多すぎる" in answer.text and town.reasons() == ["groups left out"]
    else:
        assert answer.status_code == 303 and town.held("hanako")[1] == roles


def test_claims_may_be_named_and_nested(engine: Engine, url: str, tmp_path: Path, double: Double) -> None:
    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    values = {
        "oidc_groups_claim": "realm_access.roles",
        "oidc_login_claim": "upn",
        "oidc_name_claim": "https://example/name",
    }
    app = create_app(settings_for(url, tmp_path, double, **values))
    double.claims = {
        "sub": "x",
        "upn": "Jiro@example.lg.jp",
        "https://example/name": "次郎",
        "realm_access": {"roles": ["総務課-登録"]},
    }
    town = Town(app, engine, double)
    assert town.sign_in().status_code == 303
    assert town.held("jiro@example.lg.jp")[1] == {"登録者"}
    app.state.provider.close()
    app.state.engine.dispose()


def test_the_account_is_found_by_subject_and_by_nothing_else(town: Town) -> None:
    town.sign_in()
    town.double.claims |= {"preferred_username": "moved", "name": "東 華子", "email": "other@example.lg.jp"}
    assert town.sign_in().status_code == 303
    with reading(town.engine) as session:
        assert [each.login for each in session.scalars(select(Account).order_by(Account.login))] == ["hanako", "taro"]
        assert find_account(session, "hanako").display_name == "東 華子"
    # The same login and address from another person at the provider is another person.
    town.double.claims |= {"sub": "sub-other", "preferred_username": "hanako", "email": "hanako@example.lg.jp"}
    refused = town.sign_in()
    assert refused.status_code == 403 and "別のアカウント" in refused.text and "sub-other" in refused.text


def test_a_local_account_is_not_taken_over_until_an_administrator_links_it(town: Town) -> None:
    town.double.claims["preferred_username"] = " TARO "
    refused = town.sign_in()
    assert refused.status_code == 403 and "sub-hanako" in refused.text
    assert town.reasons() == ["login taken"]
    with reading(town.engine) as session:
        account = find_account(session, "taro")
        assert session.scalars(select(FederatedIdentity)).all() == []
        assert session.scalars(select(ClaimedGrant)).all() == []
    admin = town.browser()
    assert admin.post("/login", data={"login": "taro", "password": PASSWORD}).status_code == 303
    linked = admin.post(f"/admin/people/{account.id}/link", data={"subject": "sub-hanako"})
    assert linked.status_code == 303, linked.text
    client = town.browser()
    assert town.sign_in(client).status_code == 303
    assert client.get("/api/v1/me").json()["login"] == "taro"
    assert town.browser().post("/login", data={"login": "taro", "password": PASSWORD}).status_code == 401
    assert town.held("taro") == ({"管理者"}, {"登録者"})


@pytest.mark.parametrize("name", ["", "日本", None, 7, "a" * 101, "-x"])
def test_a_login_that_cannot_be_one_makes_no_account(town: Town, name: Any) -> None:
    town.double.claims["preferred_username"] = name
    refused = town.sign_in()
    assert refused.status_code == 403 and "ログイン名が届きません" in refused.text
    with reading(town.engine) as session:
        assert session.scalars(select(FederatedIdentity)).all() == []


def test_a_stopped_account_stays_stopped(town: Town) -> None:
    town.sign_in()
    with writing(town.engine) as session:
        find_account(session, "hanako").active = False
    refused = town.sign_in()
    assert refused.status_code == 403 and "停止されています" in refused.text and town.reasons() == ["inactive"]
    query = select(AuditEvent.actor).where(AuditEvent.event == AuditEventName.PROVIDER_REFUSED)
    with reading(town.engine) as session:
        assert session.scalars(query).all() == ["hanako"]


# --- what proves nothing


def spoil(**values: Any) -> Any:
    return lambda claims: claims.update(values)


FAULTS = {
    "wrong nonce": ({"spoil": spoil(nonce="x")}, "claims: nonce"),
    "no nonce": ({"spoil": lambda claims: claims.pop("nonce")}, "claims: nonce"),
    "wrong issuer": ({"spoil": spoil(iss="https://evil.example")}, "claims: invalid_claim"),
    "wrong audience": ({"spoil": spoil(aud="another")}, "claims: invalid_claim"),
    "several audiences": ({"spoil": spoil(aud=[CLIENT_ID, "another"])}, "claims: azp"),
    "for another party": ({"spoil": spoil(azp="another")}, "claims: azp"),
    "expired": ({"spoil": spoil(exp=int(time.time()) - 3600)}, "claims: expired_token"),
    "no expiry": ({"spoil": lambda claims: claims.pop("exp")}, "claims: missing_claim"),
    "from the future": ({"spoil": spoil(iat=int(time.time()) + 3600)}, "claims: invalid_claim"),
    "no subject": ({"spoil": lambda claims: claims.pop("sub")}, "claims: missing_claim"),
    "odd subject": ({"spoil": spoil(sub="a\nb")}, "claims: sub"),
    "alg none": ({"sign": unsigned}, "signature"),
    "alg HS256": ({"sign": by_secret}, "signature"),
    "bad signature": ({"sign": by_stranger}, "signature: bad_signature"),
    "no token at all": ({"sign": lambda double, claims: "nonsense"}, "signature"),
}


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS)
def test_a_token_that_proves_nothing_opens_nothing(town: Town, fault: dict[str, Any], reason: str) -> None:
    for name, value in fault.items():
        setattr(town.double, name, value)
    client = town.browser()
    refused = town.sign_in(client)
    assert refused.status_code == 401 and "確かめられませんでした" in refused.text
    assert client.get("/").headers["location"].startswith("/login")
    assert len(town.reasons()) == 1 and town.reasons()[0].startswith(reason)
    with reading(town.engine) as session:
        assert session.scalars(select(FederatedIdentity)).all() == []
    # The same browser can still come in properly.
    town.double.spoil, town.double.sign = (lambda claims: None), None
    assert town.sign_in(client).status_code == 303


def test_a_clock_that_is_off_a_little_is_bearable(town: Town) -> None:
    town.double.spoil = lambda claims: claims.update(exp=int(time.time()) - 30, iat=int(time.time()) + 30)
    assert town.sign_in().status_code == 303


def test_an_answer_counts_once_and_in_the_browser_that_asked(town: Town) -> None:
    client = town.browser()
    location = town.go(client)
    stranger = town.browser()
    assert stranger.get(location).status_code == 401, "another browser has no secret"
    assert client.get(location).status_code == 401, "and the state is used up by that"
    location = town.go(client)
    assert client.get(location).status_code == 303
    assert client.get(location).status_code == 401, "replayed"
    begun = town.go(client)
    town.go(stranger)
    stranger_cookie = stranger.cookies["gijiyoshi-provider"]
    assert stranger_cookie != client.cookies["gijiyoshi-provider"]
    assert stranger.get(begun).status_code == 401, "a secret of its own is not the other's"
    assert all(each.startswith("state") for each in town.reasons()) and len(town.reasons()) == 4


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"state": "x"}, "state"),
        ({"code": "x"}, "token: invalid_grant"),
        ({"code": ""}, "code"),
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss: missing"),
        ({"error": "server_error"}, "error: server_error"),
        ({"error": "<script>"}, "error"),
    ],
)
def test_a_tampered_answer_is_refused(town: Town, change: dict[str, str | None], reason: str) -> None:
    client = town.browser()
    url = urlsplit(town.go(client))
    given = {name: values[0] for name, values in parse_qs(url.query).items()} | change
    refused = client.get(url.path, params={name: value for name, value in given.items() if value is not None})
    assert refused.status_code == 401 and town.reasons()[0].startswith(reason)
    assert "<script>" not in refused.text and "set-cookie" not in refused.headers


def test_who_gives_up_there_is_told_so(town: Town) -> None:
    town.double.error = "access_denied"
    refused = town.sign_in()
    assert refused.status_code == 403 and "取りやめられた" in refused.text


def test_after_ten_minutes_it_is_too_late(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    client = town.browser()
    location = town.go(client)
    with writing(town.engine) as session:
        begun = session.scalars(select(FederatedTry)).one()
        begun.expires_at = begun.expires_at.replace(year=2020)
    assert client.get(location).status_code == 401 and town.reasons() == ["state: unknown, used or too old"]


# --- the provider's own troubles


def test_new_keys_are_fetched_when_a_token_needs_them(town: Town) -> None:
    assert town.sign_in().status_code == 303
    town.double.key = ECKey.generate_key("P-256", {"kid": "k2"})
    town.double.asked.clear()
    assert town.sign_in().status_code == 303
    assert town.double.asked == ["authorize", "token", "keys"], "the description is remembered, the keys are asked anew"
    town.double.asked.clear()
    assert town.sign_in().status_code == 303
    assert town.double.asked == ["authorize", "token"]


def test_invented_key_ids_do_not_make_the_service_ask_again_and_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_module, "KEYS_REST_SECONDS", 60.0)
    assert town.sign_in().status_code == 303
    town.double.sign = by_stranger
    town.double.asked.clear()
    assert [town.sign_in().status_code for _ in range(3)] == [401, 401, 401]
    assert town.double.asked.count("keys") == 0


def local_sign_in_works(town: Town) -> None:
    client = town.browser()
    assert client.get("/login").status_code == 200
    assert client.post("/login", data={"login": "taro", "password": PASSWORD}).status_code == 303
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("trouble", ["slow", "broken", "another issuer", "no endpoint", "odd scheme", "redirect"])
def test_a_silent_provider_is_said_and_local_sign_in_goes_on(hasty_town: Town, trouble: str) -> None:
    match trouble:
        case "slow":
            hasty_town.double.seconds = 2.5
        case "broken":
            hasty_town.double.status = 500
        case "redirect":
            hasty_town.double.status = 302
        case "another issuer":
            hasty_town.double.discovery = {"issuer": "https://evil.example"}
        case "no endpoint":
            hasty_town.double.discovery = {"token_endpoint": None}
        case "odd scheme":
            hasty_town.double.discovery = {"token_endpoint": "ftp://127.0.0.1/token"}
    answer = hasty_town.browser().get("/login/provider")
    assert answer.status_code == 503 and "組織のアカウントのサーバーから応答がありません" in answer.text
    assert 'name="password"' in answer.text
    local_sign_in_works(hasty_town)
    hasty_town.double.seconds, hasty_town.double.status, hasty_town.double.discovery = 0.0, 200, {}
    assert hasty_town.sign_in().status_code == 303, "as soon as it answers again"


def test_a_provider_that_falls_silent_on_the_way_back(hasty_town: Town) -> None:
    client = hasty_town.browser()
    location = hasty_town.go(client)
    hasty_town.double.seconds = 2.5
    answer = client.get(location)
    assert answer.status_code == 503 and "応答がありません" in answer.text
    local_sign_in_works(hasty_town)


def test_while_it_is_silent_nobody_else_waits(hasty_town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(provider_module, "REST_SECONDS", 60.0)
    hasty_town.double.seconds = 2.5
    assert hasty_town.browser().get("/login/provider").status_code == 503
    hasty_town.double.asked.clear()
    assert [hasty_town.browser().get("/login/provider").status_code for _ in range(3)] == [503] * 3
    assert hasty_town.double.asked == []


def test_a_provider_that_is_down(engine: Engine, url: str, tmp_path: Path, double: Double) -> None:
    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    app = create_app(settings_for(url, tmp_path, double, oidc_issuer="http://127.0.0.1:9"))
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        assert client.get("/login/provider").status_code == 503
        assert client.get("/login").status_code == 200
        assert client.get("/livez").status_code == 200


def test_starting_over_and_over_is_stopped_for_that_address_only(
    engine: Engine, url: str, tmp_path: Path, double: Double
) -> None:
    for town in _town(engine, url, tmp_path, double, sign_in_attempts=1):
        client = town.browser()
        assert [client.get("/login/provider").status_code for _ in range(11)] == [303] * 10 + [429]
        elsewhere = TestClient(town.app, base_url=HERE, client=("192.0.2.7", 1), follow_redirects=False)
        assert elsewhere.get("/login/provider").status_code == 303


# --- out again


def test_signing_out_ends_here_and_leads_there(town: Town) -> None:
    client = town.browser()
    town.sign_in(client)
    cookie = client.cookies["gijiyoshi"]
    answer = client.post("/logout")
    onward = (
        f"{town.double.issuer}/end?client_id=gijiyoshi&amp;post_logout_redirect_uri=http%3A%2F%2Ftestserver%2Flogin"
    )
    assert (
        answer.status_code == 200 and f'content="1; url={onward}"' in answer.text and f'href="{onward}"' in answer.text
    )
    client.cookies.set("gijiyoshi", cookie)
    assert client.get("/").headers["location"].startswith("/login")


def test_a_local_session_ends_here_only(town: Town) -> None:
    client = town.browser()
    client.post("/login", data={"login": "taro", "password": PASSWORD})
    assert client.post("/logout").headers["location"] == "/login"


def test_where_the_provider_has_no_end_the_session_ends_all_the_same(town: Town) -> None:
    town.double.discovery = {"end_session_endpoint": None}
    client = town.browser()
    town.sign_in(client)
    assert client.post("/logout").headers["location"] == "/login"


# --- without passwords


def test_local_sign_in_can_be_shut_but_for_one_account(
    engine: Engine, url: str, tmp_path: Path, double: Double
) -> None:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        find_or_create_department(session, "企画課")
        for login in ("hijo", "taro"):
            create_account(
                session,
                login=login,
                display_name=login,
                password=PASSWORD,
                grants=[(place.id, Role.ADMINISTRATOR)],
                actor="test",
                must_change_password=False,
            )
    values = settings_for(url, tmp_path, double, local_sign_in=False, emergency_login="hijo")
    app = create_app(values)
    with TestClient(app, base_url=HERE, follow_redirects=False) as client:
        assert "非常用のアカウント" in client.get("/login").text
        refused = client.post("/login", data={"login": "taro", "password": PASSWORD})
        unknown = client.post("/login", data={"login": "nobody", "password": PASSWORD})
        assert refused.status_code == unknown.status_code == 401
        assert refused.text.replace("taro", "") == unknown.text.replace("nobody", "")
        assert client.post("/login", data={"login": "Hijo", "password": PASSWORD}).status_code == 303
    closed = create_app(settings_for(url, tmp_path, double, local_sign_in=False))
    with TestClient(closed, base_url=HERE, follow_redirects=False) as client:
        assert 'name="password"' not in client.get("/login").text
        assert client.post("/login", data={"login": "", "password": ""}).status_code == 401
        assert client.post("/login", data={"login": "hijo", "password": PASSWORD}).status_code == 401


# --- settings and the file of roles


@pytest.mark.parametrize(
    ("content", "complaints"),
    [
        ([{"group": "g", "department": "総務課", "role": "部長"}], ["「部長」", "1番目"]),
        ([MAPPING[0], {"group": "g", "department": "水道課", "role": "登録者"}], ["「水道課」", "2番目"]),
        (
            [{"group": "g", "department": "水道課", "role": "部長"}, {"group": "h"}],
            ["「水道課」", "「部長」", "2番目の項目：department", "role がない"],
        ),
        ([{"group": "g", "department": "総務課", "role": "登録者", "rolle": "x"}], ["「rolle」"]),
        ([{"group": 5, "department": "総務課", "role": "登録者"}], ["group がない"]),
        (["総務課"], ["項目の形"]),
        ({"group": "g"}, ["並びになっていません"]),
        ([], ["空か"]),
        ("[1: {", ["読めません"]),
        (b"\xff\xfe\x00", ["読めません"]),
        (None, ["読めません"]),
    ],
)
def test_a_faulty_file_of_roles_stops_the_start_and_names_the_fault(
    engine: Engine, url: str, tmp_path: Path, double: Double, content: Any, complaints: list[str]
) -> None:
    with writing(engine) as session:
        find_or_create_department(session, "総務課")
    path = tmp_path / "roles.yaml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif isinstance(content, str):
        path.write_text(content, "utf-8")
    elif content is not None:
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    missing = tmp_path / "none.yaml"
    with pytest.raises(InputError) as caught:
        create_app(settings_for(url, tmp_path, double, oidc_roles_file=path if content is not None else missing))
    told = str(caught.value) + "".join(f"{p.where}：{p.what}{p.remedy}" for p in caught.value.problems)
    assert all(complaint in told for complaint in complaints), told


def test_the_file_may_be_json_and_one_group_may_hold_several_roles(
    engine: Engine, url: str, tmp_path: Path, double: Double
) -> None:
    import json

    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    path = tmp_path / "roles.json"
    path.write_text(json.dumps(MAPPING), "utf-8")
    app = create_app(settings_for(url, tmp_path, double, oidc_roles_file=path))
    assert len(app.state.group_roles.of(["総務課-確認"])) == 2
    app.state.provider.close()
    app.state.engine.dispose()


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"oidc_issuer": "https://idp.example"}, "CLIENT_ID"),
        ({"local_sign_in": False}, "OIDC_ISSUER"),
        ({"oidc_issuer": "http://idp.example"}, "https"),
        ({"oidc_issuer": "http://127.0.0.1:1", "environment": "production"}, "https"),
        ({"oidc_scopes": "profile"}, "openid"),
        ({"oidc_client_secret_file": "x"}, "両方"),
        ({"oidc_roles_file": None}, "ROLES_FILE"),
        ({"public_url": None}, "PUBLIC_URL"),
    ],
)
def test_settings_that_do_not_fit_do_not_start(values: dict[str, Any], complaint: str) -> None:
    whole = {
        "oidc_issuer": "https://idp.example",
        "oidc_client_id": "g",
        "oidc_client_secret": "geheim",
        "oidc_roles_file": "roles.yaml",
        "public_url": "https://gijiyoshi.example",
        "secure_cookies": True,
    }
    given = (
        values
        if set(values) <= {"local_sign_in"} or values == {"oidc_issuer": "https://idp.example"}
        else whole | values
    )
    with pytest.raises(ValueError, match=complaint) as caught:
        Settings.model_validate(given)
    assert "geheim" not in str(caught.value)


def test_the_secret_may_be_in_a_file(engine: Engine, url: str, tmp_path: Path, double: Double) -> None:
    with writing(engine) as session:
        for name in ("総務課", "企画課"):
            find_or_create_department(session, name)
    secret = tmp_path / "secret"
    secret.write_text(CLIENT_SECRET + "\n", "utf-8")
    values = {"oidc_client_secret": None, "oidc_client_secret_file": secret}
    app = create_app(settings_for(url, tmp_path, double, **values))
    assert Town(app, engine, double).sign_in().status_code == 303
    app.state.provider.close()
    app.state.engine.dispose()
    secret.write_text("", "utf-8")
    with pytest.raises(ValueError, match="OIDC_CLIENT_SECRET_FILE"):
        settings_for(url, tmp_path, double, **values)


def test_without_a_provider_there_is_no_way_there(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    migrate(settings.database())
    engine = make_engine(settings.database())
    with TestClient(create_app(settings), follow_redirects=False) as client:
        assert client.get("/login/provider").status_code == 404
        assert client.get("/login/provider/callback").status_code == 404
        assert "/login/provider" not in client.get("/login").text
    engine.dispose()
