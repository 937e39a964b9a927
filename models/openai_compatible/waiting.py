"""How long to wait before a request is repeated."""

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 60.0
_JITTER = 0.25


def wait_seconds(attempt: int, backoff: float, headers: Mapping[str, str] | None = None) -> float:
    """As long as the server asks (Retry-After in seconds or as a date), else doubling from ``backoff``, not in step
    with other requests. ``attempt`` counts from 0."""
    asked = _retry_after((headers or {}).get("retry-after", ""))
    if asked is not None:
        return min(asked, _LONGEST)
    # Not for secrets: it only keeps requests apart.
    spread = 1 + random.uniform(-_JITTER, _JITTER)  # noqa: S311
    return min(backoff * 2.0**attempt * spread, _LONGEST)


def _retry_after(value: str) -> float | None:
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
