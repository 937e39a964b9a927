"""What a speaker's link opens: their own statements and a form for each. No account, and nothing else behind it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError
from service.auth import secrets
from service.auth.throttle import SignInThrottle
from service.db.engine import reading
from service.errors import NotFound
from service.meetings.answering import Asked, Said, answer_by_link, by_token, link_ended
from service.web.answer_form import Answers, answers_in
from service.web.templating import page

router = APIRouter()

_HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


@router.get("/confirm/{token}")
def show(request: Request, token: str, done: bool = False) -> Response:
    return _page(request, token, done=done)


@router.post("/confirm/{token}")
def answer(request: Request, token: str, answers: Annotated[Answers, Depends(answers_in)]) -> Response:
    _count(request, token)
    try:
        if answers.fault is not None:
            raise answers.fault
        answer_by_link(request.app.state.engine, token, answers.said)
    except NotFound:
        return _ended()
    except GijiyoshiError as error:
        return _page(request, token, error=error, typed=answers.typed)
    return RedirectResponse(f"/confirm/{token}?done=1", status_code=303, headers=_HEADERS)


def _page(
    request: Request,
    token: str,
    *,
    done: bool = False,
    error: GijiyoshiError | None = None,
    typed: dict[str, Said] | None = None,
) -> Response:
    if error is None:
        _count(request, token)
    with reading(request.app.state.engine) as session:
        asked = by_token(session, token)
        if asked is None:
            return _ended()
        response = page(
            "confirm.html",
            status=error.status if error else 200,
            person=None,
            asked=asked,
            done=done,
            problems=[{"what": each.what, "where": "", "remedy": each.remedy, "href": None} for each in error.problems]
            if error
            else [],
            typed=typed or {},
        )
    response.headers.update(_HEADERS)
    return response


def _ended() -> Response:
    problem = link_ended()
    response = page("confirm_ended.html", status=problem.status, person=None, problem=problem)
    response.headers.update(_HEADERS)
    return response


def _count(request: Request, token: str) -> None:
    """Raises TooMany. A link that works is counted by itself, so that an office behind one address is not shut out."""
    throttle: SignInThrottle = request.app.state.link_throttle
    with reading(request.app.state.engine) as session:
        asked: Asked | None = by_token(session, token)
    address = request.client.host if request.client else ""
    if asked is None:
        throttle.count("confirm-link:unknown", address)
    else:
        throttle.count(f"confirm-link:{secrets.token_hash(token)}", "")
