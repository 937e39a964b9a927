"""Who signs in at the identity provider is who it says, with the roles of today, and signs out there too."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import ECKey
from sqlalchemy import Engine, select

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from provider_double import Double
from provider_town import HERE, PASSWORD, Town, settings_for

from service.app import create_app
from service.audit import AuditEventName
from service.auth.accounts import find_account, find_or_create_department
from service.db.account_tables import Account, ClaimedGrant, FederatedIdentity, FederatedTry, RoleGrant
from service.db.engine import reading, writing
from service.db.tables import AuditEvent


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
