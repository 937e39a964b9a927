"""The ways of the CMIS tests: a repository in some face, and a connector that is configured for it."""

from typing import Any

from cmis_parcels import NAME, parcel
from cmis_server import Server, serving

from minutes.value import Value
from records.connectors.cmis.connector import CmisConfig
from records.connectors.protocol import Connector, Parcel, Receipt
from records.connectors.reach import Reach
from records.connectors.registry import KINDS

SECRET = "ひみつ pass"
REACH = Reach(hosts=("127.0.0.1",), timeout_seconds=5)
FOLDER = "/記録/会議"
HERE = f"{FOLDER}/{NAME}"
PLACES = (f"{HERE}/議事要旨_公開版.pdf", f"{HERE}/metadata.json", f"{FOLDER}/index_0199.csv")


def running(state: Server) -> Any:
    state.store.folder(FOLDER)
    return serving(state)


def connector(server: Server, *, secret: str | None = SECRET, **settings: Any) -> Connector:
    config = CmisConfig(**{"url": server.url, "plain": True, "user": "gijiyoshi", "folder": FOLDER, **settings})
    return KINDS["cmis"].open(config, secret, REACH)


def deliver(server: Server, of: Parcel | None = None, **settings: Any) -> Receipt:
    return connector(server, **settings).deliver(of or parcel())


def held(server: Server) -> list[str]:
    """Paths of the documents, in the order in which they were made."""
    return [server.store.path(each) for each in server.store.nodes.values() if each.content is not None]


def assert_japanese(config: type[Value]) -> None:
    """What the form shows of each field."""
    for name, field in config.model_fields.items():
        assert field.title and not field.title.isascii(), name
        assert field.description and not field.description.isascii(), name
