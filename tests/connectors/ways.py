"""The three ways to a store of files, each to a folder of its own that the test sees from the other side."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import LOOPBACK, DavServer, SshServer

from records.connectors.protocol import Connector
from records.connectors.reach import Reach
from records.connectors.registry import KINDS


@dataclass(frozen=True)
class Way:
    kind: str
    config: dict[str, Any]
    secret: str | None
    folder: Path
    """What the other side has, as it sees it itself."""
    reach: Reach

    def open(self, *, reach: Reach | None = None, secret: str | None = None, **changed: Any) -> Connector:
        kind = KINDS[self.kind]
        config = kind.config.model_validate({**self.config, **changed})
        return kind.open(config, secret or self.secret, reach or self.reach)

    def held(self) -> dict[str, bytes]:
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


def to_folder(folder: Path) -> Way:
    return Way("folder", {"folder": str(folder)}, None, folder, Reach(folders=(folder.parent,)))


def to_sftp(server: SshServer, folder: Path) -> Way:
    config = {
        "host": LOOPBACK,
        "port": server.port,
        "user": server.user,
        "folder": str(folder),
        "host_key": server.fingerprint,
    }
    return Way("sftp", config, server.key, folder, Reach(hosts=(LOOPBACK,), timeout_seconds=10))


def to_webdav(server: DavServer, folder: Path) -> Way:
    below = folder.relative_to(server.folder).as_posix()
    config = {"url": f"{server.url}{below}/", "user": server.user, "plain": True}
    return Way("webdav", config, server.password, folder, Reach(hosts=(LOOPBACK,), timeout_seconds=10))
