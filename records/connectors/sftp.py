"""A folder of an SFTP server (SSH File Transfer Protocol, version 3)."""

import hashlib
import posixpath
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import paramiko
from paramiko.sftp import SFTP_EOF, SFTP_NO_SUCH_FILE, SFTP_OK, SFTP_PERMISSION_DENIED
from pydantic import Field, field_validator

from minutes.value import Value
from records.connectors.placing import LARGEST, Found, Taken, no_space, place, try_out
from records.connectors.protocol import Parcel, Receipt, Refused, Unreachable
from records.connectors.reach import Reach
from records.connectors.ssh_session import read_host_key, session


class SftpConfig(Value):
    host: Annotated[
        str,
        Field(
            min_length=1,
            max_length=255,
            title="サーバー",
            description="名前かアドレス",
            examples=["sftp.example.lg.jp"],
        ),
    ]
    port: Annotated[int, Field(ge=1, le=65535, title="ポート", examples=[22])] = 22
    user: Annotated[str, Field(min_length=1, max_length=100, title="利用者名", examples=["gijiyoshi"])]
    folder: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            title="フォルダー",
            description="サーバーでの場所。/ から始めなければ、ログインしたときのフォルダーから数えます。先に作っておきます",
            examples=["/upload/gijiroku"],
        ),
    ] = "."
    host_key: Annotated[
        str,
        Field(
            max_length=4000,
            title="サーバーの鍵",
            description="SHA256: から始まる指紋か、公開鍵の1行。サーバーの管理者に確かめて書きます。"
            "空欄のまま「接続を確かめる」と、届いた鍵の指紋が分かります",
            examples=["SHA256:uNiVztksCsDhcc0u9e8BrQXVUpKZIDTMczCvj3tD2Ks"],
        ),
    ] = ""

    @field_validator("host_key")
    @classmethod
    def _readable(cls, host_key: str) -> str:
        if host_key.strip():
            read_host_key(host_key)
        return host_key.strip()

    @field_validator("folder")
    @classmethod
    def _one_line(cls, folder: str) -> str:
        if not folder.isprintable():
            raise ValueError("フォルダーの名前に、改行などの制御符号があります。")
        return folder


class Sftp:
    """``secret``: a password, or a private key with its passphrase, if any, on the line after it."""

    def __init__(self, config: SftpConfig, secret: str | None, reach: Reach) -> None:
        self._config = config
        self._secret = secret or ""
        self._reach = reach

    def deliver(self, parcel: Parcel) -> Receipt:
        # Each file is written and read back twice, and may have been read before.
        with self._store(4 * sum(len(file.content) for file in parcel.files)) as store:
            return place(store, parcel)

    def check(self) -> str:
        with self._store(0) as store:
            return "".join(("ログインでき、フォルダーに置けます。試しのファイルは消しました。", *try_out(store)))

    @contextmanager
    def _store(self, size: int) -> Iterator["_SftpStore"]:
        config, silence = self._config, self._reach.timeout_seconds
        with session(
            config.host,
            config.port,
            user=config.user,
            secret=self._secret,
            host_key=read_host_key(config.host_key) if config.host_key else None,
            reach=self._reach,
            seconds=self._reach.within(size),
        ) as transport:
            channel = transport.open_session(timeout=silence)
            channel.settimeout(silence)
            channel.invoke_subsystem("sftp")
            with _Client(channel) as client:
                store = _SftpStore(client, config.folder, f"sftp://{config.host}")
                store.require_folder()
                yield store


_NO_SPACE, _QUOTA = 14, 15
"""Of later versions; servers of version 3 send them all the same."""


class _Failure(OSError):
    """The server's "failure", or another number; ``args`` has it."""


class _Client(paramiko.SFTPClient):
    def _convert_status(self, msg: paramiko.Message) -> None:
        """By the number alone: the text may be of any encoding (Shift_JIS, say), and nobody is shown it."""
        code = msg.get_int()
        if code == SFTP_EOF:
            raise EOFError
        if code == SFTP_NO_SUCH_FILE:
            raise FileNotFoundError
        if code == SFTP_PERMISSION_DENIED:
            raise PermissionError
        if code != SFTP_OK:
            raise _Failure(code)


