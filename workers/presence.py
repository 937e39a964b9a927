"""Rows that say which processes are alive, for readiness checks: no process has to be asked."""

import os
import socket
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func, select, update
from sqlalchemy.exc import IntegrityError

from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import WorkerSeen


def process_id(pid: int | None = None) -> str:
    """``worker_id`` of this process: host and process id, so that no worker answers for another."""
    return f"{socket.gethostname()}:{pid or os.getpid()}"


def last_seen(engine: Engine, role: str) -> datetime | None:
    """When a process of this role on this host was last seen; None: never."""
    host = socket.gethostname()
    rows = select(func.max(WorkerSeen.seen_at)).where(
        WorkerSeen.role == role, WorkerSeen.worker_id.startswith(f"{host}:", autoescape=True)
    )
    with reading(engine) as session:
        return session.scalar(rows)


def mark_seen(engine: Engine, worker_id: str, role: str) -> None:
    """``role``: dispatcher or worker."""
    _write(engine, worker_id, {"role": role, "seen_at": now()})


def mark_working(engine: Engine, worker_id: str, job_id: str | None) -> None:
    """Which job this worker is on; None: it waits for one."""
    _write(engine, worker_id, {"role": "worker", "seen_at": now(), "job_id": job_id})


def _write(engine: Engine, worker_id: str, values: dict[str, Any]) -> None:
    known = update(WorkerSeen).where(WorkerSeen.worker_id == worker_id).values(values).returning(WorkerSeen.worker_id)
    try:
        with writing(engine) as session:
            if session.execute(known).first() is None:
                session.add(WorkerSeen(worker_id=worker_id, **values))
    except IntegrityError:  # parent and child of one worker share the row and may both insert it
        with writing(engine) as session:
            session.execute(known)
