"""自分の設定: what people see of their own sign-ins and tokens, and how they end them."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from service.audit import AuditEventName
from service.auth.sessions import session_principal
from service.auth.tokens import create_token
from service.db.account_tables import ApiToken, SignIn
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import AuditEvent

EDGE = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 "
    "Edg/140.0.0.0"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 "
    "Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(site, login, agent):
    client = site.client()
    client.headers["User-Agent"] = agent
    answer = client.post("/login", data={"login": login, "password": site.logins[login]})
    assert answer.status_code == 303
    return client


def ends(page):
    return re.findall(r'action="(/me/sessions/[^"]+/end)"', page.text)


def test_each_sign_in_is_told_by_its_browser_and_network_and_can_be_ended(site):
    here, phone, other = (signed_in(site, "tanaka", agent) for agent in (EDGE, IPHONE, FIREFOX))
    page = here.get("/me")
    assert all(words in page.text for words in ("Windows の Edge", "iPhone の Safari", "Linux の Firefox"))
    assert page.text.count("この端末") == 1 and "Mozilla" not in page.text
    assert len(ends(page)) == 2, "the present one is ended by signing out"
    answer = here.post(ends(page)[0])
    assert (answer.status_code, answer.headers["location"]) == (303, "/me#sessions")
    assert sorted(c.get("/").status_code for c in (phone, other)) == [200, 303]
    assert here.post("/me/sessions/end").status_code == 303
    assert [c.get("/").status_code for c in (here, phone, other)] == [200, 303, 303]
    assert ends(here.get("/me")) == []


def test_nobody_ends_another_persons_session_or_token(site):
    mine, theirs = site.client("tanaka"), site.client("suzuki")
    with writing(site.engine) as session:
        _, row = create_token(session, login="suzuki", name="x", scopes=["read"], actor="suzuki")
        other = session.scalars(select(SignIn.id).order_by(SignIn.id.desc())).first()
    assert mine.post(f"/me/sessions/{other}/end").status_code == 404
    assert mine.post(f"/me/tokens/{row.id}/revoke").status_code == 404
    assert theirs.get("/").status_code == 200
    with reading(site.engine) as session:
        assert session.get_one(ApiToken, row.id).revoked_at is None


def test_a_session_that_is_left_alone_ends_before_its_hours(site):
    client = site.client("tanaka")
    idle = timedelta(minutes=site.app.state.settings.session_idle_minutes)

    def used(ago):
        with writing(site.engine) as session:
            session.execute(update(SignIn).values(last_used_at=now() - ago))

    used(idle - timedelta(minutes=1))
    assert client.get("/").status_code == 200
    with reading(site.engine) as session:
        assert now() - session.scalars(select(SignIn.last_used_at)).one() < timedelta(minutes=1), "a use counts anew"
    used(idle)
    assert client.get("/").headers["location"].startswith("/login")
    assert "サインインが終わりました" in client.get("/login").text
    assert "サインインが終わりました" not in site.client().get("/login").text
    assert client.get("/api/v1/me").status_code == 401
    with reading(site.engine) as session:
        token = client.cookies["gijiyoshi"]
        assert session_principal(session, token) is not None, "only the idleness ended it"
        assert session_principal(session, token, idle=idle) is None


def test_changing_the_password_ends_the_other_sessions_and_keeps_this_one(site):
    here, other = site.client("tanaka"), site.client("tanaka")
    new = "Sakura-no-shita-9"
    here.post("/password", data={"current": site.logins["tanaka"], "new": new, "again": new})
    assert here.get("/").status_code == 200 and other.get("/").headers["location"].startswith("/login")


def make(client, **data):
    return client.post("/me/tokens", data={"name": "控えの保存", "scopes": ["read", "write"], "days": "90"} | data)


def test_a_token_is_shown_once_works_and_is_revoked(site):
    client = site.client("tanaka")
    made = make(client)
    token = re.search(r"<code>(gjy_[^<]+)</code>", made.text).group(1)
    assert made.status_code == 200 and "二度と表示できません" in made.text
    page = client.get("/me")
    assert token not in page.text and "控えの保存" in page.text and "閲覧・登録と修正" in page.text
    assert "まだ使われていません" in page.text
    program = site.client()
    assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json()["scopes"] == ["read", "write"]
    assert "まだ使われていません" not in client.get("/me").text
    revoke = re.search(r'action="(/me/tokens/[^"]+/revoke)"', page.text).group(1)
    assert client.post(revoke).headers["location"] == "/me#tokens"
    assert program.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert "控えの保存" not in client.get("/me").text
    with reading(site.engine) as session:
        events = list(session.scalars(select(AuditEvent.event).where(AuditEvent.actor == "tanaka")))
        row = session.scalars(select(ApiToken)).one()
    assert events[-2:] == [AuditEventName.TOKEN_CREATED, AuditEventName.TOKEN_REVOKED]
    assert row.expires_at is not None and timedelta(days=89) < row.expires_at - now() <= timedelta(days=90)


@pytest.mark.parametrize(
    ("data", "complaints"),
    [
        ({"name": " "}, ["用途がない"]),
        ({"name": "x" * 101}, ["長すぎます"]),
        ({"scopes": []}, ["選ばれていません"]),
        ({"scopes": ["administer"]}, ["選ばれていません"]),
        ({"days": "99999"}, ["有効期間"]),
        ({"name": "", "scopes": [], "days": "1"}, ["用途がない", "選ばれていません", "有効期間"]),
    ],
)
def test_a_refused_token_keeps_what_was_typed_and_says_every_fault(site, data, complaints):
    client = site.client("tanaka")
    answer = make(client, **data)
    assert answer.status_code == 422 and all(each in answer.text for each in complaints)
    assert "<details" in answer.text and " open>" in answer.text
    if "name" not in data:
        assert 'value="控えの保存"' in answer.text
    with reading(site.engine) as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_what_it_is_signed_in_with_is_told(site):
    page = site.client("futari").get("/me")
    assert "情報政策課：登録者" in page.text and "情報政策課：承認者" in page.text
    assert "ログイン名とパスワード" in page.text and 'href="/password"' in page.text
