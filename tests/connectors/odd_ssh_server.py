"""An SFTP server that takes passwords and can be odd, as sshd cannot without rights over the machine."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import paramiko
from paramiko.common import AUTH_FAILED, AUTH_PARTIALLY_SUCCESSFUL, AUTH_SUCCESSFUL, OPEN_SUCCEEDED
from paramiko.sftp import SFTP_OK, SFTP_PERMISSION_DENIED

USER, PASSWORD = "gijiyoshi", "正しい パスワード"


@dataclass
class Odd:
    """What is odd about it."""

    folder: Path
    further: bool = False
    """It wants a second proof of who it is."""
    mute: bool = False
    """It opens the SFTP subsystem and says nothing in it."""
    dribbling: bool = False
    """It sends a byte of its first answer now and then."""
    full: bool = False
    unreadable: bool = False
    locked: bool = False
    """Nothing may be written."""
    replaces: bool = False
    """RENAME replaces what is there."""
    port: int = 0
    key: paramiko.PKey = field(default_factory=lambda: paramiko.RSAKey.generate(2048))


@contextmanager
def odd_ssh_server(odd: Odd) -> Iterator[Odd]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        odd.port = server.getsockname()[1]
        transports: list[paramiko.Transport] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    transport = paramiko.Transport(connection)
                    transports.append(transport)
                    transport.add_server_key(odd.key)
                    transport.set_subsystem_handler("sftp", _Server, _Files, odd)
                    with suppress(paramiko.SSHException, EOFError):
                        transport.start_server(event=threading.Event(), server=_Login(odd))

        accepting = threading.Thread(target=accept)
        accepting.start()
        try:
            yield odd
        finally:
            server.shutdown(socket.SHUT_RDWR)
            accepting.join()
            for transport in transports:
                transport.close()
                transport.join(10)


class _Login(paramiko.ServerInterface):
    def __init__(self, odd: Odd) -> None:
        self._odd = odd

    def get_allowed_auths(self, username: str) -> str:
        return "password,keyboard-interactive"

    def check_auth_password(self, username: str, password: str) -> int:
        if (username, password) != (USER, PASSWORD):
            return AUTH_FAILED
        return AUTH_PARTIALLY_SUCCESSFUL if self._odd.further else AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_subsystem_request(self, channel: paramiko.Channel, name: str) -> bool:
        if self._odd.dribbling:
            threading.Thread(target=_dribble, args=(channel,)).start()
        return self._odd.mute or self._odd.dribbling or super().check_channel_subsystem_request(channel, name)


class _Server(paramiko.SFTPServer):
    """Its answers are worded in the encoding of a Japanese Windows."""

    def _send_status(self, request_number: int, code: int, desc: object = None) -> None:
        super()._send_status(request_number, code, "処理の結果".encode("cp932"))


class _Files(paramiko.SFTPServerInterface):
    def __init__(self, server: paramiko.ServerInterface, odd: Odd) -> None:
        super().__init__(server)
        self._odd = odd

    def _at(self, path: str) -> str:
        return str(self._odd.folder / path.lstrip("/"))

    def lstat(self, path: str) -> paramiko.SFTPAttributes | int:
        return self._done(lambda: paramiko.SFTPAttributes.from_stat(os.lstat(self._at(path))))

    stat = lstat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> "_Handle | int":
        if self._odd.locked if flags & os.O_CREAT else self._odd.unreadable:
            return SFTP_PERMISSION_DENIED
        return self._done(lambda: _Handle(os.open(self._at(path), flags, 0o600), full=self._odd.full))

    def remove(self, path: str) -> int:
        return self._done(lambda: os.remove(self._at(path)))

    def rename(self, oldpath: str, newpath: str) -> int:
        act = os.rename if self._odd.replaces else _rename
        return self._done(lambda: act(self._at(oldpath), self._at(newpath)))

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return self._done(lambda: os.mkdir(self._at(path)))

    def _done(self, act: Callable[[], Any]) -> Any:
        try:
            made = act()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return SFTP_OK if made is None else made


class _Handle(paramiko.SFTPHandle):
    def __init__(self, number: int, *, full: bool) -> None:
        super().__init__()
        self._number = number
        self._full = full

    def read(self, offset: int, length: int) -> bytes:
        return os.pread(self._number, length, offset)

    def write(self, offset: int, data: bytes) -> int:
        if self._full:
            return paramiko.SFTP_FAILURE
        os.pwrite(self._number, data, offset)
        return SFTP_OK

    def close(self) -> None:
        os.close(self._number)


def _dribble(channel: paramiko.Channel) -> None:
    with suppress(OSError):
        channel.sendall(b"\0\0\x7f\xff")
        while True:
            time.sleep(0.05)
            channel.sendall(b"\0")


def _rename(old: str, new: str) -> None:
    os.link(old, new)
    os.remove(old)
