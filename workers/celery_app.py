"""Celery, which only wakes workers: one task, one argument, a job id. The row in the database is the truth."""

import logging
import mmap
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from celery import Celery
from celery.signals import worker_process_init, worker_ready, worker_shutting_down
from kombu import Queue
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from minutes.backends import SLOW_TO_LOAD
from service.db.engine import make_engine, writing
from service.jobs.requests import JobKind
from service.jobs.warming import request_warm_up
from service.settings import Settings
from workers.presence import mark_seen, process_id
from workers.runner import run_job
from workers.works import ALL_QUEUES, OTHER_QUEUE, load_registered, queue_of, works

if TYPE_CHECKING:
    from models.pipeline import ModelSource

LOG = logging.getLogger(__name__)

WAKE = "gijiyoshi.wake"


def make_app(settings: Settings, *, load: "ModelSource" = load_registered) -> Celery:
    """The Celery application for dispatcher and worker."""
    app = Celery("gijiyoshi", broker=settings.broker_url.get_secret_value() if settings.broker_url else None)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        broker_transport_options={
            "visibility_timeout": 6 * 3600,
            "socket_timeout": 5,
            "socket_connect_timeout": 2,
            "health_check_interval": 25,
            "global_keyprefix": "gijiyoshi:",
        },
        task_ignore_result=True,
        result_backend=None,
        accept_content=["json"],
        task_serializer="json",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        task_time_limit=5 * 3600,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        task_queues=[Queue(name) for name in ALL_QUEUES],
        task_default_queue=OTHER_QUEUE,
        worker_hijack_root_logger=False,
        worker_send_task_events=False,
        enable_utc=True,
    )
    table = works(load)

    @app.task(name=WAKE)
    def wake(job_id: str) -> None:
        engine = _engine(settings.database(), os.getpid())
        run_job(engine, settings, job_id, table, draining=_draining, worker_id=_worker_id())

    return app


@lru_cache(maxsize=1)
def _engine(url: str, _process: int) -> Engine:
    """One engine per process: pooled connections must not cross a fork."""
    return make_engine(url)


_drain_flag = mmap.mmap(-1, 1)
"""Shared between the worker and its forked children: set by the parent on shutdown, read by the heartbeat. A byte of
shared memory needs no lock, so it may be set in a signal handler."""

_parent: list[int] = []


def _worker_id() -> str:
    """Parent and child are one worker to whoever watches."""
    return process_id(_parent[0]) if _parent else process_id()


def _draining() -> bool:
    """Also when the parent was killed: an orphan gives its job back rather than working on unseen."""
    return _drain_flag[0] == 1 or (bool(_parent) and os.getppid() != _parent[0])


@worker_shutting_down.connect
def _begin_drain(**_: Any) -> None:
    _drain_flag[0] = 1


@worker_process_init.connect
def _remember_parent(**_: Any) -> None:
    _parent[:] = [os.getppid()]


def _seen(settings: Settings) -> None:
    """The engine is closed again at once: an open connection would be inherited by a child forked later."""
    engine = make_engine(settings.database())
    try:
        mark_seen(engine, process_id(), "worker")
    except SQLAlchemyError as error:
        LOG.warning("presence not written: %s", type(error).__name__)
    finally:
        engine.dispose()


def _warm_up(settings: Settings) -> None:
    """Ask for the model to be loaded: in the child, as a job like any other. The parent must not load it, and a child
    that dies of it must not be tried for ever."""
    engine = make_engine(settings.database())
    try:
        with writing(engine) as session:
            request_warm_up(session, settings.model)
    except SQLAlchemyError as error:
        LOG.warning("no warm-up asked for: %s", type(error).__name__)
    finally:
        engine.dispose()


def run_worker(
    settings: Settings, *, queues: str = ",".join(ALL_QUEUES), load: "ModelSource" = load_registered
) -> None:
    """Serve until TERM. One child: the parent stays free for the broker while the child computes."""
    app = make_app(settings, load=load)

    @worker_ready.connect(weak=False)
    def start_presence(sender: Any, **_: Any) -> None:
        # On the consumer's own timer: a consumer that is alive but deaf is then not seen either.
        sender.timer.call_repeatedly(settings.heartbeat_seconds, _seen, (settings,))
        _seen(settings)
        if settings.model in SLOW_TO_LOAD and queue_of(JobKind.WARM) in queues.split(","):
            _warm_up(settings)

    app.worker_main(
        [
            "worker",
            "--pool=prefork",
            "--concurrency=1",
            f"--queues={queues}",
            "--loglevel=INFO",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )
