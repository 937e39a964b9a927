"""How the row of a job may change.

The row is the queue of record. Each change is one conditional UPDATE that names the states it may start from; what a
worker writes is fenced by (owner, attempt), so a worker that lost its lease changes nothing.
"""

from typing import Any

from sqlalchemy import ColumnElement, Update, update
from sqlalchemy.orm import Session

from service.db.tables import Job
from service.jobs.states import JobEvent, sources, target

RELEASED: dict[str, Any] = {"lease_owner": None, "lease_until": None}


def change(event: JobEvent, *where: ColumnElement[bool], **values: Any) -> Update:
    """The UPDATE that lets ``event`` happen to the rows that are in a state which allows it."""
    return (
        update(Job)
        .where(Job.state.in_(sources(event)), *where)
        .values(state=target(event), row_version=Job.row_version + 1, **values)
        .execution_options(synchronize_session=False)
    )


def hit(session: Session, statement: Update) -> bool:
    """Whether the UPDATE found its row."""
    return session.execute(statement.returning(Job.id)).first() is not None
