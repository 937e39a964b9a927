"""`gijiyoshi openapi`: the description of the REST API as a file, for programs that make a client from it."""

import json
from pathlib import Path

from cli.files import check_writable, write_bytes
from cli.settings import settings


def openapi_document(output: Path | None) -> str:
    """The document as JSON, written to ``output`` where one is given. Needs no database and no running service."""
    from service.app import create_app

    if output is not None:
        check_writable(output)
    text = json.dumps(create_app(settings()).openapi(), ensure_ascii=False, indent=2) + "\n"
    if output is not None:
        write_bytes(output, text.encode())
    return text
