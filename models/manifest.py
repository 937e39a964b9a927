"""What a model folder holds and where it came from, and one hash that names its weights."""

import hashlib
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError, field_validator

from minutes.errors import InputError
from minutes.os_errors import reason
from minutes.value import Value
from models.model_files import MANIFEST_NAME, files_under, is_of_the_model, is_weights


class ModelFile(Value):
    path: str
    """Relative to the folder, with /."""
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    modified_ns: int
    """Modification time on this medium. With the size it tells whether the file may have changed since it was hashed:
    tens of gigabytes are not read again at every start."""

    @field_validator("path")
    @classmethod
    def inside(cls, path: str) -> str:
        pure = PurePosixPath(path)
        if not path or pure.is_absolute() or ".." in pure.parts or "\\" in path or pure.as_posix() != path:
            raise ValueError("a path leads out of the folder")
        return path


class Manifest(Value):
    form: Literal[1] = 1
    source: str
    """Hub id, or the name of the folder or file that was copied."""
    revision: str | None
    """Commit on the hub; None where the source has none."""
    licence: str | None
    """As the model card states it."""
    fetched_at: AwareDatetime
    files: tuple[ModelFile, ...]

    @field_validator("files")
    @classmethod
    def once_each(cls, files: tuple[ModelFile, ...]) -> tuple[ModelFile, ...]:
        if len({each.path for each in files}) != len(files):
            raise ValueError("a file is listed twice")
        return files

    @property
    def digest(self) -> str:
        return _digest((each.path, each.sha256) for each in self.files if is_of_the_model(each.path))

    @property
    def size(self) -> int:
        """In bytes, all files together."""
        return sum(each.size for each in self.files)


@dataclass(frozen=True)
class Differences:
    """Between a manifest and its folder, as relative paths."""

    missing: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @property
    def none(self) -> bool:
        return not (self.missing or self.changed or self.extra)


def digest_of(path: Path) -> str:
    """One sha256 for the weights in ``path``, a folder or a single .gguf file.

    A file's is that of its content. A folder's is that of the lines ``sha256sum`` would print for the files of the
    model, sorted by name; README, licence and caches do not count. Taken from the manifest where its sizes and times
    are those on the disk, else computed, which takes seconds for each gigabyte. Raises InputError where there is no
    model or it cannot be read.
    """
    try:
        return _file_digest(path) if path.is_file() else _folder_digest(path)
    except OSError as error:
        raise _unreadable(path, error) from error


def hash_file(folder: Path, path: str) -> ModelFile:
    """Read once, in pieces. Raises OSError."""
    with (folder / path).open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    found = (folder / path).stat()
    return ModelFile(path=path, size=found.st_size, sha256=sha256, modified_ns=found.st_mtime_ns)


def make_manifest(
    folder: Path, *, source: str, revision: str | None, licence: str | None, fetched_at: datetime
) -> Manifest:
    """Of all files in ``folder``, which are read for it. Raises OSError."""
    files = tuple(hash_file(folder, path) for path in files_under(folder))
    return Manifest(source=source, revision=revision, licence=licence, fetched_at=fetched_at, files=files)


def read_manifest(folder: Path) -> Manifest:
    """Raises InputError where there is none or it cannot be read as one."""
    file = folder / MANIFEST_NAME
    try:
        return Manifest.model_validate_json(file.read_bytes())
    except FileNotFoundError as error:
        raise InputError(
            "モデルの目録がありません。",
            where=str(file),
            remedy="gijiyoshi model fetch で取り込んだフォルダーを指定するか、このフォルダーを取り込み直してください。",
        ) from error
    except ValidationError as error:
        raise InputError(
            "モデルの目録が壊れています。", where=str(file), remedy="モデルを取り込み直してください。"
        ) from error
    except OSError as error:
        raise _unreadable(file, error) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Whole or not at all. Raises OSError."""
    temporary = folder / f".{MANIFEST_NAME}.part"
    temporary.write_text(manifest.model_dump_json(indent=2) + "\n", encoding="utf-8")
    temporary.replace(folder / MANIFEST_NAME)


def verify(folder: Path, manifest: Manifest, *, seen: Callable[[ModelFile], None] = lambda _: None) -> Differences:
    """Read every file again; ``seen`` is called before each. Raises InputError where one cannot be read."""
    try:
        there = set(files_under(folder))
        missing = tuple(each.path for each in manifest.files if each.path not in there)
        changed = []
        for each in manifest.files:
            if each.path in there:
                seen(each)
                found = hash_file(folder, each.path)
                if (found.size, found.sha256) != (each.size, each.sha256):
                    changed.append(each.path)
    except OSError as error:
        raise _unreadable(folder, error) from error
    return Differences(missing, tuple(changed), tuple(sorted(there - {each.path for each in manifest.files})))


def _file_digest(file: Path) -> str:
    for each in _noted(file.parent):
        if each.path == file.name and _is_as_noted(file.parent, each):
            return each.sha256
    return hash_file(file.parent, file.name).sha256


def _folder_digest(folder: Path) -> str:
    paths = [path for path in files_under(folder) if is_of_the_model(path)]
    if not any(map(is_weights, paths)):
        raise InputError(
            "モデルの重みがありません。",
            where=str(folder),
            remedy=".safetensors か .gguf のファイルがあるフォルダーを指定してください。",
        )
    noted = [each for each in _noted(folder) if is_of_the_model(each.path)]
    if sorted(each.path for each in noted) == sorted(paths) and all(_is_as_noted(folder, each) for each in noted):
        return _digest((each.path, each.sha256) for each in noted)
    return _digest((path, hash_file(folder, path).sha256) for path in paths)


def _noted(folder: Path) -> tuple[ModelFile, ...]:
    """What the manifest lists. None, or one that is broken, only means that the files must be read."""
    try:
        return read_manifest(folder).files
    except InputError:
        return ()


def _is_as_noted(folder: Path, noted: ModelFile) -> bool:
    found = (folder / noted.path).stat()
    return stat.S_ISREG(found.st_mode) and (found.st_size, found.st_mtime_ns) == (noted.size, noted.modified_ns)


def _digest(files: Iterable[tuple[str, str]]) -> str:
    lines = [f"{sha256}  {path}\n" for path, sha256 in sorted(files)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _unreadable(path: Path, error: OSError) -> InputError:
    return InputError(
        f"モデルを読めません（{reason(error)}）。",
        where=str(error.filename or path),
        remedy="場所と読取りの権限を確かめてください。",
    )
