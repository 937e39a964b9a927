"""Pages beside the review: a correction of an approved record, and deputies of approvers."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.era import JST
from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Principal, Role
from service.auth.dependencies import WebPrincipalDep
from service.db.base import now
from service.db.engine import reading
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.corrections import correct
from service.meetings.delegations import colleagues, delegate, delegations, revoke
from service.web.people import department_names, person_of
from service.web.review import back, refused
from service.web.templating import page

router = APIRouter()


@router.post("/meetings/{meeting_id}/corrections")
def start_correction(
    request: Request, meeting_id: str, principal: WebPrincipalDep, reason: Annotated[str, Form()] = ""
) -> Response:
    try:
        made = correct(request.app.state.engine, principal, meeting_id, reason)
    except (NotFound, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(made.id)


@router.get("/delegations")
def show(request: Request, principal: WebPrincipalDep) -> Response:
    return _page(request, principal)


@router.post("/delegations")
def make(
    request: Request,
    principal: WebPrincipalDep,
    *,
    whom: Annotated[str, Form()] = "",
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
) -> Response:
    """``whom``: department and deputy, joined by a colon."""
    department_id, _, deputy_id = whom.partition(":")
    try:
        delegate(
            request.app.state.engine,
            principal,
            department_id=department_id,
            deputy_id=deputy_id,
            first=_day(first, "first"),
            last=_day(last, "last"),
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, status=error.status, problems=error.problems)
    return RedirectResponse("/delegations", status_code=303)


@router.post("/delegations/{delegation_id}/revoke")
def end(request: Request, delegation_id: str, principal: WebPrincipalDep) -> Response:
    revoke(request.app.state.engine, principal, delegation_id)
    return RedirectResponse("/delegations", status_code=303)


def _page(request: Request, principal: Principal, *, status: int = 200, problems: tuple[Problem, ...] = ()) -> Response:
    approves_in = sorted(department for department, role in principal.grants if role is Role.APPROVER)
    with reading(request.app.state.engine) as session:
        names = department_names(session, approves_in)
        moment = now()
        return page(
            "delegations.html",
            status=status,
            person=person_of(session, principal),
            here="delegations",
            problems=[{"what": each.what, "where": "", "remedy": each.remedy, "href": None} for each in problems],
            rows=[(each, each.state(moment)) for each in delegations(session, principal)],
            groups=[
                (
                    names[department],
                    [
                        (f"{department}:{account_id}", name)
                        for account_id, name in colleagues(session, department)
                        if account_id != principal.account_id
                    ],
                )
                for department in approves_in
            ],
            today=moment.astimezone(JST).date().isoformat(),
        )


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError("日付を読めません。", where=where, remedy="2026-04-01 の形で入力してください。") from None
