"""The guide for those who write a connector: its example is run, against a real server."""

import base64
import json
import re
import threading
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cheroot import wsgi
from parcels import real_parcel, small_parcel
from test_parcel import rows

from records.connectors.parcel import DeliveredRow
from records.connectors.protocol import Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.registry import KINDS, Kind

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "connectors.md").read_text(encoding="utf-8")


@dataclass
class Intake:
    """The receiver that the example is written for."""

    port: int = 0
    held: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By path: the delivery that brought it, and the content."""
    status: str = ""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path, key = environ["PATH_INFO"], environ.get("HTTP_IDEMPOTENCY_KEY", "")
        brought = (key, environ["wsgi.input"].read())
        user = base64.b64encode("gijiyoshi:合言葉".encode()).decode()
        if environ.get("HTTP_AUTHORIZATION") != f"Basic {user}":
            status = "401 Unauthorized"
        elif self.status or not key:
            status = self.status or "200 OK"
        elif path not in self.held:
            self.held[path] = brought
            status = "201 Created"
        else:
            status = "200 OK" if self.held[path] == brought else "409 Conflict"
        start(status, [("Content-Length", "0"), ("Location", path)])
        return []


@pytest.fixture
def intake() -> Iterator[Intake]:
    made = Intake()
    server = wsgi.Server(("127.0.0.1", 0), made, numthreads=1, shutdown_timeout=1)
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    made.port = server.bind_addr[1]
    yield made
    server.stop()
    thread.join()


@pytest.fixture(scope="module")
def kind() -> Kind:
    (block,), (line,) = (re.findall(rf"```python {name}\n(.*?)```", GUIDE, re.DOTALL) for name in ("connector", "kind"))
    module = types.ModuleType("intake")
    exec(compile(block, "docs/connectors.md", "exec"), module.__dict__)
    made = eval(line, {**module.__dict__, "Kind": Kind})
    assert isinstance(made, Kind)
    return made


def test_the_example_delivers_once(kind: Kind, intake: Intake) -> None:
    config = kind.config(url=f"http://127.0.0.1:{intake.port}", plain=True)
    parcel = real_parcel()

    def opened(secret: str = "合言葉"):
        return kind.open(config, secret, Reach(hosts=("127.0.0.1",)))

    assert "認証されました" in opened().check()
    first, second = (opened().deliver(parcel) for _ in range(2))
    assert list(intake.held.values()) == [(parcel.id, file.content) for file in parcel.files]
    assert (first.already, second.already) == (False, True)
    assert first.places == tuple(intake.held)
    with pytest.raises(Refused, match="409"):
        opened().deliver(small_parcel(b"", name=parcel.name))
    with pytest.raises(Refused):
        opened("違う").check()
    intake.status = "507 Insufficient Storage"
    with pytest.raises(Unreachable):
        opened().deliver(parcel)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_a_form_can_be_made_of_every_config(kind: Kind) -> None:
    for name, each in kind.config.model_json_schema()["properties"].items():
        assert each["type"] in ("string", "integer", "boolean"), name
        assert each["title"] != name.replace("_", " ").title(), name
        assert each.get("description") or each.get("examples"), name
        assert not re.search(r"password|secret", name)


def test_the_columns_of_the_index_are_published() -> None:
    schema = json.loads((DOCS / "schema" / "delivered.schema.json").read_text(encoding="utf-8"))
    assert schema == DeliveredRow.model_json_schema(mode="serialization")
    for row in rows(real_parcel("files")):
        jsonschema.validate(row, schema)
