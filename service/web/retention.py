"""原データの保存: what is to be disposed of, holds, and the certificate; for 管理者."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, Problem
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound
from service.meetings.queries import get_meeting
from service.retention.certificate import certificate_of
from service.retention.disposal import dispose
from service.retention.holding import hold, release
from service.retention.schedule import schedule_of
from service.web.people import department_names, person_of
from service.web.templating import page

router = APIRouter()


@router.get("/admin/retention")
def schedule(request: Request, principal: WebPrincipalDep) -> Response:
    return _page(request, principal)


@router.post("/admin/retention/dispose")
def take_away(
    request: Request,
    principal: WebPrincipalDep,
    meeting: Annotated[list[str] | None, Form()] = None,
    sure: Annotated[str, Form()] = "",
) -> Response:
    """Each meeting in a transaction of its own: what is refused keeps nothing else from being done."""
    chosen = list(dict.fromkeys(meeting or []))
    if not chosen or not sure:
        what = "会議が選ばれていません。" if not chosen else "確認の印がありません。"
        remedy = "廃棄する会議を選び、元に戻せないことを確かめて印を付けてください。"
        return _page(request, principal, status=422, problems=(Problem(what, "", remedy),), chosen=chosen)
    problems: list[Problem] = []
    for each in chosen:
        try:
            dispose(request.app.state.engine, principal, each)
        except (Forbidden, NotFound):
            raise
        except GijiyoshiError as error:
            problems += error.problems
    if problems:
        return _page(request, principal, status=409, problems=problems)
    return RedirectResponse("/admin/retention#disposed", status_code=303)


@router.post("/admin/retention/{meeting_id}/hold")
def keep(
    request: Request, meeting_id: str, principal: WebPrincipalDep, reason: Annotated[str, Form()] = ""
) -> Response:
    try:
        hold(request.app.state.engine, principal, meeting_id, reason)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, status=error.status, problems=error.problems)
    return RedirectResponse("/admin/retention#held", status_code=303)


@router.post("/admin/retention/{meeting_id}/release")
def let_go(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    try:
        release(request.app.state.engine, principal, meeting_id)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, status=error.status, problems=error.problems)
    return RedirectResponse("/admin/retention", status_code=303)


@router.get("/meetings/{meeting_id}/disposal")
def certificate(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return page(
            "disposal.html",
            person=person_of(session, principal),
            here="review",
            row=row,
            certificate=certificate_of(session, row),
        )


def _page(
    request: Request,
    principal: Principal,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    chosen: Sequence[str] = (),
) -> Response:
    own = principal.departments(Action.administer)
    if not own:
        raise Forbidden("原データの保存を管理する権限がありません。", remedy="管理者に依頼してください。")
    with reading(request.app.state.engine) as session:
        return page(
            "retention.html",
            status=status,
            person=person_of(session, principal),
            here="retention",
            schedule=schedule_of(session, principal),
            departments=department_names(session, own),
            chosen=chosen,
            problems=[{"what": each.what, "where": "", "remedy": each.remedy, "href": None} for each in problems],
        )
