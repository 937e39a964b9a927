"""The loop that publishes due job ids and ends what no worker will take again. Safe to run twice."""

import logging
import threading
from collections.abc import Callable

from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from service.db.engine import writing
from service.jobs import dispatch
from service.jobs.dispatch import Due, Ended
from service.jobs.states import JobState
from service.notices.outbox import queue_messages, remind
from service.settings import Settings
from workers.celery_app import WAKE
from workers.presence import mark_seen, process_id
from workers.runner import Work
from workers.works import queue_of

LOG = logging.getLogger(__name__)

Publish = Callable[[Due], None]
"""Raises OSError or kombu's OperationalError when the broker does not take it."""


def publisher(app: Celery) -> Publish:
    def publish(due: Due) -> None:
        app.send_task(WAKE, args=[due.job_id], queue=queue_of(due.kind), retry=False, ignore_result=True)

    return publish


def dispatch_once(engine: Engine, settings: Settings, publish: Publish) -> int:
    """Publish what is due; the number published. The rows are marked and committed first, so two dispatchers do not
    send the same id and no transaction is open while the broker is asked."""
    with writing(engine) as session:
        due = dispatch.due(session, redispatch_seconds=settings.redispatch_seconds)
        dispatch.mark_dispatched(session, [item.job_id for item in due])
    for number, item in enumerate(due):
        try:
            publish(item)
        except (OSError, BrokerError) as error:
            LOG.warning("broker does not answer (%s), %d jobs wait", type(error).__name__, len(due) - number)
            with writing(engine) as session:
                dispatch.clear_dispatched(session, [rest.job_id for rest in due[number:]])
            return number
    return len(due)


def sweep_once(engine: Engine, works: Callable[[str], Work | None]) -> list[Ended]:
    """End exhausted jobs together with their subjects."""
    with writing(engine) as session:
        ended = dispatch.sweep_exhausted(session)
        for item in ended:
            work = works(item.kind)
            if work is not None:
                if item.state is JobState.FAILED:
                    work.failed(session, item.subject_id, dispatch.CRASHED)
                else:
                    work.cancelled(session, item.subject_id)
    return ended


def run_dispatcher(
    engine: Engine,
    settings: Settings,
    publish: Publish,
    works: Callable[[str], Work | None],
    stop: threading.Event,
) -> None:
    """Until ``stop``. A round that meets a database error is logged and tried again."""
    worker_id = process_id()
    while True:
        try:
            mark_seen(engine, worker_id, "dispatcher")
            for item in sweep_once(engine, works):
                LOG.warning("job %s ended as %s by the sweep", item.job_id, item.state.value)
            remind(engine)
            queue_messages(engine, settings)
            dispatch_once(engine, settings, publish)
        except SQLAlchemyError as error:
            LOG.warning("dispatcher round failed: %s", type(error).__name__)
        if stop.wait(settings.dispatch_seconds):
            return
