"""The models that lie in the model folder."""

from dataclasses import dataclass
from pathlib import Path

from minutes.errors import InputError
from models.manifest import Manifest, read_manifest
from models.model_files import files_under, is_weights


@dataclass(frozen=True)
class Stocked:
    name: str
    size: int
    """In bytes."""
    manifest: Manifest | None
    """None: put there by hand, or its manifest is broken."""


def stocked(folder: Path) -> tuple[Stocked, ...]:
    """Folders and single files directly in ``folder``, in order of their names; nothing where there is no such folder.
    Raises OSError."""
    if not folder.is_dir():
        return ()
    there = sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    return tuple(found for path in there if (found := _stocked(path)) is not None)


def _stocked(path: Path) -> Stocked | None:
    if path.is_file():
        return Stocked(path.name, path.stat().st_size, None) if is_weights(path.name) else None
    files = list(files_under(path))
    if not any(map(is_weights, files)):
        return None
    try:
        manifest = read_manifest(path)
    except InputError:
        manifest = None
    return Stocked(path.name, sum((path / each).stat().st_size for each in files), manifest)
