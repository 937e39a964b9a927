"""Keep child processes running and leave none behind.

Each child leads its own process group, so a signal to the terminal reaches only the supervisor, and whatever a child
forked can be ended with it. On Linux the kernel also sends TERM to a child whose supervisor was killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

STEADY_SECONDS = 30.0
"""A child that ran this long starts again without delay."""
LONGEST_PAUSE_SECONDS = 30.0
GRACE_SECONDS = 6.0
POLL_SECONDS = 0.1
LOG_MAX_BYTES = 5_000_000
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class ChildSpec:
    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    pass_fds: tuple[int, ...] = ()
    stops_last: bool = False
    """The broker: what talks to it has to be gone first."""


@dataclass
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float = field(default=0.0)


class Supervisor:
    """``say`` prints one line for the person at the terminal."""

    def __init__(self, specs: Sequence[ChildSpec], say: Callable[[str], None]) -> None:
        self._children = [_Child(spec) for spec in specs]
        self._say = say
        self._stops = 0

    def install_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._stops += 1

    @property
    def stopping(self) -> bool:
        return self._stops > 0

    def run(self, *, ready: Callable[[], bool], on_ready: Callable[[], None]) -> None:
        """Start all, restart what dies, until a signal; then stop all. ``on_ready`` is called once, when ``ready``
        first answers True."""
        announced = False
        try:
            while not self.stopping:
                for child in self._children:
                    self._tend(child)
                if not announced and ready():
                    announced = True
                    on_ready()
                time.sleep(POLL_SECONDS)
        finally:
            self.stop()

    def stop(self) -> None:
        """TERM, a grace period, KILL; a second signal ends the grace period."""
        first = [child for child in self._children if not child.spec.stops_last]
        last = [child for child in self._children if child.spec.stops_last]
        seen = self._stops
        for group, grace in ((first, GRACE_SECONDS), (last, 1.5)):
            for child in group:
                _signal_process(child, signal.SIGTERM)
            deadline = time.monotonic() + grace
            while time.monotonic() < deadline and self._stops <= seen and any(map(_alive, group)):
                time.sleep(POLL_SECONDS / 2)
            for child in group:
                _end_group(child)

    def _tend(self, child: _Child) -> None:
        moment = time.monotonic()
        if child.process is None:
            if moment >= child.start_at:
                child.process = _start(child.spec)
                child.started = moment
            return
        status = child.process.poll()
        if status is None:
            return
        _end_group(child)
        child.failures = 0 if moment - child.started > STEADY_SECONDS else child.failures + 1
        pause = 0.0 if child.failures == 0 else min(LONGEST_PAUSE_SECONDS, 0.5 * 2.0 ** (child.failures - 1))
        child.process, child.start_at = None, moment + pause
        name, log = child.spec.name, child.spec.log
        self._say(f"{name} が止まりました（状態 {status}）。{pause:.1f} 秒後に起動し直します。記録: {log}")


def _alive(child: _Child) -> bool:
    return child.process is not None and child.process.poll() is None


def _signal_process(child: _Child, number: signal.Signals) -> None:
    if child.process is not None and child.process.poll() is None:
        child.process.send_signal(number)


def _end_group(child: _Child) -> None:
    """KILL what is left of the child's group, also orphans of a child that is gone."""
    if child.process is None:
        return
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


def _start(spec: ChildSpec) -> subprocess.Popen[bytes]:
    if spec.log.exists() and spec.log.stat().st_size > LOG_MAX_BYTES:
        spec.log.replace(spec.log.with_suffix(".log.1"))
    parent = os.getpid()
    with spec.log.open("ab") as log:
        return subprocess.Popen(
            list(spec.command),
            env=dict(spec.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=spec.pass_fds,
            preexec_fn=(lambda: _die_with(parent)) if sys.platform == "linux" else None,  # noqa: PLW1509  one thread
        )


def _die_with(parent: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died between fork and prctl
        os._exit(1)
