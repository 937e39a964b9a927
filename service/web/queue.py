"""The two lists of meetings: what the person can act on now, and all that they may read."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.meetings.assigning import candidates, takes_part
from service.meetings.bodies import bodies_of
from service.meetings.inbox import refused_lately
from service.meetings.queries import get_meeting, latest_job
from service.meetings.queue import (
    Due,
    Filters,
    Order,
    count_by_state_and_due,
    count_meetings,
    list_meetings,
    under_way,
)
from service.web import wording
from service.web.people import department_names, person_of
from service.web.progress import progress_of
from service.web.queue_address import DUE_WORDS, Choices, View, chips, sort_links
from service.web.queue_view import queue_rows
from service.web.templating import page

router = APIRouter()

MINE = Filters(mine=True)
PAGE = 50


@router.get("/")
def my_work(
    request: Request,
    principal: WebPrincipalDep,
    cursor: Annotated[str, Query(max_length=200)] = "",
    assigned: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    """What this person can do the next step of, the nearest deadline first."""
    with reading(request.app.state.engine) as session:
        found = list_meetings(session, principal, MINE, order=Order.DUE, cursor=cursor or None, limit=PAGE)
        return page(
            "my_work.html",
            **_common(session, principal, assigned=assigned, here_address="/"),
            rows=queue_rows(session, principal, found.rows),
            waiting=() if cursor else queue_rows(session, principal, under_way(session, principal)),
            refused_files=() if cursor else refused_lately(session, request.app.state.settings, principal),
            sort={},
            next_href=f"/?cursor={found.next_cursor}" if found.next_cursor else None,
            first_href="/" if cursor else None,
        )


@router.get("/meetings")
def all_meetings(
    request: Request,
    principal: WebPrincipalDep,
    *,
    q: Annotated[str, Query(max_length=200)] = "",
    department: Annotated[str, Query(max_length=36)] = "",
    state: Annotated[str, Query()] = "",
    body: Annotated[str, Query(max_length=36)] = "",
    due: Annotated[str, Query()] = "",
    assignee: Annotated[str, Query(max_length=36)] = "",
    sort: Annotated[Order, Query()] = Order.UPDATED_LAST,
    cursor: Annotated[str, Query(max_length=200)] = "",
    assigned: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    view = View(q.strip(), department, state, body, due, assignee, sort)
    filters = view.filters()
    with reading(request.app.state.engine) as session:
        found = list_meetings(session, principal, filters, order=sort, cursor=cursor or None, limit=PAGE)
        table = count_by_state_and_due(session, principal, filters)
        choices = _choices(session, principal)
        chosen_due = Due(due) if due else None
        of_state = {name: table.get((name, chosen_due), 0) for name in wording.STATES}
        return page(
            "all_meetings.html",
            **_common(session, principal, assigned=assigned, here_address=view.address(cursor=cursor)),
            rows=queue_rows(session, principal, found.rows),
            shown=of_state[state] if state else sum(of_state.values()),
            view=view,
            choices=choices,
            chips=chips(view, choices),
            states=[_facet("すべて", sum(of_state.values()), view.address(state=""), not state)]
            + [
                _facet(name, count, view.address(state=name), state == name)
                for name, count in of_state.items()
                if count or state == name
            ],
            dues=[
                _facet(
                    words,
                    sum(count for (name, each), count in table.items() if each == value and state in {"", name}),
                    view.address(due=value or ""),
                    due == (value or ""),
                )
                for value, words in DUE_WORDS.items()
            ],
            sort=sort_links(view),
            next_href=view.address(cursor=found.next_cursor) if found.next_cursor else None,
            first_href=view.address() if cursor else None,
        )


@router.get("/meetings/{meeting_id}/progress")
def progress(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    """The inside of one progress box."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return page("progress_fragment.html", progress=progress_of(row, latest_job(session, row.id), principal))


def _common(session: Session, principal: Principal, *, assigned: int, here_address: str) -> dict[str, Any]:
    planned = [each for each in principal.departments(Action.read) if takes_part(principal, each)]
    people = candidates(session, planned)
    return {
        "person": person_of(session, principal),
        "here": "queue",
        "mine_count": count_meetings(session, principal, MINE),
        "here_address": here_address,
        "assigned": assigned,
        "people": {key: name for key, name in people.items() if key != principal.account_id},
    }


def _choices(session: Session, principal: Principal) -> Choices:
    readable = principal.departments(Action.read)
    names = department_names(session, readable)
    bodies = bodies_of(session, readable)
    return Choices(
        departments=dict(sorted(names.items(), key=lambda pair: pair[1])),
        bodies={each.id: each.name if each.active else f"{each.name}（終了）" for each in bodies},
        people=candidates(session, readable),
    )


def _facet(label: str, count: int, href: str, current: bool) -> dict[str, Any]:
    return {"label": label, "count": count, "href": href, "current": current}
