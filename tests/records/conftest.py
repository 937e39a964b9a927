"""The builders are plain modules beside the tests, those of drafting and of the API; importlib mode needs them named."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from service.app import create_app
from service.db.migrate import migrate
from service.settings import Settings

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "drafting"), str(HERE.parent / "api")]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One that commands reach by its settings."""
    from api_office import UPLOAD_MAX, make_office

    folder = tmp_path_factory.mktemp("office")
    url = f"sqlite:///{folder / 'records.sqlite3'}"
    migrate(url)
    app = create_app(Settings(data_dir=folder, database_url=SecretStr(url), upload_max_bytes=UPLOAD_MAX))
    made = make_office(app)
    yield made
    for client in made.clients.values():
        client.close()
    app.state.engine.dispose()
