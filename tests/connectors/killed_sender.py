"""A process that delivers one parcel and is killed in the middle of one file: ``python killed_sender.py order.json``."""

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from records.connectors import placing
from records.connectors.placing import FileStore
from records.connectors.protocol import Parcel, ParcelFile
from records.connectors.reach import Reach
from records.connectors.registry import KINDS
from records.package.metadata_file import PackageMetadata


def main(order: dict[str, Any]) -> None:
    _be_killed_in(order["fatal"])
    kind = KINDS[order["kind"]]
    reach = Reach(hosts=tuple(order["hosts"]), folders=tuple(map(Path, order["folders"])))
    files = tuple(ParcelFile(path, content.encode(), "text/plain") for path, content in order["files"])
    metadata = PackageMetadata.model_validate(order["metadata"])
    connector = kind.open(kind.config.model_validate(order["config"]), order["secret"], reach)
    connector.deliver(Parcel(order["id"], order["name"], files, metadata))


def _be_killed_in(path: str) -> None:
    """A moment after the file is begun, from a thread; nothing after it is begun before that."""
    bring = placing._bring

    def fatal(store: FileStore, parcel: Parcel, file: ParcelFile) -> bool:
        if file.path != path:
            return bring(store, parcel, file)
        threading.Timer(0.002, os.kill, (os.getpid(), signal.SIGKILL)).start()
        bring(store, parcel, file)
        time.sleep(60)
        raise AssertionError("it was to be killed")

    placing._bring = fatal


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
