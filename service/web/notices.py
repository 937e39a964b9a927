"""A person's notices, and whether they also come by e-mail."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import InputError, Problem
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.notices import reading as own
from service.notices.telling import NoticeKind
from service.web.people import person_of
from service.web.templating import page

router = APIRouter(prefix="/notices")


@router.get("")
def show(request: Request, principal: WebPrincipalDep) -> Response:
    return _page(request, principal)


@router.post("/read")
def read_all(request: Request, principal: WebPrincipalDep) -> Response:
    own.read_all(request.app.state.engine, principal)
    return RedirectResponse("/notices", status_code=303)


@router.post("/mail")
def choose_mail(
    request: Request,
    principal: WebPrincipalDep,
    *,
    address: Annotated[str, Form()] = "",
    wanted: Annotated[bool, Form()] = False,
) -> Response:
    try:
        own.choose_mail(request.app.state.engine, principal, address=address, wanted=wanted)
    except InputError as error:
        return _page(request, principal, status=error.status, problems=error.problems, typed=(address, wanted))
    return RedirectResponse("/notices?saved=1", status_code=303)


@router.post("/{notice_id}/open")
def open_one(request: Request, notice_id: str, principal: WebPrincipalDep) -> Response:
    """Marks it as read and goes to the meeting."""
    notice = own.open_notice(request.app.state.engine, principal, notice_id)
    if notice.kind == NoticeKind.DELIVERY_FAILED:
        return RedirectResponse(f"/deliveries?meeting={notice.meeting_id}", status_code=303)
    where = "#comments" if notice.kind in {NoticeKind.MENTIONED, NoticeKind.REPLIED} else ""
    return RedirectResponse(f"/meetings/{notice.meeting_id}{where}", status_code=303)


def _page(
    request: Request,
    principal: Principal,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: tuple[str, bool] | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        choice = own.mail_choice(session, principal)
        address, wanted = typed or ((choice.address, choice.wanted) if choice else ("", False))
        return page(
            "notices.html",
            status=status,
            person=person_of(session, principal),
            here="notices",
            rows=own.notices(session, principal),
            problems=[{"what": each.what, "where": "", "remedy": each.remedy, "href": None} for each in problems],
            saved="saved" in request.query_params and not problems,
            address=address,
            wanted=wanted,
            mail_is_sent=request.app.state.settings.smtp_host is not None,
        )
