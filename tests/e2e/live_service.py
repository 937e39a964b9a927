"""A real `gijiyoshi up` for a test, started as a person starts it, and how it is waited for and ended."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx2

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
MAKE = ["make", "--no-print-directory", "-C", str(ROOT), "-o", ".venv/.ready", f"BIN={BIN}"]
"""The Makefile's own lines, with the environment that runs the tests."""

STOP_SECONDS = 10
"""What the program promises."""


def free_port() -> int:
    """Below the range the system takes for outgoing connections, so that none of them gets it before the service."""
    for port in random.sample(range(12_000, 32_000), 50):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no free port")


def wait_for(found: Callable[[], Any], *, seconds: float, what: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what}: nothing after {seconds} s")


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that name ``text``: what a stop must not leave behind."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                environment = (entry / "environ").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if text in command or text in environment:
                found.append(command)
    return found


@dataclass(frozen=True)
class Service:
    url: str
    port: int
    data: Path
    env: Mapping[str, str]
    process: subprocess.Popen[str]

    def said(self) -> str:
        return (self.data.parent / "up.log").read_text(encoding="utf-8")

    def run(self, *command: str, cwd: Path = ROOT, seconds: float = 200) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, env=dict(self.env), cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False
        )


def settings(data: Path, port: int) -> dict[str, str]:
    """An environment with these two settings and no other of ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIJIYOSHI_", "MAKE", "MFLAGS"))}
    return kept | {"GIJIYOSHI_DATA_DIR": str(data), "GIJIYOSHI_PORT": str(port), "PYTHONUTF8": "1"}


@contextmanager
def started(
    folder: Path, command: Sequence[str], stop: signal.Signals, more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Service]:
    """With ``more`` settings, until the block ends; then ``stop`` goes to the whole group, as from a terminal, and nothing may be left."""
    data, port = folder / "var", free_port()
    env = settings(data, port) | more
    with (folder / "up.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, env=env, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
    service = Service(f"http://127.0.0.1:{port}", port, data, env, process)
    try:
        wait_for(lambda: _is_ready(service), seconds=100, what="the service is ready")
        yield service
        os.killpg(process.pid, stop)
        process.wait(timeout=STOP_SECONDS)
        wait_for(lambda: processes_naming(str(data)) == [], seconds=5, what="no process is left")
    except BaseException as error:
        error.add_note(service.said())
        raise
    finally:
        _end(process)


def _is_ready(service: Service) -> bool:
    assert service.process.poll() is None, service.said()
    try:
        return httpx2.get(service.url + "/readyz", timeout=5, trust_env=False).status_code == 200
    except httpx2.HTTPError:
        return False


def _end(process: subprocess.Popen[str]) -> None:
    """After a failure: TERM, so that the supervisor ends its children's groups, then KILL."""
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5)):
        try:
            os.killpg(process.pid, number)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            continue
    process.wait()
