"""Signing in and out, and changing one's own password."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Principal
from service.auth.dependencies import PASSWORD_PATH, EngineDep, SettingsDep, SignedInDep, safe_next
from service.auth.forms import change_own_password, sign_in, sign_out
from service.auth.sessions import clear_session_cookie, set_session_cookie
from service.db.engine import reading
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


def _shown(problems: Sequence[Problem]) -> list[dict[str, str | None]]:
    # The faults of a sign-in have no useful place: the page has two fields and the sentence names them.
    return [{"what": p.what, "where": "", "remedy": p.remedy, "href": None} for p in problems]


@router.get("/login")
def login_form(target: Annotated[str, Query(alias="next")] = "/") -> Response:
    return page("login.html", person=None, here="", problems=[], next=safe_next(target), login="")


@router.post("/login")
def login(
    request: Request,
    settings: SettingsDep,
    *,
    login: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    target: Annotated[str, Form(alias="next")] = "/",
) -> Response:
    try:
        signed_in = sign_in(request, login=login, password=password)
    except GijiyoshiError as error:
        return page(
            "login.html",
            status=error.status,
            person=None,
            here="",
            problems=_shown(error.problems),
            next=safe_next(target),
            login=login,
        )
    response = RedirectResponse(PASSWORD_PATH if signed_in.must_change_password else safe_next(target), status_code=303)
    set_session_cookie(response, settings, signed_in.token)
    return response


@router.post("/logout")
def logout(request: Request, settings: SettingsDep) -> Response:
    sign_out(request)
    response = RedirectResponse("/login", status_code=303)
    clear_session_cookie(response, settings)
    return response


def _password_page(
    engine: EngineDep, principal: Principal, *, status: int = 200, problems: Sequence[Problem] = ()
) -> Response:
    with reading(engine) as session:
        person = person_of(session, principal)
    return page(
        "password.html",
        status=status,
        # Before the change no other page opens, so none is offered.
        person=None if principal.must_change_password else person,
        here="password",
        forced=principal.must_change_password,
        problems=_shown(problems),
    )


@router.get("/password")
def password_form(engine: EngineDep, principal: SignedInDep) -> Response:
    return _password_page(engine, principal)


@router.post("/password")
def password(
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    principal: SignedInDep,
    *,
    current: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    try:
        if new != again:
            raise InputError(
                "新しいパスワードの二つの入力が違います。", where="again", remedy="同じものを二度入力してください。"
            )
        signed_in = change_own_password(request, principal, current=current, new=new)
    except GijiyoshiError as error:
        return _password_page(engine, principal, status=error.status, problems=error.problems)
    response = RedirectResponse("/", status_code=303)
    set_session_cookie(response, settings, signed_in.token)
    return response
