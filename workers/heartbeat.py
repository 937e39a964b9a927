"""The thread that keeps a claim alive and learns why to stop."""

import logging
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.db.engine import reading
from service.jobs.leases import Claim, Lease, lease_state, renew

LOG = logging.getLogger(__name__)

CANCEL_POLL_SECONDS = 0.5
"""A cancelled job must stop within two seconds, far less than the pause between two renewals."""


class StopReason(StrEnum):
    CANCEL = "cancel"
    LOST = "lost"
    DRAIN = "drain"


class Heartbeat:
    """While the ``with`` block runs: renews the lease, and sets ``reason`` once the work has to stop."""

    def __init__(
        self,
        engine: Engine,
        claim: Claim,
        *,
        lease_seconds: float,
        heartbeat_seconds: float,
        draining: Callable[[], bool],
        seen: Callable[[], None],
    ) -> None:
        self.reason: StopReason | None = None
        self._engine = engine
        self._claim = claim
        self._lease_seconds = lease_seconds
        self._heartbeat_seconds = heartbeat_seconds
        self._draining = draining
        self._seen = seen
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def stopping(self) -> bool:
        return self.reason is not None

    def __enter__(self) -> "Heartbeat":
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        renewed = time.monotonic()
        while not self._done.wait(min(CANCEL_POLL_SECONDS, self._heartbeat_seconds)):
            if self._draining():
                self.reason = StopReason.DRAIN
            try:
                if time.monotonic() - renewed >= self._heartbeat_seconds:
                    state = renew(self._engine, self._claim, self._lease_seconds)
                    renewed = time.monotonic()
                    self._seen()
                else:
                    with reading(self._engine) as session:
                        state = lease_state(session, self._claim)
            except SQLAlchemyError as error:
                # The database may be back before the lease ends; past that point someone else may own the job.
                LOG.warning("heartbeat failed: %s", type(error).__name__)
                if time.monotonic() - renewed < self._lease_seconds:
                    continue
                state = Lease.LOST
            if state is Lease.LOST:
                self.reason = StopReason.LOST
                return
            if state is Lease.CANCEL_REQUESTED:
                self.reason = StopReason.CANCEL
