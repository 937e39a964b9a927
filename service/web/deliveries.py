"""引渡しの状況: what went where and when, and the buttons of those who may do something about it."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError
from records.package.editions import Edition
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep, safe_next
from service.db.engine import reading
from service.db.record_tables import Destination
from service.db.tables import MeetingRow
from service.deliveries import steering
from service.deliveries.destinations import destinations_of
from service.deliveries.listing import WAYS, Filters, Shown, list_deliveries
from service.deliveries.states import DeliveryState
from service.deliveries.steering import STATE_NAMES, may_see
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.queries import plain
from service.web import delivery_words
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()

PATH = "/deliveries"
ALL = "all"
"""As the value of ``way``: packages, webhooks and e-mails."""
_STEPS = {
    "pause": steering.pause,
    "resume": steering.resume,
    "cancel": steering.cancel,
    "replay": steering.send_again,
}
_MOST_OF_ONE_MEETING = 200


@dataclass(frozen=True)
class View:
    """What the person has chosen."""

    destination: str = ""
    state: str = ""
    meeting: str = ""
    way: str = ""
    """Packages unless another is chosen: of webhooks there are a dozen for each meeting."""

    def filters(self) -> Filters:
        way = None if self.way == ALL else self.way or "package"
        return Filters(self.destination or None, self.state or None, self.meeting or None, way)

    def address(self, *, cursor: str | None = None, **changed: str) -> str:
        """The address of the page with something else chosen; from its beginning unless ``cursor`` is given."""
        chosen = replace(self, **changed)
        kept = {each.name: getattr(chosen, each.name) for each in fields(chosen) if getattr(chosen, each.name)}
        if cursor:
            kept["cursor"] = cursor
        return f"{PATH}?{urlencode(kept)}" if kept else PATH


@router.get(PATH)
def deliveries(
    request: Request,
    principal: WebPrincipalDep,
    *,
    destination: Annotated[str, Query(max_length=36)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    meeting: Annotated[str, Query(max_length=36)] = "",
    way: Annotated[str, Query(max_length=20)] = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    return _page(request, principal, View(destination, state, meeting, way), cursor)


@router.post(PATH + "/{delivery_id}/{step}")
def steer(
    request: Request,
    delivery_id: str,
    step: Literal["pause", "resume", "cancel", "replay"],
    principal: WebPrincipalDep,
    back: Annotated[str, Form()] = PATH,
) -> Response:
    """``back``: the page on which the button stood."""
    try:
        _STEPS[step](request.app.state.engine, principal, delivery_id)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, View(), "", error)
    return RedirectResponse(_back(back), status_code=303)


@dataclass(frozen=True)
class MeetingDeliveries:
    """What the page of one meeting's record shows by ``meeting_deliveries.html``."""

    rows: tuple[Shown, ...]
    destinations: tuple[Destination, ...]
    """Where the person may have a package of this meeting sent to."""
    full_for: frozenset[str]
    """Ids of those that take the 保存版 too."""
    words: Any = delivery_words


def meeting_deliveries(session: Session, principal: Principal, row: MeetingRow) -> MeetingDeliveries:
    """Packages only; nothing for whoever sees no deliveries of its department."""
    seen = any(principal.may(action, row.department_id) for action in steering.SEEING)
    filters = Filters(meeting_id=row.id, way="package")
    rows = list_deliveries(session, principal, filters, limit=_MOST_OF_ONE_MEETING).rows if seen else ()
    mine = destinations_of(session, [row.department_id]) if principal.may(Action.hand_over, row.department_id) else ()
    usable = tuple(each for each in mine if each.active)
    return MeetingDeliveries(rows, usable, frozenset(each.id for each in usable if Edition.FULL in each.editions))


def _back(address: str) -> str:
    """Within this service, query included."""
    path, mark, query = address.partition("?")
    return safe_next(path) + (mark + query if query.isascii() and query.isprintable() and len(query) < 1000 else "")


def _page(
    request: Request, principal: Principal, view: View, cursor: str, error: GijiyoshiError | None = None
) -> Response:
    places = may_see(principal)
    with reading(request.app.state.engine) as session:
        found = list_deliveries(session, principal, view.filters(), cursor=cursor or None)
        meeting = session.get(MeetingRow, plain(view.meeting)) if view.meeting else None
        title = meeting.title if meeting is not None and meeting.department_id in places else "見つからない会議"
        return page(
            "deliveries.html",
            status=error.status if error is not None else 200,
            person=person_of(session, principal),
            here="deliveries",
            view=view,
            rows=found.rows,
            destinations={each.id: each.name for each in destinations_of(session, places)},
            states={str(each): STATE_NAMES[each] for each in DeliveryState},
            ways={each: delivery_words.WAY[each] for each in WAYS if each != "package"} | {ALL: "すべて"},
            words=delivery_words,
            meeting_title=title,
            back=view.address(cursor=cursor or None),
            problems=[
                {"what": each.what, "where": "", "remedy": each.remedy, "href": None}
                for each in (error.problems if error is not None else ())
            ],
            next_href=view.address(cursor=found.next_cursor) if found.next_cursor else None,
            first_href=view.address() if cursor else None,
        )
