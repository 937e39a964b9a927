"""Tries to sign in as two API processes count them: two engines on one database."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from service.auth.throttle import WINDOW_MINUTES, SignInThrottle
from service.db.account_tables import SignInTry
from service.db.base import now
from service.db.engine import make_engine, reading
from service.errors import TooMany

HERE = "192.0.2.1"


@pytest.fixture
def other_engine(engine: Engine, url: str) -> Iterator[Engine]:
    made = make_engine(url)
    yield made
    made.dispose()


def rows(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return list(session.scalars(select(SignInTry.key)))


def passes(throttle: SignInThrottle, login: str, address: str = HERE) -> bool:
    try:
        throttle.count(login, address)
    except TooMany:
        return False
    return True


def test_two_processes_share_one_count(engine: Engine, other_engine: Engine) -> None:
    first, second = SignInThrottle(engine, 3), SignInThrottle(other_engine, 3)
    assert [passes(t, "hanako") for t in (first, second, first, second, first)] == [True, True, True, False, False]
    assert passes(second, "ichiro") and passes(second, "hanako", "192.0.2.2")
    second.forget("hanako", HERE)
    assert passes(first, " HANAKO ")


def test_tries_at_once_are_not_more_than_allowed(engine: Engine, other_engine: Engine) -> None:
    throttles = (SignInThrottle(engine, 5), SignInThrottle(other_engine, 5))
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: passes(throttles[n % 2], "hanako"), range(24)))
    assert results.count(True) == 5


def test_the_window_moves_and_says_how_long_to_wait(engine: Engine, other_engine: Engine) -> None:
    throttle = SignInThrottle(engine, 2)
    began = now()
    throttle.count("hanako", HERE, at=began)
    throttle.count("hanako", HERE, at=began + timedelta(minutes=5))
    with pytest.raises(TooMany) as caught:
        throttle.count("hanako", HERE, at=began + timedelta(minutes=6))
    wait = caught.value.retry_after
    assert wait is not None and abs(wait - 9 * 60) <= 1
    later = began + timedelta(minutes=6, seconds=wait)
    SignInThrottle(other_engine, 2).count("hanako", HERE, at=later)
    with pytest.raises(TooMany):
        throttle.count("hanako", HERE, at=later)


def test_what_is_over_leaves_no_row_and_no_row_holds_a_name(engine: Engine) -> None:
    throttle = SignInThrottle(engine, 2)
    began = now()
    for login in ("hanako", "password-in-the-wrong-field", "\udcff", "x" * 100_000, "a\0b"):
        throttle.count(login, HERE, at=began)
    assert len(set(rows(engine))) == 5 and all(len(key) == 64 for key in rows(engine))
    throttle.count("ichiro", HERE, at=began + timedelta(minutes=WINDOW_MINUTES))
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(SignInTry)) == 1


def test_a_login_cannot_pose_as_another_key(engine: Engine) -> None:
    throttle = SignInThrottle(engine, 1)
    assert passes(throttle, "a:1", "2") and passes(throttle, "a", "1:2")
    assert not passes(throttle, "a", "1:2")
