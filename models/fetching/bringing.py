"""From an origin to a model folder: choose, get, hash, and only then give the folder its name."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from minutes.errors import InputError
from models.fetching.origin import Offered, Origin, Say
from models.fetching.selection import Selection, select
from models.manifest import Manifest, ModelFile, hash_file, write_manifest
from models.sizes import in_words

_MARGIN = 64 * 1024 * 1024
"""Left free: the manifest, the hub client's notes, and whatever else lives on the disk."""


@dataclass(frozen=True)
class Brought:
    folder: Path
    manifest: Manifest
    selection: Selection


def bring(origin: Origin, target: Path, *, only: str | None, say: Say) -> Brought:
    """Make the folder ``target``. Until all of it is there and hashed it is called ``.NAME.part``, where a second try
    goes on. Raises InputError, and OSError of the disk."""
    if target.exists():
        raise InputError(
            "同じ名前のフォルダーがすでにあります。",
            where=str(target),
            remedy="-o で別の名前を指定するか、いまあるものを別の場所へ移してください。",
        )
    selection = select(origin.offered, origin.source, only)
    part = target.with_name(f".{target.name}.part")
    part.mkdir(parents=True, exist_ok=True)
    _check_room(part, selection.taken)
    files = tuple(
        _brought(origin, file, part, f"{at}/{len(selection.taken)}", say) for at, file in _numbered(selection)
    )
    _clear(part, {file.path for file in files})
    manifest = Manifest(
        source=origin.source,
        revision=origin.revision,
        licence=origin.licence,
        fetched_at=origin.fetched_at,
        files=files,
    )
    write_manifest(part, manifest)
    part.rename(target)
    return Brought(target, manifest, selection)


def _numbered(selection: Selection) -> Sequence[tuple[int, Offered]]:
    return list(enumerate(selection.taken, 1))


def _check_room(part: Path, taken: Sequence[Offered]) -> None:
    there = sum(each.size for each in taken if (part / each.path).is_file())
    needed = sum(each.size for each in taken) - there + _MARGIN
    free = shutil.disk_usage(part).free
    if free < needed:
        raise InputError(
            f"空き容量が足りません（必要：{in_words(needed)}、空き：{in_words(free)}）。",
            where=str(part.parent),
            remedy="空きを作るか、-o で空きのある場所を指定してください。",
        )


def _brought(origin: Origin, file: Offered, part: Path, count: str, say: Say) -> ModelFile:
    say(f"{count} {file.path}（{in_words(file.size)}）")
    origin.put(file, part)
    found = hash_file(part, file.path)
    if found.size != file.size or (file.sha256 is not None and found.sha256 != file.sha256):
        # Else the next try would take it for done.
        (part / file.path).unlink()
        raise InputError(
            "届いたファイルが元のものと違います（大きさ又はハッシュ値が合いません）。",
            where=file.path,
            remedy="もう一度実行してください。続くときは、元のファイル又は媒体が壊れていないか確かめてください。",
        )
    return found


def _clear(part: Path, kept: set[str]) -> None:
    """Take away notes of the hub's client, and files of an earlier try for another model."""
    for place, folders, files in os.walk(part, topdown=False):
        for name in files:
            if (Path(place) / name).relative_to(part).as_posix() not in kept:
                (Path(place) / name).unlink()
        for name in folders:
            folder = Path(place) / name
            if not any(folder.iterdir()):
                folder.rmdir()
