"""The real application over HTTP, on SQLite and on PostgreSQL, with accounts of its own for every test."""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import Engine, text

from service.app import create_app
from service.db.engine import make_engine
from service.db.migrate import migrate
from service.settings import Settings

sys.path.insert(0, str(Path(__file__).parent))

from api_office import UPLOAD_MAX, Office, make_office


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    spec = spec_from_file_location("postgres_server", Path(__file__).parents[1] / "postgres_server.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.postgres_url() as url:
        yield url


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    folder = tmp_path_factory.mktemp("api")
    if request.param == "sqlite":
        url = f"sqlite:///{folder / 'api.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
        engine = make_engine(url)
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        engine.dispose()
    migrate(url)
    settings = Settings(data_dir=folder, database_url=SecretStr(url), upload_max_bytes=UPLOAD_MAX)
    made = create_app(settings)
    yield made
    made.state.engine.dispose()


@pytest.fixture
def engine(app: FastAPI) -> Engine:
    engine: Engine = app.state.engine
    return engine


@pytest.fixture
def office(app: FastAPI) -> Iterator[Office]:
    made = make_office(app)
    yield made
    for client in made.clients.values():
        client.close()


@pytest.fixture
def other_office(app: FastAPI) -> Iterator[Office]:
    made = make_office(app)
    yield made
    for client in made.clients.values():
        client.close()
