"""What the operator allows this service to reach: an administrator's form must not open the whole network (SSRF)."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Reach:
    """From the settings of the deployment, never from a form."""

    hosts: tuple[str, ...] = ()
    """Names (``dav.example.lg.jp``, ``*.example.lg.jp``), addresses or networks (``10.1.0.0/16``), each with ``:port``
    or without."""
    folders: tuple[Path, ...] = ()
    """Folders in which, or below which, packages may be laid down."""
    timeout_seconds: float = 30.0
    """Longest silence of the other side."""
