"""Where the model server is and how long it is waited for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Endpoint:
    base_url: str
    """Up to and including /v1. A query in it (``?api-version=…``) is kept."""
    model: str
    api_key: str | None = field(default=None, repr=False)
    answers_as: str | None = None
    """What the server calls the model in its replies, where that is another name (a deployment, a file)."""
    slots: int = 8
    context_tokens: int = 8192
    """Of the model, on this server: prompt, thinking and reply together."""
    thinking_tokens: int = 0
    """What a reasoning model may think before it replies."""
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Fields added to every request; ``parse_extra_body`` refuses those that must not be."""
    connect_seconds: float = 5.0
    token_seconds: float = 60.0
    """Longest silence, before the first token and between two."""
    total_seconds: float = 300.0
    """For one reply, retries and all."""
    attempts: int = 4
    backoff_seconds: float = 0.5
    """Before the second attempt; doubled before each further one. A server's Retry-After counts instead."""

    @property
    def url(self) -> str:
        base = urlsplit(self.base_url)
        return base._replace(path=f"{base.path.rstrip('/')}/chat/completions", fragment="").geturl()
