"""One request of the matrix, and who may make it."""

from dataclasses import dataclass, field
from typing import Any

Needs = tuple[str, ...]


@dataclass(frozen=True)
class Try:
    """One request. ``needs``: the actions that all must be allowed; empty: anybody who is signed in, who then gets what
    belongs to them.

    ``fine``: the statuses for whoever may. ``hidden``: the thing belongs to a department, so that other departments
    get 404; else they get 403, as for what has no owner.
    """

    method: str
    route: str
    needs: Needs
    fine: set[int]
    hidden: bool = True
    values: dict[str, str] = field(default_factory=dict)
    json: Any = None
    data: dict[str, Any] | None = None
    files: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.method} {self.route} {self.values.get('action', self.values.get('decision', ''))}".strip()
