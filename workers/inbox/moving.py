"""Files out of the inbox into a folder of their own, so that a stop at any step loses nothing and overwrites nothing.

The folder is made under 取込中 with a name that follows from the files, and says in a journal which files belong to it,
before any is moved. Whoever finds such a folder later, after a crash or at the same time, does the same steps again: each
is a rename that has either happened or not. The last rename gives the folder its place in 取込済 or 取込不可.
"""

import errno
import json
import os
import stat
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Literal, NamedTuple

from minutes.folder_rights import like_its_folder
from workers.inbox.folder import REFUSED, TAKEN, WORKING, is_same, opened
from workers.inbox.pairs import Found, Group, shown

_JOURNAL = ".gijiyoshi.json"
_PART = ".gijiyoshi-*.part"
_TAKEN_NAME = {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}
_ABANDONED_SECONDS = 3600.0


class Note(NamedTuple):
    """What a person finds beside the files: ``name`` of the text and its words."""

    name: str
    text: str


@dataclass(frozen=True)
class _Journal:
    folder: str
    files: tuple[Found, ...]
    note: str
    to: str
    name: str

    def __post_init__(self) -> None:
        """It is read back from a folder that others can write to: what could lead out of the inbox is no journal."""
        names = [self.note, self.name, *(each.name for each in self.files)]
        if self.to not in (TAKEN, REFUSED) or not all(map(_is_inside, [*names, self.folder or "."])):
            raise ValueError("leads out of the inbox")


def _is_inside(name: object) -> bool:
    return isinstance(name, str) and name not in ("", "..") and not {"/", "\0"} & set(name)


def move(root: Path, group: Group, note: Note, to: Literal["取込済", "取込不可"]) -> None:
    """All files of the group with the note into a new folder under ``to``. Raises OSError; done again, it goes on."""
    work = root / WORKING / f"{_short(group.stem, 80)}.{group.id}"
    work.mkdir(exist_ok=True)
    like_its_folder(work)
    if not stat.S_ISDIR(work.lstat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, "Not a directory", str(work))
    name = _free(note.name, group)
    # A byte order mark and Windows' line ends: the note is opened on the desks of the office.
    _write(work / name, note.text.replace("\n", "\r\n").encode("utf-8-sig", "replace"))
    journal = {
        "folder": group.folder,
        "files": [[each.name, each.size, each.mtime_ns] for each in group.files],
        "note": name,
        "to": to,
        "name": _short(group.stem, 200),
    }
    _write(work / _JOURNAL, json.dumps(journal).encode())
    _finish(root, work)


def resume(root: Path) -> list[tuple[str, OSError]]:
    """Finish what was begun and not ended; the folders in which that did not work. Raises OSError."""
    faults = []
    for work in sorted((root / WORKING).iterdir()):
        try:
            if not stat.S_ISDIR(work.lstat().st_mode):
                continue
            if (work / _JOURNAL).exists():
                _finish(root, work)
            elif time.time() - work.lstat().st_mtime > _ABANDONED_SECONDS:
                _remove(work, ("受付.txt", "理由.txt"))
        except FileNotFoundError:
            continue  # another has just finished it
        except OSError as error:
            faults.append((f"{WORKING}/{work.name}", error))
    return faults


def _finish(root: Path, work: Path) -> None:
    journal = _journal(work)
    if journal is None:
        return  # somebody else has just given it its place
    files = journal.files
    _take(root / journal.folder, work, files)
    if not any(os.path.lexists(work / each.name) for each in files):
        # They were changed or taken away since, or another has moved them.
        _remove(work, (journal.note,))
        return
    _sweep(work)
    final = _publish(work, root / journal.to, journal.name)
    if final is not None:
        with suppress(OSError):
            (final / _JOURNAL).unlink()


def _journal(work: Path) -> _Journal | None:
    try:
        written = json.loads((work / _JOURNAL).read_bytes())
        files = tuple(Found(*each) for each in written.pop("files"))
        return _Journal(files=files, **written)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise OSError(errno.EINVAL, "no journal of ours", str(work)) from error


def _take(source: Path, work: Path, files: Sequence[Found]) -> None:
    try:
        with opened(source) as here, opened(work) as there:
            for each in files:
                if not os.path.lexists(work / each.name) and is_same(here, each):
                    with suppress(FileNotFoundError):
                        os.rename(each.name, each.name, src_dir_fd=here, dst_dir_fd=there)
    except FileNotFoundError:
        return  # the folder is gone, or somebody else was faster


def _publish(work: Path, place: Path, name: str) -> Path | None:
    """A name that nobody has: a rename onto a folder that holds something fails."""
    for candidate in _names(name):
        final = place / candidate
        if os.path.lexists(final):
            continue
        try:
            work.rename(final)
        except FileNotFoundError:
            if not place.is_dir():
                raise
            return None
        except OSError as error:
            if error.errno not in _TAKEN_NAME:
                raise
        else:
            return final
    raise AssertionError("names do not end")


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name} ({number})"
        number += 1


def _free(name: str, group: Group) -> str:
    """A name for the note that no file of the group has, on a share that knows no capitals either."""
    stem, _, ending = name.rpartition(".")
    there = {shown(each.name).casefold() for each in group.files}
    return next(each for each in (f"{words}.{ending}" for words in _names(stem)) if each.casefold() not in there)


def _sweep(work: Path) -> None:
    """What a crash left half written."""
    for each in work.glob(_PART):
        with suppress(OSError):
            each.unlink()


def _remove(work: Path, notes: tuple[str, ...]) -> None:
    """A folder of ours that holds nothing of anybody else."""
    _sweep(work)
    for name in (*notes, _JOURNAL):
        (work / name).unlink(missing_ok=True)
    with suppress(OSError):
        work.rmdir()


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all, and on the disk: what is moved next relies on it."""
    temporary = path.with_name(f".gijiyoshi-{token_hex(8)}.part")
    try:
        with temporary.open("wb") as file:
            like_its_folder(temporary)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _short(stem: str, most: int) -> str:
    """A folder name that every share takes; a cut inside a letter leaves the letter out."""
    kept = os.fsencode(stem)[:most].decode("utf-8", "ignore").rstrip(" .")
    return kept or "無題"
