"""An event loop in a thread of its own: requests of several threads share connections and can be cut off at once."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import wait
from typing import Any, TypeVar

from minutes.stopping import Stopped

T = TypeVar("T")

_LOOK_SECONDS = 0.05


class LoopThread:
    """Begun at its first use: a process that only reads settings, or is forked later, has no thread of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[], Coroutine[Any, Any, T]], *, halted: Callable[[], bool]) -> T:
        """What ``work`` returns or raises; Stopped soon after ``halted`` answers True, with the work cut off."""
        future = asyncio.run_coroutine_threadsafe(work(), self._started())
        while not wait([future], timeout=_LOOK_SECONDS).done:
            if halted():
                future.cancel()
                raise Stopped
        return future.result()

    def close(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Do ``last`` in the loop and end it. Nothing happens where it never began."""
        with self._lock:
            if self._loop is None or self._thread is None:
                return
            asyncio.run_coroutine_threadsafe(self._end(last), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()
            self._loop = self._thread = None

    async def _end(self, last: Callable[[], Coroutine[Any, Any, None]]) -> None:
        own = asyncio.current_task()
        others = [task for task in asyncio.all_tasks() if task is not own]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await last()

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, name="model-requests", daemon=True)
                self._thread.start()
            return self._loop
