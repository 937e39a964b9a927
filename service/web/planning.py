"""Who does what until when, from the queue and from the review page; each form comes back to where it was sent."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep, safe_next
from service.db.engine import reading
from service.errors import Forbidden, NotFound
from service.meetings.assigning import Assigned, assign
from service.meetings.dues import change_dues
from service.meetings.queue import MYSELF, NOBODY
from service.meetings.states import TransitionName
from service.meetings.transitions import transition
from service.web.people import person_of
from service.web.review import back, refused
from service.web.templating import page

router = APIRouter()


@router.post("/meetings/assign")
def assign_many(
    request: Request,
    *,
    principal: WebPrincipalDep,
    meeting: Annotated[list[str] | None, Form()] = None,
    assignee: Annotated[str, Form()] = "",
    back_to: Annotated[str, Form()] = "/",
) -> Response:
    """``assignee``: an account, ``me`` or ``none``."""
    target = safe_next(back_to)
    made = assign(request.app.state.engine, principal, meeting or [], _account(principal, assignee))
    return _assigned(request, principal, made, target)


@router.post("/meetings/{meeting_id}/take")
def take(
    request: Request, meeting_id: str, principal: WebPrincipalDep, back_to: Annotated[str, Form()] = "/"
) -> Response:
    """The person takes charge of one meeting."""
    made = assign(request.app.state.engine, principal, [meeting_id], principal.account_id)
    _raise_refused_right(made)
    return _assigned(request, principal, made, safe_next(back_to))


@router.post("/meetings/{meeting_id}/rerun")
def run_again(
    request: Request, meeting_id: str, principal: WebPrincipalDep, back_to: Annotated[str, Form()] = "/"
) -> Response:
    """A failed draft is made again; the person stays in the queue."""
    transition(request.app.state.engine, principal, meeting_id, TransitionName.RUN_AGAIN)
    return RedirectResponse(safe_next(back_to), status_code=303)


@router.post("/meetings/{meeting_id}/plan")
def plan(
    request: Request,
    *,
    meeting_id: str,
    principal: WebPrincipalDep,
    assignee: Annotated[str, Form()] = "",
    draft_due: Annotated[str, Form()] = "",
    publication_due: Annotated[str, Form()] = "",
) -> Response:
    """Who is in charge of one meeting and until when, from its own page."""
    engine = request.app.state.engine
    try:
        dates = {"draft_due": _day(draft_due, "素案期限"), "publication_due": _day(publication_due, "公表期限")}
        made = assign(engine, principal, [meeting_id], _account(principal, assignee))
        _raise_refused_right(made)
        if made.refused:
            raise InputError(made.refused[0].why, where="担当")
        change_dues(engine, principal, meeting_id, **dates)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(meeting_id, "plan")


def _account(principal: Principal, given: str) -> str | None:
    if not given:
        raise InputError("担当が選ばれていません。", where="assignee", remedy="担当にする人を選んでください。")
    return {MYSELF: principal.account_id, NOBODY: None}.get(given, given)


def _raise_refused_right(made: Assigned) -> None:
    """Of a single meeting, what the person may not do is not a list of refusals but an error."""
    for each in made.refused:
        if isinstance(each.error, (Forbidden, NotFound)):
            raise each.error


def _assigned(request: Request, principal: Principal, made: Assigned, target: str) -> Response:
    if not made.refused:
        path, _, query = target.partition("?")
        kept = [each for each in query.split("&") if each and not each.startswith("assigned=")]
        return RedirectResponse(f"{path}?{'&'.join([*kept, f'assigned={len(made.done)}'])}", status_code=303)
    with reading(request.app.state.engine) as session:
        return page(
            "assigned.html",
            status=409,
            person=person_of(session, principal),
            here="queue",
            made=made,
            back_to=target,
        )


def _day(text: str, where: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(f"{where}が日付ではありません。", where=where, remedy="年月日を選んでください。") from None
