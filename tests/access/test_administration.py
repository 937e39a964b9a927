"""What administrators see and undo, against both databases: the queries behind their pages."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine

from service.auth import Principal, Role
from service.auth.accounts import create_account, find_account, find_or_create_department, principal_of
from service.auth.administration import held_by, visible_account, visible_accounts
from service.auth.sessions import end_sessions, note_use, open_sessions, session_principal, start_session
from service.auth.throttle import SignInThrottle, failures, forgive
from service.db.account_tables import Account, ClaimedGrant
from service.db.base import now
from service.db.engine import reading, writing
from service.errors import Forbidden, NotFound, TooMany

PASSWORD = "ただしい-correct-horse"


@pytest.fixture
def admin(engine: Engine) -> Principal:
    """管理者 of 総務課; ``by_claim`` has a role there from the identity provider only, ``away`` works in 福祉課."""
    with writing(engine) as session:
        here, there = (find_or_create_department(session, name).id for name in ("総務課", "福祉課"))

        def person(login: str, *grants: tuple[str, Role]) -> Account:
            return create_account(
                session, login=login, display_name=f"{login} 100%", password=PASSWORD, grants=grants, actor="test"
            )

        made = person("admin", (here, Role.ADMINISTRATOR))
        person("away", (there, Role.CHECKER))
        person("both", (here, Role.CHECKER), (there, Role.CHECKER))
        person("nowhere")
        claimed = person("by_claim")
        session.add(ClaimedGrant(account_id=claimed.id, department_id=here, role="登録者"))
        session.flush()
        return principal_of(session, made)


def test_who_is_seen(engine: Engine, admin: Principal) -> None:
    with reading(engine) as session:
        assert [each.login for each in visible_accounts(session, admin)] == ["admin", "both", "by_claim", "nowhere"]
        assert [each.login for each in visible_accounts(session, admin, q="BY_")] == ["by_claim"]
        assert [each.login for each in visible_accounts(session, admin, q="0%")] == [
            "admin",
            "both",
            "by_claim",
            "nowhere",
        ]
        assert visible_accounts(session, admin, q="_%\x00") == ()
        assert [each.login for each in visible_accounts(session, admin, after="both", limit=1)] == ["by_claim"]
        assert held_by(session, find_account(session, "by_claim").id).by_hand == frozenset()
        for login in ("away", "\x00"):
            with pytest.raises(NotFound):
                visible_account(session, admin, find_account(session, login).id if login == "away" else login)
        with pytest.raises(Forbidden):
            visible_accounts(session, principal_of(session, find_account(session, "both")))


def test_failed_tries_belong_to_the_account_and_can_be_forgiven(engine: Engine, admin: Principal) -> None:
    throttle = SignInThrottle(engine, 2)
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        throttle.count(" BOTH ", address)
    throttle.count("nobody-known", "192.0.2.1")
    with pytest.raises(TooMany):
        throttle.count("both", "192.0.2.1")
    with writing(engine) as session:
        both = find_account(session, "both").id
        assert failures(session, both) == 2 and failures(session, admin.account_id) == 0
        assert failures(session, both, at=now() + timedelta(minutes=16)) == 0
        assert forgive(session, both) == 3
    throttle.count("both", "192.0.2.1")


def test_sessions_are_listed_by_their_last_use_until_they_end(engine: Engine, admin: Principal) -> None:
    idle = timedelta(minutes=30)
    with writing(engine) as session:
        account = find_account(session, "both")
        first = start_session(session, account, hours=1, address="192.0.2.*", browser="Windows の Edge")
        second = start_session(session, account, hours=1)
    later = now() + timedelta(minutes=20)
    note_use(engine, first, at=later)
    with reading(engine) as session:
        listed = open_sessions(session, account.id, idle=idle, at=later)
        assert [each.browser for each in listed] == ["Windows の Edge", ""]
        beyond = later + timedelta(minutes=15)
        assert [each.browser for each in open_sessions(session, account.id, idle=idle, at=beyond)] == [
            "Windows の Edge"
        ]
        assert session_principal(session, second, idle=idle, at=beyond) is None
        assert session_principal(session, first, idle=idle, at=beyond) is not None
        assert session_principal(session, first, idle=idle, at=beyond + timedelta(hours=1)) is None
    with writing(engine) as session:
        assert end_sessions(session, account.id, actor="admin") == 2
        assert end_sessions(session, account.id, actor="admin") == 0
    with reading(engine) as session:
        assert open_sessions(session, account.id, idle=None) == ()
