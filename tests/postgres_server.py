"""A private PostgreSQL for tests: initdb and pg_ctl in a temporary folder, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def _folder_of_binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda p: int(p.parts[-3].split(".")[0]))
    if found:
        return found[-1].parent
    on_path = shutil.which("pg_ctl")
    return Path(on_path).resolve().parent if on_path else None


@contextmanager
def postgres_url() -> Iterator[str]:
    """The SQLAlchemy URL of an empty database on a server of its own. Skips when PostgreSQL is not installed.

    ``GIJIYOSHI_TEST_POSTGRES``: the URL of an existing empty database to use instead.
    """
    given = os.environ.get("GIJIYOSHI_TEST_POSTGRES")
    if given:
        yield given
        return
    binaries = _folder_of_binaries()
    if binaries is None:
        pytest.skip("PostgreSQL のサーバー（initdb, pg_ctl）が入っていない")
    as_user: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root.
        if shutil.which("runuser") is None or not _user_exists("postgres"):
            pytest.skip("root では PostgreSQL を起動できず、利用者 postgres か runuser がない")
        as_user = ["runuser", "-u", "postgres", "--"]

    folder = Path(tempfile.mkdtemp(prefix="gijiyoshi-pg-"))
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data, log = folder / "data", folder / "log"

    def run(*command: str) -> None:
        done = subprocess.run([*as_user, *command], cwd=folder, capture_output=True, text=True, timeout=90, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}")

    try:
        run(
            str(binaries / "initdb"),
            "-D",
            str(data),
            "-U",
            "gijiyoshi",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        )
        port = _free_port()
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-t", "60", "-l", str(log), "-o", options, "start")
        try:
            yield f"postgresql+psycopg://gijiyoshi@127.0.0.1:{port}/postgres"
        finally:
            run(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user_exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
