"""A folder of this machine, or one that is mounted from a share (SMB, NFS)."""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from minutes.folder_rights import like_its_folder
from minutes.os_errors import reason
from minutes.value import Value
from records.connectors.placing import LARGEST, Found, Taken, no_space, place, try_out
from records.connectors.protocol import Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from records.package.names import unsafe

_FULL = {errno.ENOSPC, errno.EDQUOT}
_FOR_GOOD = {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.EFBIG, errno.ENOTDIR, errno.EINVAL}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV, errno.EACCES}
_NO_SYNC = {errno.EINVAL, errno.EBADF, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EISDIR}


class FolderConfig(Value):
    folder: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            title="フォルダー",
            description="サービスの動いている計算機での絶対パス。先に作っておきます",
            examples=["/srv/hikiwatashi/gijiroku"],
        ),
    ]
    marker: Annotated[
        str,
        Field(
            max_length=100,
            title="目印のファイル",
            description="共有フォルダーの中に置いたファイルの名前。これが見えないときは、共有がつながっていないと"
            "みなして置きません。空欄なら、フォルダーがあるかだけを見ます",
            examples=["hikiwatashi.txt"],
        ),
    ] = ""

    @field_validator("marker")
    @classmethod
    def _one_name(cls, marker: str) -> str:
        if marker and (why := unsafe(marker)):
            raise ValueError(f"ファイルの名前として使えません（{why}）。")
        return marker


class Folder:
    """Its share may vanish at any time: it is looked for before each delivery and never made."""

    def __init__(self, config: FolderConfig, _secret: str | None, reach: Reach) -> None:
        self._config = config
        self._reach = reach

    def deliver(self, parcel: Parcel) -> Receipt:
        return place(self._store(), parcel)

    def check(self) -> str:
        notes = try_out(self._store())
        return "".join(("このフォルダーに置けます。試しのファイルは消しました。", *notes))

    def _store(self) -> "_FolderStore":
        root = self._reach.folder(self._config.folder)
        if not os.path.isdir(root):  # False, too, where the share answers with an error
            raise Unreachable(
                "フォルダーがありません。",
                where=str(root),
                remedy="共有がつながっている（マウントされている）かを確かめ、なければフォルダーを作ってください。",
            )
        if self._config.marker and not os.path.exists(root / self._config.marker):
            raise Unreachable(
                f"目印のファイル「{self._config.marker}」が見えません。共有がつながっていないおそれがあります。",
                where=str(root),
                remedy="共有がつながっている（マウントされている）か、目印のファイルがあるかを確かめてください。",
            )
        return _FolderStore(root)


class _FolderStore:
    def __init__(self, root: Path) -> None:
        self._root = root

    def look(self, path: str) -> Found | None:
        target = self._root / path
        with self._told(path):
            try:
                seen = target.lstat()
            except FileNotFoundError:
                return None
            if not stat.S_ISREG(seen.st_mode):
                raise _in_the_way(target)
            if seen.st_size > LARGEST:
                return Found(seen.st_size, None)
            with target.open("rb") as file:
                return Found(seen.st_size, hashlib.file_digest(file, "sha256").hexdigest())

    def make_folder(self, path: str) -> None:
        folder = self._root / path
        with self._told(path):
            with suppress(FileExistsError):
                folder.mkdir()
                like_its_folder(folder)
                _sync_folder(folder.parent)
            # A link would lead out of what the operator allows.
            if not stat.S_ISDIR(folder.lstat().st_mode):
                raise _in_the_way(folder)

    def write(self, path: str, content: bytes) -> None:
        with self._told(path), (self._root / path).open("xb") as file:
            like_its_folder(self._root / path)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, old: str, new: str) -> None:
        source, target = self._root / old, self._root / new
        with self._told(new):
            try:
                os.link(source, target)  # the one call that everywhere refuses a name that is taken
                source.unlink()
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                # Shares without hard links: the window between the two calls is another writer's of the same name.
                if target.exists():
                    raise Taken from None
                source.rename(target)
            _sync_folder(target.parent)

    def remove(self, path: str) -> None:
        with self._told(path):
            (self._root / path).unlink(missing_ok=True)

    def place(self, path: str) -> str:
        return str(self._root / path)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileExistsError:
            raise Taken from None
        except OSError as error:
            where = str(self._root / path)
            if error.errno in _FULL:
                raise no_space(where) from None
            if error.errno in _FOR_GOOD:
                raise Refused(
                    f"フォルダーに置けません（{reason(error)}）。",
                    where=where,
                    remedy="サービスを動かす利用者に、このフォルダーの変更の権限があるかを確かめてください。",
                ) from None
            raise Unreachable(
                f"フォルダーに届きません（{reason(error)}）。",
                where=where,
                remedy="共有がつながっている（マウントされている）かを確かめてください。",
            ) from None


def _in_the_way(path: Path) -> Refused:
    return Refused(
        "同じ名前の別のもの（ファイル、フォルダー又はリンク）があります。",
        where=str(path),
        remedy="移すか消してから、もう一度送ってください。",
    )


def _sync_folder(folder: Path) -> None:
    """That names last, too. Windows and some shares know no such thing."""
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _NO_SYNC:
                raise
        finally:
            os.close(handle)
