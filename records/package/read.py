"""The files of a package, from the zip or from the folder that somebody made of it; nothing of them is trusted."""

import io
import lzma
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from minutes.errors import InputError
from records.package.stored_zip import write_zip

MOST_FILES = 1000
MOST_BYTES = 200_000_000
"""Of all files once expanded: more than six times what a package may have."""

_UNREADABLE = (BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Contents:
    """``files``: by path inside the bag. ``faults``: what of the wrapping is not as it was made, for people."""

    files: dict[str, bytes]
    faults: tuple[str, ...]


def read_zip(data: bytes) -> Contents:
    """Raises InputError for what is no zip, or one that no package can be (size, number of files)."""
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse(len(members), sum(member.file_size for member in members))
            found = [(member.filename, archive.read(member)) for member in members if not member.is_dir()]
    except _UNREADABLE as error:
        raise InputError(
            "ZIP として読めません。ファイルが壊れているか、書き換えられています。",
            where="ファイル全体",
            remedy="元の保管場所から取り直してください。",
        ) from error
    files = dict(found)
    faults = [] if len(files) == len(found) else ["同じ名前のファイルが2つ以上あります。"]
    tops = {name.partition("/")[0] for name in files}
    if not files or len(tops) != 1 or any("/" not in name for name in files):
        faults.append("ZIP の中が1つのフォルダーではありません。")
    elif not _written_by_us(data, files, members):
        faults.append(
            "ZIP が作成時のものではありません（詰め直されたか、書き換えられています）。"
            "詰め直した場合は、展開したフォルダーを検証してください。"
        )
    inside = {name.partition("/")[2]: content for name, content in files.items()}
    return Contents(inside, tuple(faults))


def read_folder(folder: Path) -> Contents:
    """The bag in ``folder``. Raises InputError as ``read_zip``, and where a file cannot be read."""
    paths = sorted(_below(folder))
    try:
        _refuse(len(paths), sum(path.lstat().st_size for path in paths))
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if not path.is_symlink()}
    except OSError as error:
        where = str(error.filename or folder)
        raise InputError("ファイルを読めません。", where=where, remedy="読取りの権限を確かめてください。") from error
    links = [
        f"{path.relative_to(folder).as_posix()} は別の場所を指すリンクです。" for path in paths if path.is_symlink()
    ]
    return Contents(files, tuple(links))


def _below(folder: Path) -> Iterator[Path]:
    for here, folders, names in os.walk(folder):
        yield from (Path(here, name) for name in (*names, *(each for each in folders if Path(here, each).is_symlink())))


def _refuse(count: int, size: int) -> None:
    if count > MOST_FILES or size > MOST_BYTES:
        raise InputError(
            f"パッケージとしては大きすぎます（{count} ファイル、{size / 1_000_000:.0f} MB）。",
            where="ファイル全体",
            remedy="gijiyoshi package make で作ったファイルかどうか確かめてください。",
        )


def _written_by_us(data: bytes, files: dict[str, bytes], members: list[ZipInfo]) -> bool:
    try:
        return write_zip(files, datetime(*members[0].date_time)) == data  # noqa: DTZ001  a zip has local time only
    except (ValueError, UnicodeEncodeError):
        return False
