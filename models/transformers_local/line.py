"""Requests of several threads, taken by one: as many together as there are, and as make a batch."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import wait

from minutes.stopping import Stopped
from models.grounded import Reply
from models.transformers_local.row import Job

_LOOK_SECONDS = 0.05

Answering = Callable[[Sequence[Job]], None]
"""Gives each job its answer or its error."""


class Line:
    """Its thread begins with the first request: a process that only reads settings, or is forked later, has none."""

    def __init__(self, answering: Answering, batch_size: int) -> None:
        self._answering = answering
        self._batch_size = batch_size
        self._changed = threading.Condition()
        self._waiting: list[Job] = []
        self._closed = False
        self._thread: threading.Thread | None = None

    def answer(self, job: Job) -> Reply:
        """Raises what the work raises, and Stopped soon after the job is halted, whatever the thread is doing."""
        with self._changed:
            if self._closed:
                raise Stopped
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="model-batches", daemon=True)
                self._thread.start()
            self._waiting.append(job)
            self._changed.notify()
        while not wait([job.answer], timeout=_LOOK_SECONDS).done:
            if job.halted():
                raise Stopped
        return job.answer.result()

    def close(self) -> None:
        """Ends the thread after its present batch."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while batch := self._next():
            try:
                self._answering(batch)
            except BaseException as error:
                # Whoever waits must hear of it; the thread goes on.
                for job in batch:
                    if not job.answer.done():
                        job.answer.set_exception(error)

    def _next(self) -> list[Job]:
        """Empty once the line is closed."""
        with self._changed:
            while True:
                self._waiting = [job for job in self._waiting if not job.halted()]
                if self._closed:
                    return []
                if self._waiting:
                    batch = together(self._waiting, self._batch_size)
                    self._waiting = [job for job in self._waiting if job not in batch]
                    return batch
                self._changed.wait()


def together(waiting: Sequence[Job], size: int) -> list[Job]:
    """The job that came first with those nearest to it in length, longest first: none is left behind, little is padded."""
    ordered = sorted(waiting, key=lambda job: len(job.ids), reverse=True)
    size = min(size, len(ordered))
    first = ordered.index(waiting[0])
    begins = range(max(0, first - size + 1), min(first, len(ordered) - size) + 1)
    begin = min(begins, key=lambda at: len(ordered[at].ids) - len(ordered[at + size - 1].ids))
    return ordered[begin : begin + size]
