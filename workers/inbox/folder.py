"""Looking into the inbox, and reading files as they were when they were seen. Links are followed nowhere."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from minutes.folder_rights import like_its_folder
from workers.inbox.pairs import Found, Group, grouped

WORKING: Final = "取込中"
TAKEN: Final = "取込済"
REFUSED: Final = "取込不可"
OWN = frozenset({WORKING, TAKEN, REFUSED})
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe that took the place of a file would be waited for.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Changed(Exception):
    """The file is not, or no longer, what was seen: it is looked at again in the next round."""


def prepare(root: Path) -> None:
    """Make the folders of our own. Raises OSError where the inbox cannot be reached or written."""
    for name in sorted(OWN):
        place = root / name
        with suppress(FileExistsError):
            place.mkdir()
            like_its_folder(place)
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise NotADirectoryError(20, "Not a directory", str(place))


def scan(root: Path) -> tuple[list[Group], list[tuple[str, OSError]]]:
    """The groups of the inbox and of each folder directly below it, and which of these could not be read.

    Raises OSError where the inbox itself cannot be read.
    """
    files, folders = _listed(root)
    groups, faults = grouped("", files), []
    for name in folders:
        try:
            groups += grouped(name, _listed(root / name)[0])
        except OSError as error:
            faults.append((name, error))
    return groups, faults


def _listed(place: Path) -> tuple[list[Found], list[str]]:
    files, folders = [], []
    with opened(place) as folder, os.scandir(folder) as entries:
        for entry in entries:
            try:
                seen = entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # taken away since
            if stat.S_ISREG(seen.st_mode):
                files.append(Found(entry.name, seen.st_size, seen.st_mtime_ns))
            elif stat.S_ISDIR(seen.st_mode) and entry.name not in OWN and not entry.name.startswith("."):
                folders.append(entry.name)
    return files, sorted(folders)


@contextmanager
def opened(place: Path) -> Iterator[int]:
    """A descriptor of the folder, so that what is done in it is done in this one whatever its name leads to later."""
    folder = os.open(place, _FOLDER)
    try:
        yield folder
    finally:
        os.close(folder)


def read(folder: int, file: Found, limit: int) -> bytes:
    """The bytes of a file in an opened folder, at most ``limit`` + 1 of them. Raises Changed; OSError while it is locked."""
    try:
        descriptor = os.open(file.name, _FILE, dir_fd=folder)
    except FileNotFoundError as error:
        raise Changed(file.name) from error
    with os.fdopen(descriptor, "rb") as opened_file:
        _same(os.fstat(descriptor), file)
        data = opened_file.read(limit + 1)
        _same(os.fstat(descriptor), file)
    return data


def is_same(folder: int, file: Found) -> bool:
    """Whether the file is still there as it was seen."""
    try:
        _same(os.stat(file.name, dir_fd=folder, follow_symlinks=False), file)
    except (Changed, FileNotFoundError):
        return False
    return True


def _same(now: os.stat_result, file: Found) -> None:
    if not stat.S_ISREG(now.st_mode) or (now.st_size, now.st_mtime_ns) != (file.size, file.mtime_ns):
        raise Changed(file.name)
