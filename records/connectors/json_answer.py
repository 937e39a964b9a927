"""Answers in JSON, and which failures may pass."""

import json
from typing import Any

from records.connectors.http_client import Answer


def json_object(answer: Answer) -> dict[str, Any] | None:
    """None for what is no object in JSON."""
    try:
        said = json.loads(answer.content)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def may_pass(answer: Answer) -> bool:
    """Whether the status says that the other side could not now, not that it would not."""
    return answer.status >= 500 or answer.status in (408, 425, 429)
