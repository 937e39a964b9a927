"""Signing in and out, and changing one's own password."""

from collections.abc import Sequence
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Principal, secrets
from service.auth.dependencies import PASSWORD_PATH, EngineDep, SettingsDep, SignedInDep, by_cookie, safe_next
from service.auth.forms import change_own_password, sign_in, sign_out
from service.auth.oidc.provider import Provider
from service.auth.sessions import clear_session_cookie, cookie_name, set_session_cookie
from service.db.account_tables import Account
from service.db.engine import reading
from service.errors import Conflict
from service.settings import Settings
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


def _shown(problems: Sequence[Problem]) -> list[dict[str, str | None]]:
    # The faults of a sign-in have no useful place: the page has two fields and the sentence names them.
    return [{"what": p.what, "where": "", "remedy": p.remedy, "href": None} for p in problems]


def login_page(
    settings: Settings,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    target: str = "/",
    login: str = "",
    ended: bool = False,
) -> Response:
    """The page with what may be used to sign in here: the identity provider, a password, or both.

    ``ended``: the browser still has the cookie of a session that has ended by itself.
    """
    return page(
        "login.html",
        status=status,
        person=None,
        here="",
        problems=_shown(problems),
        next=safe_next(target),
        next_query=quote(safe_next(target), safe="/"),
        login=login,
        ended=ended,
        provider=settings.oidc_label if settings.federated else None,
        local=settings.local_sign_in,
        emergency=settings.emergency_login is not None,
    )


@router.get("/login")
def login_form(request: Request, settings: SettingsDep, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    ended = bool(request.cookies.get(cookie_name(settings))) and by_cookie(request) is None
    return login_page(settings, target=target, ended=ended)


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
        return login_page(settings, status=error.status, problems=error.problems, target=target, login=login)
    response = RedirectResponse(PASSWORD_PATH if signed_in.must_change_password else safe_next(target), status_code=303)
    set_session_cookie(response, settings, signed_in.token)
    return response


@router.post("/logout")
def logout(request: Request, settings: SettingsDep) -> Response:
    """A session that began at the identity provider ends there too, where the provider offers that.

    By a page of ours that leads on: browsers do not let a form be redirected to another site under our policy.
    """
    provider: Provider | None = request.app.state.provider
    federated = sign_out(request)
    onward = provider.end_session_url() if federated and provider is not None else None
    response: Response = RedirectResponse("/login", status_code=303)
    if onward is not None:
        response = page("signed_out.html", person=None, here="", onward=onward, provider=settings.oidc_label)
    clear_session_cookie(response, settings)
    return response


def _password_page(
    engine: EngineDep, principal: Principal, *, status: int = 200, problems: Sequence[Problem] = ()
) -> Response:
    with reading(engine) as session:
        person = person_of(session, principal)
        if session.get_one(Account, principal.account_id).password_hash == secrets.NO_PASSWORD:
            raise Conflict(
                "組織のアカウントでサインインしているため、ここにはパスワードがありません。",
                remedy="パスワードは、組織のアカウントの画面で変更してください。",
            )
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
