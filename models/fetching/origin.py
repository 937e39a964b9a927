"""Where a model comes from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]
"""One line for the person at the terminal."""


@dataclass(frozen=True)
class Offered:
    path: str
    """Relative, with /."""
    size: int
    sha256: str | None
    """Where the origin states one: what arrives is held against it."""


class Origin(Protocol):
    @property
    def source(self) -> str: ...

    @property
    def revision(self) -> str | None: ...

    @property
    def licence(self) -> str | None: ...

    @property
    def fetched_at(self) -> datetime: ...

    @property
    def offered(self) -> Sequence[Offered]: ...

    def put(self, file: Offered, folder: Path) -> None:
        """Make ``folder / file.path``; what an earlier, interrupted call left there may be used. Raises InputError, and
        OSError of the disk."""
        ...
