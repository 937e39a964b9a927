"""Where the service is found: by people, and from this machine itself."""

import urllib.request
from http.client import HTTPException
from urllib.error import HTTPError

from service.settings import Settings


def address_of(values: Settings) -> str:
    """Where a person on this machine opens the service."""
    if values.public_url:
        return values.public_url.rstrip("/") + "/"
    return _own_address(values) + "/"


def status_of(values: Settings, path: str, *, seconds: float) -> int | None:
    """The HTTP status with which the API on this machine answers; None when it does not."""
    # No proxies: one set for the network must not stand between this machine and itself.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(_own_address(values) + path, timeout=seconds) as answer:
            return int(answer.status)
    except HTTPError as error:
        with error:
            return error.code
    except (OSError, HTTPException):  # nobody, or a program that does not speak HTTP
        return None


def _own_address(values: Settings) -> str:
    anywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared, not bound
    host = anywhere.get(values.host, values.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{values.port}"
