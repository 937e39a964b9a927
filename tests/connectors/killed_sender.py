"""A process that delivers one parcel, to be killed in the middle: ``python killed_sender.py order.json``."""

import json
import sys
from pathlib import Path

from records.connectors.protocol import Parcel, ParcelFile
from records.connectors.reach import Reach
from records.connectors.registry import KINDS
from records.package.metadata_file import PackageMetadata


def main(order: dict[str, object]) -> None:
    kind = KINDS[str(order["kind"])]
    reach = Reach(hosts=tuple(order["hosts"]), folders=tuple(map(Path, order["folders"])))  # type: ignore[call-overload]
    files = tuple(ParcelFile(path, content.encode(), "text/plain") for path, content in order["files"])  # type: ignore[attr-defined]
    metadata = PackageMetadata.model_validate(order["metadata"])
    secret = order["secret"]
    connector = kind.open(kind.config.model_validate(order["config"]), secret and str(secret), reach)
    connector.deliver(Parcel(str(order["id"]), str(order["name"]), files, metadata))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text()))
