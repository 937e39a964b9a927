"""The list of meetings, with what is under way shown live."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import func, select

from service.auth import Action
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import MeetingRow
from service.meetings.queries import get_meeting, latest_job, list_meetings
from service.web import wording
from service.web.people import account_names, department_names, person_of
from service.web.progress import progress_of
from service.web.templating import page

router = APIRouter()


def _address(**values: str | None) -> str:
    kept = {key: value for key, value in values.items() if value}
    return f"/?{urlencode(kept)}" if kept else "/"


@router.get("/")
def queue(
    request: Request,
    principal: WebPrincipalDep,
    state: Annotated[str, Query()] = "",
    q: Annotated[str, Query()] = "",
    cursor: Annotated[str, Query()] = "",
) -> Response:
    with reading(request.app.state.engine) as session:
        found = list_meetings(session, principal, state=state or None, q=q or None, cursor=cursor or None)
        counting = (
            select(MeetingRow.state, func.count())
            .where(MeetingRow.department_id.in_(principal.departments(Action.read)))
            .group_by(MeetingRow.state)
        )
        counts = dict(session.execute(counting).all())
        names = account_names(session, (row.created_by for row in found.rows))
        departments = department_names(session, (row.department_id for row in found.rows))
        rows = [
            {
                "id": row.id,
                "title": row.title,
                "starts_at": row.starts_at,
                "model": wording.model(row.model),
                "state": row.state,
                "created_by": names.get(row.created_by, ""),
                "department": departments.get(row.department_id, ""),
                "updated_at": row.updated_at,
                "progress": progress_of(row, latest_job(session, row.id), principal),
            }
            for row in found.rows
        ]
        person = person_of(session, principal)
    tabs = [{"label": "すべて", "count": sum(counts.values()), "href": _address(q=q), "current": not state}]
    tabs += [
        {"label": name, "count": counts.get(name, 0), "href": _address(state=name, q=q), "current": state == name}
        for name in wording.STATES
        if counts.get(name) or state == name
    ]
    return page(
        "queue.html",
        person=person,
        here="queue",
        rows=rows,
        tabs=tabs,
        state=state,
        q=q,
        next_href=_address(state=state, q=q, cursor=found.next_cursor) if found.next_cursor else None,
    )


@router.get("/meetings/{meeting_id}/progress")
def progress(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    """The inside of one progress box."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return page("progress_fragment.html", progress=progress_of(row, latest_job(session, row.id), principal))
