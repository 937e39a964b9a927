"""Accounts, sessions and tokens against a real database: what opens, what stays shut, and when it ends."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select

from minutes.errors import InputError
from service.audit import AuditEventName, verify
from service.auth import Action, Role, secrets
from service.auth.accounts import (
    FirstAccount,
    authenticate,
    change_password,
    create_account,
    find_account,
    find_or_create_department,
    first_start,
    principal_of,
    reset_password,
)
from service.auth.administration import change_account
from service.auth.browser import UNKNOWN, browser_in_words, network_of
from service.auth.sessions import end_session, session_principal, start_session
from service.auth.tokens import PREFIX, create_token, revoke_token, token_principal
from service.db.account_tables import Account, ApiToken, Department, RoleGrant, SignIn
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import AuditEvent
from service.errors import Conflict, NotFound, Unauthenticated

PASSWORD = "ただしい-correct-horse"
NEW = "あたらしい-battery-staple"


@pytest.fixture
def account(engine: Engine) -> Account:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        return create_account(
            session,
            login="hanako",
            display_name="花子",
            password=PASSWORD,
            grants=[(place.id, Role.REGISTRAR), (place.id, Role.APPROVER)],
            actor="test",
            must_change_password=False,
        )


def events(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert verify(session).ok
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def test_first_start_makes_one_account_per_role_once(engine: Engine) -> None:
    made = first_start(engine)
    assert [(a.role.value, a.login) for a in made] == [
        ("登録者", "toroku"),
        ("確認者", "kakunin"),
        ("承認者", "shonin"),
        ("監査者", "kansa"),
        ("管理者", "kanri"),
    ]
    assert len({a.password for a in made}) == 5
    assert first_start(engine) == []
    signed_in = authenticate(engine, made[2].login, made[2].password)
    assert signed_in.must_change_password
    with reading(engine) as session:
        assert session.scalars(select(Department.name)).all() == ["総務課"]
        department = session.scalars(select(Department.id)).one()
        assert principal_of(session, signed_in).grants == {(department, Role.APPROVER)}


def test_two_first_starts_at_once_make_one_set_of_accounts(engine: Engine) -> None:
    results: list[list[FirstAccount]] = []
    threads = [threading.Thread(target=lambda: results.append(first_start(engine))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(len(r) for r in results) == [0, 0, 5]


def test_no_secret_is_stored(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        cookie = start_session(session, account, hours=1)
        token, _ = create_token(session, login="hanako", name="連携", scopes=["read"], actor="test")
    with reading(engine) as session:
        stored = [
            str(value)
            for table in (Account, SignIn, ApiToken, AuditEvent, RoleGrant)
            for row in session.execute(select(table.__table__))
            for value in row
        ]
    text = "\n".join(stored)
    assert "$argon2id$" in text
    assert all(secret not in text for secret in (PASSWORD, cookie, token, token.removeprefix(PREFIX)))
    assert len(cookie) >= 43 and token.startswith("gjy_") and len(token) >= 47


@pytest.mark.parametrize("login", ["hanako", "HANAKO", " ｈａｎａｋｏ "])
def test_sign_in_with_the_login_as_people_type_it(engine: Engine, account: Account, login: str) -> None:
    assert authenticate(engine, login, PASSWORD).id == account.id


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("hanako", "wrong"),
        ("hanako", ""),
        ("nobody", PASSWORD),
        ("", ""),
        ("hanako", "x" * 100_000),
        ("hanako", "\udcff"),
        ("\udcff", "x"),
        ("han\0ako", "x"),
    ],
)
def test_every_failure_says_the_same(engine: Engine, account: Account, login: str, password: str) -> None:
    with pytest.raises(Unauthenticated, match="ログイン名かパスワードが違います") as caught:
        authenticate(engine, login, password)
    assert caught.value.problems[0].where == ""
    assert events(engine)[-1] == AuditEventName.SIGN_IN_FAILED


def test_stored_passwords_are_argon2id_at_full_cost(full_cost: PasswordHasher) -> None:
    stored = secrets.hash_password(PASSWORD)
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert secrets.password_fits(stored, PASSWORD) and not secrets.password_fits(stored, PASSWORD + " ")
    assert not secrets.password_fits("not a hash", PASSWORD)


def test_a_weaker_hash_is_made_stronger_at_the_next_sign_in(
    engine: Engine, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "PASSWORD_COST", PasswordHasher(time_cost=2, memory_cost=128, parallelism=1))
    authenticate(engine, "hanako", PASSWORD)
    with reading(engine) as session:
        assert "m=128,t=2" in session.get_one(Account, account.id).password_hash
    assert authenticate(engine, "hanako", PASSWORD).id == account.id


def test_an_unknown_login_is_not_written_down(engine: Engine, account: Account) -> None:
    with pytest.raises(Unauthenticated):
        authenticate(engine, "my-secret-password", "x")
    with reading(engine) as session:
        rows = [str(tuple(row)) for row in session.execute(select(AuditEvent.__table__))]
    assert not any("my-secret-password" in row for row in rows)


def test_an_inactive_account_has_no_way_in(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        cookie = start_session(session, account, hours=1)
        token, _ = create_token(session, login="hanako", name="連携", scopes=["read"], actor="test")
        session.get_one(Account, account.id).active = False
    with pytest.raises(Unauthenticated):
        authenticate(engine, "hanako", PASSWORD)
    with reading(engine) as session:
        assert session_principal(session, cookie) is None
        assert token_principal(session, token) is None


def test_sessions_expire_and_end(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        first = start_session(session, account, hours=1)
        second = start_session(session, account, hours=1)
    with reading(engine) as session:
        assert session_principal(session, first) is not None
        assert session_principal(session, first, at=now() + timedelta(minutes=59)) is not None
        assert session_principal(session, first, at=now() + timedelta(minutes=61)) is None
        assert session_principal(session, first + "x") is None
        assert session_principal(session, "") is None
    with writing(engine) as session:
        end_session(session, first)
        end_session(session, first)
        end_session(session, "unknown")
    with reading(engine) as session:
        assert session_principal(session, first) is None
        assert session_principal(session, second) is not None
    assert events(engine).count(AuditEventName.SIGNED_OUT) == 1


def test_a_withdrawn_role_ends_at_once(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        cookie = start_session(session, account, hours=1)
    with reading(engine) as session:
        before = session_principal(session, cookie)
    assert before is not None and before.departments(Action.approve)
    with writing(engine) as session:
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.role == "承認者")):
            session.delete(grant)
    with reading(engine) as session:
        after = session_principal(session, cookie)
    assert after is not None and not after.departments(Action.approve) and after.departments(Action.read)


def test_changing_the_password_ends_every_session(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        cookie = start_session(session, account, hours=1)
    change_password(engine, account.id, current=PASSWORD, new=NEW)
    with reading(engine) as session:
        assert session_principal(session, cookie) is None
    assert authenticate(engine, "hanako", NEW).id == account.id
    with pytest.raises(Unauthenticated):
        authenticate(engine, "hanako", PASSWORD)
    assert AuditEventName.PASSWORD_CHANGED in events(engine)


@pytest.mark.parametrize(
    ("current", "new", "error"),
    [
        ("wrong", NEW, Unauthenticated),
        (PASSWORD, "short", InputError),
        (PASSWORD, "x" * 201, InputError),
        (PASSWORD, "aaaaaaaaaaaaaaaa", InputError),
        (PASSWORD, "hanako-2026-04-01", InputError),
        (PASSWORD, PASSWORD, InputError),
    ],
)
def test_unfit_changes_leave_the_password(
    engine: Engine, account: Account, current: str, new: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        change_password(engine, account.id, current=current, new=new)
    assert authenticate(engine, "hanako", PASSWORD).id == account.id


def test_a_reset_gives_a_one_time_password(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        cookie = start_session(session, account, hours=1)
        fresh = reset_password(session, "hanako", actor="test")
    assert authenticate(engine, "hanako", fresh).must_change_password
    with reading(engine) as session:
        assert session_principal(session, cookie) is None


@pytest.mark.parametrize("login", ["", "日本", "a b", "-a", "a" * 101, "a/b", "a\n"])
def test_logins_with_other_characters_are_refused(engine: Engine, login: str) -> None:
    if login == "a\n":  # surrounding blanks are taken away, so this one is fine
        with writing(engine) as session:
            assert make(session, login).login == "a"
        return
    with pytest.raises(InputError) as caught, writing(engine) as session:
        make(session, login)
    assert caught.value.where == "login"


def test_a_login_is_taken_once(engine: Engine, account: Account) -> None:
    with pytest.raises(Conflict), writing(engine) as session:
        make(session, "Ｈanako")


def test_two_administrators_do_not_remove_each_other_at_once(engine: Engine) -> None:
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課").id
        for login in ("one", "two"):
            create_account(
                session,
                login=login,
                display_name=login,
                password=PASSWORD,
                grants=[(place, Role.ADMINISTRATOR)],
                actor="test",
            )
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def remove(actor: str, target: str) -> None:
        with reading(engine) as session:
            who = principal_of(session, find_account(session, actor))
            account_id = find_account(session, target).id
        both.wait()
        try:
            with writing(engine) as session:
                change_account(session, who, account_id, display_name=target, grants=[])
            outcomes.append("removed")
        except Conflict:
            outcomes.append("kept")

    threads = [threading.Thread(target=remove, args=pair) for pair in (("one", "two"), ("two", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "removed"]
    with reading(engine) as session:
        assert len(session.scalars(select(RoleGrant).where(RoleGrant.role == "管理者")).all()) == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
            "Windows の Chrome",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/19.0 Safari/605", "Mac の Safari"),
        ("Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Android の Chrome"),
        ("curl/8.0", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_told_in_words(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.*"),
        ("::ffff:192.0.2.77", "192.0.2.*"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("testclient", ""),
        ("", ""),
    ],
)
def test_of_an_address_only_the_network_is_kept(address: str, network: str) -> None:
    assert network_of(address) == network


def make(session: Any, login: str) -> Account:
    return create_account(session, login=login, display_name="", password=PASSWORD, grants=[], actor="test")


def test_tokens_expire_and_are_revoked(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        short, _ = create_token(
            session, login="hanako", name="短い", scopes=["read"], actor="t", expires_at=now() + timedelta(hours=1)
        )
        lasting, row = create_token(session, login="hanako", name="長い", scopes=["write", "read"], actor="t")
    with reading(engine) as session:
        assert token_principal(session, short) is not None
        assert token_principal(session, short, at=now() + timedelta(hours=2)) is None
        assert token_principal(session, lasting, at=now() + timedelta(days=4000)) is not None
        assert token_principal(session, lasting[:-1]) is None
        assert token_principal(session, "gjy_") is None
    with writing(engine) as session:
        revoke_token(session, row.id, actor="t")
        revoke_token(session, row.id, actor="t")
    with reading(engine) as session:
        assert token_principal(session, lasting) is None
        assert token_principal(session, short) is not None
    assert events(engine).count(AuditEventName.TOKEN_REVOKED) == 1


def test_approving_needs_its_scope_and_the_role(engine: Engine, account: Account) -> None:
    with writing(engine) as session:
        plain, _ = create_token(session, login="hanako", name="a", scopes=["read", "write"], actor="t")
        approving, _ = create_token(session, login="hanako", name="b", scopes=["approve"], actor="t")
    with reading(engine) as session:
        department = session.scalars(select(Department.id)).one()
        refused, allowed = token_principal(session, plain), token_principal(session, approving)
    assert refused is not None and allowed is not None
    assert not refused.may(Action.approve, department) and refused.may(Action.upload, department)
    assert allowed.may(Action.approve, department) and not allowed.may(Action.upload, department)
    assert not allowed.may(Action.audit, department)


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "everything"]])
def test_unknown_scopes_are_refused(engine: Engine, account: Account, scopes: list[str]) -> None:
    with pytest.raises(InputError), writing(engine) as session:
        create_token(session, login="hanako", name="x", scopes=scopes, actor="t")
    with reading(engine) as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_a_token_needs_an_account_and_a_future(engine: Engine, account: Account) -> None:
    with pytest.raises(NotFound), writing(engine) as session:
        create_token(session, login="nobody", name="x", scopes=["read"], actor="t")
    with pytest.raises(InputError), writing(engine) as session:
        create_token(session, login="hanako", name="x", scopes=["read"], actor="t", expires_at=now())
    with pytest.raises(NotFound), writing(engine) as session:
        revoke_token(session, "nothing", actor="t")
