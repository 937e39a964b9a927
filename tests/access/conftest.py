"""Every test here that asks for ``engine`` runs on SQLite and on PostgreSQL, migrated as in production."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, text

from service.auth import secrets
from service.db.engine import make_engine
from service.db.migrate import migrate


@pytest.fixture(autouse=True)
def cheap_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with less work: these tests make hundreds of hashes. ``full_cost`` marks the exception."""
    if "full_cost" not in request.fixturenames:
        monkeypatch.setattr(secrets, "PASSWORD_COST", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        secrets._dummy_hash.cache_clear()


@pytest.fixture
def full_cost() -> PasswordHasher:
    """The hasher that production uses."""
    return secrets.PASSWORD_COST


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("postgres_server", Path(__file__).parents[1] / "postgres_server.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'access.sqlite3'}"
    url: str = request.getfixturevalue("postgres_server")
    engine = make_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return url


@pytest.fixture
def url(empty_url: str) -> str:
    migrate(empty_url)
    return empty_url


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    yield made
    made.dispose()
