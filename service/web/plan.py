"""The panel of the review page on who does the work and until when."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.auth import Principal
from service.db.tables import MeetingRow
from service.meetings.assigning import candidates, takes_part
from service.meetings.queue import today_in_japan
from service.meetings.states import SETTLED
from service.web.people import account_names, body_names
from service.web.queue_view import DueView, due_view


@dataclass(frozen=True)
class Plan:
    may: bool
    """Whether the person may change it now."""
    body: str
    assignee: str
    due: DueView | None
    people: Mapping[str, str]
    """Who can be in charge; empty where the person may change nothing."""


def plan_of(session: Session, principal: Principal, row: MeetingRow) -> Plan:
    may = row.state not in SETTLED and takes_part(principal, row.department_id)
    return Plan(
        may,
        body_names(session, [row.body_id]).get(row.body_id, ""),
        account_names(session, [row.assignee_id])[row.assignee_id] if row.assignee_id else "",
        due_view(row, today_in_japan()),
        candidates(session, [row.department_id]) if may else {},
    )
