"""Where the model server is and how long it is waited for."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Endpoint:
    base_url: str
    """Up to and including /v1."""
    model: str
    api_key: str | None = field(default=None, repr=False)
    answers_as: str | None = None
    """What the server calls the model in its replies, where that is another name (a deployment, a file)."""
    slots: int = 8
    context_tokens: int = 8192
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
        return f"{self.base_url.rstrip('/')}/chat/completions"
