"""「接続を確かめる」: asked for by an administrator, done by a worker, because only workers reach out of the service."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.db.base import now
from service.db.record_tables import Destination
from service.db.tables import Job
from service.jobs import requests
from service.jobs.requests import JobKind
from service.jobs.states import FINAL

_ATTEMPTS = 2
"""A worker that was stopped is followed by another; what the other side answers is told as it is."""


def request_check(session: Session, destination: Destination, *, asked_by: str) -> bool:
    """A job that tries the connection; False while one is under way already."""
    if check_under_way(session, destination.id):
        return False
    requests.create(session, kind=JobKind.CHECK, subject_id=destination.id, created_by=asked_by, max_attempts=_ATTEMPTS)
    return True


def check_under_way(session: Session, destination_id: str) -> bool:
    query = select(Job.id).where(Job.subject_id == destination_id, Job.kind == JobKind.CHECK, Job.state.not_in(FINAL))
    return session.scalar(query.limit(1)) is not None


def note_check(session: Session, destination_id: str, version: int | None, *, ok: bool, said: str) -> None:
    """What was found. Nothing is noted of a configuration that has been changed since (``version``: of the row)."""
    destination = session.get_one(Destination, destination_id, with_for_update={"key_share": True})
    if version is not None and destination.row_version != version:
        return
    destination.checked_at, destination.check_ok, destination.check_said = now(), ok, said
