"""A model on a medium: a folder or one file, with or without the manifest that an earlier fetch gave it."""

import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from minutes.errors import InputError
from models.fetching.origin import Offered
from models.manifest import Manifest, read_manifest
from models.model_files import MANIFEST_NAME, files_under

_HEAD = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@dataclass(frozen=True)
class OnMedium:
    """Meets ``Origin``."""

    folder: Path
    source: str
    revision: str | None
    licence: str | None
    fetched_at: datetime
    offered: Sequence[Offered]

    def put(self, file: Offered, folder: Path) -> None:
        """Copied anew each time: nothing tells whether an earlier copy is whole before it has been read."""
        to = folder / file.path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.folder / file.path, to)


def on_medium(path: Path) -> OnMedium:
    """Raises InputError where the manifest is broken or lists files that are gone, and OSError."""
    if path.is_file():
        alone = Offered(path.name, path.stat().st_size, None)
        return OnMedium(path.parent, path.name, None, None, datetime.now(UTC), (alone,))
    if (path / MANIFEST_NAME).exists():
        return _as_noted(path, read_manifest(path))
    offered = tuple(Offered(each, (path / each).stat().st_size, None) for each in files_under(path))
    return OnMedium(path, path.resolve().name, None, licence_of(path), datetime.now(UTC), offered)


def _as_noted(folder: Path, manifest: Manifest) -> OnMedium:
    """Where the model came from in the first place, and the hashes it had then: a copy is held against them."""
    gone = [each.path for each in manifest.files if not (folder / each.path).is_file()]
    if gone:
        raise InputError(
            f"目録にあるファイルがありません：{'、'.join(gone)}。",
            where=str(folder),
            remedy="媒体に写し直してください。",
        )
    offered = tuple(Offered(each.path, each.size, each.sha256) for each in manifest.files)
    return OnMedium(folder, manifest.source, manifest.revision, manifest.licence, manifest.fetched_at, offered)


def licence_of(folder: Path) -> str | None:
    """As the head of the model card states it; None where there is no card or it states none."""
    try:
        found = _HEAD.match((folder / "README.md").read_text(encoding="utf-8"))
        head = yaml.safe_load(found[1]) if found else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    return licence_in(head) if isinstance(head, dict) else None


def licence_in(card: Mapping[str, object]) -> str | None:
    """Of a card's head: the name of a licence of its own (``license: other``) rather than that word."""
    stated = card.get("license")
    named = card.get("license_name")
    if stated == "other" and isinstance(named, str):
        return named
    return stated if isinstance(stated, str) else None
