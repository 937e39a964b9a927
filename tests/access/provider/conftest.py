"""A town with its identity provider, and databases that are copied instead of migrated."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from provider_double import Double, running_provider
from provider_town import PLAIN, Town, running_town

from service.auth.oidc import provider as provider_module
from service.db.engine import make_engine
from service.db.migrate import migrate


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


@pytest.fixture(scope="session", autouse=True)
def _closed_after() -> Iterator[None]:
    yield
    PLAIN.close()


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


@pytest.fixture
def town(engine: Engine, url: str, tmp_path: Path, double: Double) -> Iterator[Town]:
    yield from running_town(engine, url, tmp_path, double)


@pytest.fixture
def hasty_town(engine: Engine, url: str, tmp_path: Path, double: Double) -> Iterator[Town]:
    """It waits one second for the provider."""
    yield from running_town(engine, url, tmp_path, double, oidc_timeout_seconds=1)