class _SftpStore:
    def __init__(self, client: paramiko.SFTPClient, folder: str, server: str) -> None:
        self._client = client
        self._folder = folder
        self._server = server

    def require_folder(self) -> None:
        with self._told(""):
            try:
                self._folder = self._client.normalize(self._folder)
                mode = self._client.stat(self._folder).st_mode
            except FileNotFoundError:
                mode = stat.S_IFREG
            if mode is not None and not stat.S_ISDIR(mode):
                raise Refused(
                    "フォルダーがサーバーにありません。",
                    where=self.place(""),
                    remedy="フォルダーの書き方を確かめるか、サーバーの管理者に作ってもらってください。",
                )

    def look(self, path: str) -> Found | None:
        with self._told(path):
            seen = self._seen(path)
            if seen is None:
                return None
            if seen.st_mode is not None and not stat.S_ISREG(seen.st_mode):
                raise _in_the_way(self.place(path))
            size = seen.st_size or 0
            return Found(size, self._sha256(path) if size <= LARGEST else None)

    def make_folder(self, path: str) -> None:
        with self._told(path):
            seen = self._seen(path)
            if seen is None:
                self._client.mkdir(self._at(path))
            elif seen.st_mode is not None and not stat.S_ISDIR(seen.st_mode):
                raise _in_the_way(self.place(path))

    def write(self, path: str, content: bytes) -> None:
        with self._told(path):
            try:
                file = self._client.open(self._at(path), "wx")
            except _Failure:
                if self._seen(path) is not None:
                    raise Taken from None
                raise
        with self._told(path, full=True), file:
            file.write(content)

    def rename(self, old: str, new: str) -> None:
        with self._told(new):
            try:
                self._client.rename(self._at(old), self._at(new))
            except _Failure:
                # Version 3 has no word for it: "failure" with both there means that the name is taken.
                if self._seen(new) is not None and self._seen(old) is not None:
                    raise Taken from None
                raise

    def remove(self, path: str) -> None:
        with self._told(path), suppress(FileNotFoundError):
            self._client.remove(self._at(path))

    def place(self, path: str) -> str:
        return f"{self._server}/{self._at(path).removeprefix('/')}"

    def _at(self, path: str) -> str:
        return posixpath.join(self._folder, path) if path else self._folder

    def _seen(self, path: str) -> paramiko.SFTPAttributes | None:
        try:
            return self._client.lstat(self._at(path))
        except FileNotFoundError:
            return None

    def _sha256(self, path: str) -> str | None:
        digest = hashlib.sha256()
        try:
            with self._client.open(self._at(path), "rb") as file:
                while part := file.read(32768):
                    digest.update(part)
        except PermissionError:  # a folder into which one may only throw
            return None
        return digest.hexdigest()

    @contextmanager
    def _told(self, path: str, *, full: bool = False) -> Iterator[None]:
        """What the server answered, for people; a broken line is the session's to tell. ``full``: while writing, where
        the server's bare "failure" means little else than a full disk."""
        try:
            yield
        except PermissionError:
            raise Refused(
                "サーバーが断りました（権限がありません）。",
                where=self.place(path),
                remedy="このフォルダーに書き、名前を変え、消す権限を、サーバーの管理者に付けてもらってください。",
            ) from None
        except (_Failure, FileNotFoundError) as error:
            if full or error.args in ((_NO_SPACE,), (_QUOTA,)):
                raise no_space(self.place(path)) from None
            raise Unreachable(
                "サーバーが失敗と答えました。",
                where=self.place(path),
                remedy="自動で送り直します。続く場合は、サーバーの記録を管理者に確かめてもらってください。",
            ) from None


def _in_the_way(where: str) -> Refused:
    return Refused(
        "同じ名前の別のもの（ファイル、フォルダー又はリンク）があります。",
        where=where,
        remedy="移すか消してから、もう一度送ってください。",
    )
