"""FastAPI dependencies that say who is asking.

Writing handlers: open ``with writing(engine) as session:`` inside the handler and return after the block. The commit
then happens before the response. A session from a ``yield`` dependency commits after the response has been sent, and
a failing commit would still look like success to the client.
"""

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Engine
from starlette.responses import RedirectResponse, Response

from service.auth.rights import Principal
from service.auth.sessions import USE_SECONDS, cookie_name, find_session, note_use, session_principal
from service.auth.tokens import note_token_use, token_principal
from service.db.base import now
from service.db.engine import reading
from service.errors import PasswordChangeRequired, Unauthenticated
from service.settings import Settings

LOGIN_PATH = "/login"
PASSWORD_PATH = "/password"  # noqa: S105

# For the OpenAPI document; the cookie is read by ``_session`` because its name depends on the settings.
_bearer = HTTPBearer(auto_error=False, scheme_name="apiToken", description="`gjy_` で始まる API トークン")
_cookie = APIKeyCookie(
    name="gijiyoshi", auto_error=False, scheme_name="session", description="画面からのサインインで得るクッキー"
)


def engine_of(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def api_principal(
    request: Request,
    _token: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None,
    _session_cookie: Annotated[str | None, Security(_cookie)] = None,
) -> Principal:
    """The account behind the Bearer token or the session cookie; Unauthenticated without either.

    A request that brings an Authorization header is judged by it alone: an invalid token never falls back to a cookie.
    """
    header = request.headers.get("authorization")
    if header is not None:
        return _by_header(request, header)
    principal = by_cookie(request)
    if principal is None:
        raise Unauthenticated("サインインが必要です。", remedy="サインインするか、API トークンを付けてください。")
    if principal.must_change_password:
        raise PasswordChangeRequired(
            "一回限りのパスワードのままです。", remedy="画面からサインインし、パスワードを変更してください。"
        )
    return principal


def web_principal(request: Request) -> Principal:
    """The person signed in; otherwise the browser is sent to sign in, or to change a one-time password."""
    principal = by_cookie(request)
    if principal is None:
        raise Elsewhere(f"{LOGIN_PATH}?next={quote(next_of(request), safe='/')}")
    if principal.must_change_password:
        raise Elsewhere(PASSWORD_PATH)
    return principal


def signed_in(request: Request) -> Principal:
    """Like ``web_principal``, but lets a one-time password pass: for the page that changes it and for signing out."""
    principal = by_cookie(request)
    if principal is None:
        raise Elsewhere(LOGIN_PATH)
    return principal


PrincipalDep = Annotated[Principal, Depends(api_principal)]
WebPrincipalDep = Annotated[Principal, Depends(web_principal)]
SignedInDep = Annotated[Principal, Depends(signed_in)]
EngineDep = Annotated[Engine, Depends(engine_of)]
SettingsDep = Annotated[Settings, Depends(settings_of)]


class Elsewhere(Exception):
    """The browser has to go to another page first."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


async def go_elsewhere(request: Request, exc: Exception) -> Response:
    """Exception handler for ``Elsewhere``; htmx follows redirects inside the fragment, so it gets its own header."""
    assert isinstance(exc, Elsewhere)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": exc.location})
    return RedirectResponse(exc.location, status_code=303)


def safe_next(target: str | None) -> str:
    """A path of this service to continue at after signing in; ``/`` for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    return target if target.isprintable() and "\\" not in target and len(target) <= 500 else "/"


def next_of(request: Request) -> str:
    """Where to come back to: only a GET can be repeated."""
    return request.url.path if request.method == "GET" else "/"


def _by_header(request: Request, header: str) -> Principal:
    kind, _, token = header.partition(" ")
    principal = None
    if kind.lower() == "bearer" and token.strip():
        with reading(engine_of(request)) as session:
            principal = token_principal(session, token.strip())
        if principal is not None:
            note_token_use(engine_of(request), token.strip())
    if principal is None:
        raise Unauthenticated(
            "API トークンが正しくないか、期限が切れたか、取り消されています。",
            remedy="新しいトークンを使ってください。",
        )
    return principal


def by_cookie(request: Request) -> Principal | None:
    """Whose session the browser has; None where it has none that is still open."""
    token = request.cookies.get(cookie_name(settings_of(request)))
    if not token:
        return None
    with reading(engine_of(request)) as session:
        principal = session_principal(session, token, idle=idle_limit(settings_of(request)))
        row = find_session(session, token)
    if principal is not None and row is not None and now() - row.last_used_at >= timedelta(seconds=USE_SECONDS):
        note_use(engine_of(request), token)
    return principal


def idle_limit(settings: Settings) -> timedelta:
    """How long a session may be left alone."""
    return timedelta(minutes=settings.session_idle_minutes)
