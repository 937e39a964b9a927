"""Real servers on loopback: OpenSSH's sshd, and WsgiDAV on cheroot."""

import os
import pwd
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from cheroot import wsgi
from cheroot.ssl.builtin import BuiltinSSLAdapter
from wsgidav.fs_dav_provider import FilesystemProvider
from wsgidav.wsgidav_app import WsgiDAVApp

from records.connectors.reach import Reach

LOOPBACK = "127.0.0.1"
REACH = Reach(hosts=(LOOPBACK,), timeout_seconds=5)
IMPATIENT = Reach(hosts=(LOOPBACK,), timeout_seconds=0.3)
SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as server:
        return int(server.getsockname()[1])


@dataclass
class SshServer:
    """``folder`` is what it serves; ``key`` lets this user in; ``public`` is its own key."""

    port: int
    folder: Path
    key: str
    public: str
    user: str
    process: subprocess.Popen[bytes]

    @property
    def fingerprint(self) -> str:
        out = subprocess.run(
            ["ssh-keygen", "-l", "-f", "-"], input=self.public, capture_output=True, text=True, check=True
        )
        return out.stdout.split()[1]


def make_key(path: Path, kind: str = "ed25519", *options: str) -> Path:
    passphrase = [] if "-N" in options else ["-N", ""]
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-f", str(path), *passphrase, *options], check=True, timeout=30)
    return path


@contextmanager
def ssh_server(home: Path, *, port: int | None = None, fresh_key: bool = False) -> Iterator[SshServer]:
    """A server with its own keys in ``home``. Skips where there is no sshd."""
    if SSHD is None:
        pytest.skip("no sshd: install openssh-server")
    (home / "share").mkdir(parents=True, exist_ok=True)
    for name in ("host", "user"):
        if fresh_key and name == "host":
            (home / name).unlink(missing_ok=True)
        if not (home / name).exists():
            make_key(home / name)
    (home / "authorized").write_text("".join(each.read_text() for each in sorted(home.glob("user*.pub"))))
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd insists on it
    with (home / "sshd.log").open("ab") as log:
        process, chosen = _started(home, port, log)
    try:
        key, public = (home / "user").read_text(), (home / "host.pub").read_text()
        yield SshServer(chosen, home / "share", key, public, pwd.getpwuid(os.getuid()).pw_name, process)
    finally:
        process.kill()
        process.wait()


def _started(home: Path, port: int | None, log: BinaryIO) -> tuple[subprocess.Popen[bytes], int]:
    """On ``port``, or on a free one, which somebody else may take before sshd does."""
    for chosen in [port] if port else [free_port() for _ in range(5)]:
        config = home / "sshd_config"
        config.write_text(
            f"ListenAddress {LOOPBACK}:{chosen}\nHostKey {home / 'host'}\nAuthorizedKeysFile {home / 'authorized'}\n"
            "PidFile none\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nMaxStartups 100\nUseDNS no\n"
            "PasswordAuthentication yes\nKbdInteractiveAuthentication no\nSubsystem sftp internal-sftp\n"
        )
        command = [str(SSHD), "-f", str(config)]
        # From 9.8 on, sshd shuts out whoever fails often: these tests do.
        lenient = ["-o", "PerSourcePenalties=no"]
        if not subprocess.run([*command, *lenient, "-t"], check=False, capture_output=True).returncode:
            command += lenient
        process = subprocess.Popen([*command, "-D", "-e"], stderr=log)
        if _answers(chosen, process):
            return process, chosen
        process.kill()
        process.wait()
    raise AssertionError(f"sshd did not start: {(home / 'sshd.log').read_text()}")


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1) as connection:
            if connection.recv(4) == b"SSH-":
                return process.poll() is None
        time.sleep(0.02)
    return False


Application = Callable[..., Iterable[bytes]]


@dataclass
class DavServer:
    port: int
    folder: Path
    user: str = "gijiyoshi"
    password: str = "正しい pass:word"
    scheme: str = "http"
    answers: dict[str, str] = field(default_factory=dict)
    """For a method, the status that it gets instead of being done."""
    seen: list[str] = field(default_factory=list)
    """The methods that were asked for."""

    @property
    def url(self) -> str:
        return f"{self.scheme}://{LOOPBACK}:{self.port}/share/"


@contextmanager
def dav_server(
    folder: Path, *, port: int = 0, digest: bool = False, certificate: Path | None = None
) -> Iterator[DavServer]:
    folder.mkdir(parents=True, exist_ok=True)
    told = DavServer(port, folder, scheme="https" if certificate else "http")
    if digest:
        told.password = "ascii-only"  # RFC 7616 leaves open how others are written
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/share": FilesystemProvider(str(folder))},
            "simple_dc": {"user_mapping": {"*": {told.user: {"password": told.password}}}},
            "http_authenticator": {"accept_basic": not digest, "accept_digest": digest, "default_to_digest": digest},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    server = wsgi.Server((LOOPBACK, port), _sometimes(app, told), numthreads=4, timeout=5, shutdown_timeout=1)
    if certificate is not None:
        server.ssl_adapter = BuiltinSSLAdapter(str(certificate), str(certificate))
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    told.port = server.bind_addr[1]
    try:
        yield told
    finally:
        server.stop()
        thread.join()


def _sometimes(app: Application, told: DavServer) -> Application:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        told.seen.append(environ["REQUEST_METHOD"])
        status = told.answers.get(environ["REQUEST_METHOD"])
        if status is None:
            return app(environ, start)
        environ["wsgi.input"].read()
        body = b"secret of the server: " + status.encode()
        start(status, [("Content-Length", str(len(body))), ("Location", "http://169.254.169.254/")])
        return [body]

    return answer


@contextmanager
def small_disk(folder: Path, size: str = "64k") -> Iterator[Path]:
    """``folder`` as a disk that is soon full. Skips where one may not be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    mounted = (
        os.geteuid() == 0
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not mounted:
        pytest.skip("no right to mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
