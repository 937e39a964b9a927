"""A token or an answer that proves nothing opens nothing, and a provider in trouble keeps nobody from the local sign-in."""

import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import ECKey
from sqlalchemy import Engine, select

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from provider_double import CLIENT_ID, Double, by_secret, by_stranger, unsigned
from provider_town import HERE, PASSWORD, Town, running_town, settings_for

from service.app import create_app
from service.auth.accounts import find_or_create_department
from service.auth.oidc import provider as provider_module
from service.db.account_tables import FederatedIdentity, FederatedTry
from service.db.engine import reading, writing


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
    for town in running_town(engine, url, tmp_path, double, sign_in_attempts=1):
        client = town.browser()
        assert [client.get("/login/provider").status_code for _ in range(11)] == [303] * 10 + [429]
        elsewhere = TestClient(town.app, base_url=HERE, client=("192.0.2.7", 1), follow_redirects=False)
        assert elsewhere.get("/login/provider").status_code == 303
