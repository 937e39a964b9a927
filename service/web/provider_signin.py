"""Signing in at the identity provider: the way there, the way back, and what is said when it leads nowhere."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.exc import IntegrityError

from service.audit import AuditEventName, record
from service.auth.dependencies import SettingsDep, engine_of, safe_next
from service.auth.forms import new_session
from service.auth.oidc.flow import MINUTES, Arrival, arrive, depart
from service.auth.oidc.people import Admission, admit
from service.auth.oidc.provider import CALLBACK_PATH, Provider, ProviderSilent
from service.auth.oidc.refusal import NotAdmitted, ProviderRefused
from service.auth.sessions import set_session_cookie
from service.auth.throttle import SignInThrottle
from service.db.account_tables import Account
from service.db.engine import writing
from service.errors import NotFound, TooMany
from service.settings import Settings
from service.web.signin import login_page
from service.web.templating import page

router = APIRouter()

_ANYBODY = "@provider"
"""Stands for a login in the throttle; no login begins like this."""


@router.get("/login/provider")
def go(request: Request, settings: SettingsDep, target: Annotated[str, Query(alias="next")] = "/") -> Response:
    """A link and no form: the page's policy lets forms lead nowhere else, and this changes nothing."""
    provider = _provider(request)
    try:
        _throttle(request).count(_ANYBODY, _address(request))
        begun = depart(
            engine_of(request),
            provider,
            secret=request.cookies.get(_cookie(settings)),
            next_path=safe_next(target),
        )
    except (ProviderSilent, TooMany) as error:
        return login_page(settings, status=error.status, problems=error.problems, target=target)
    response = RedirectResponse(begun.url, status_code=303)
    response.set_cookie(
        _cookie(settings),
        begun.secret,
        max_age=MINUTES * 60,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )
    return response


@router.get(CALLBACK_PATH)
def come_back(request: Request, settings: SettingsDep) -> Response:
    provider = _provider(request)
    known: Account | None = None
    try:
        arrival = arrive(
            engine_of(request),
            provider,
            secret=request.cookies.get(_cookie(settings)),
            given=dict(request.query_params),
            skew=settings.oidc_skew_seconds,
        )
        admission = _admit(request, provider, arrival, settings)
        known = admission.account
        if admission.refusal is not None:
            raise admission.refusal
    except (ProviderRefused, NotAdmitted) as error:
        _note(request, error, known)
        return _refused(settings, error)
    except ProviderSilent as error:
        return login_page(settings, status=error.status, problems=error.problems)
    assert known is not None  # who is not refused has one
    _throttle(request).forget(_ANYBODY, _address(request))
    response = RedirectResponse(safe_next(arrival.next_path), status_code=303)
    set_session_cookie(response, settings, new_session(request, known.id, federated=True))
    response.delete_cookie(_cookie(settings), path="/", httponly=True, samesite="lax", secure=settings.secure_cookies)
    return response


def _admit(request: Request, provider: Provider, arrival: Arrival, settings: Settings) -> Admission:
    def once() -> Admission:
        with writing(engine_of(request)) as session:
            return admit(
                session,
                issuer=provider.issuer,
                claims=arrival.claims,
                settings=settings,
                roles=request.app.state.group_roles,
            )

    try:
        return once()
    except IntegrityError:
        # The same person came for the first time in two windows at once; now the account is there.
        return once()


def _note(request: Request, error: ProviderRefused | NotAdmitted, known: Account | None) -> None:
    with writing(engine_of(request)) as session:
        record(
            session,
            actor=known.login if known else "anonymous",
            event=AuditEventName.PROVIDER_REFUSED,
            subject=f"account:{known.id}" if known else "account:unknown",
            detail={"reason": error.reason},
        )


def _refused(settings: Settings, error: ProviderRefused | NotAdmitted) -> Response:
    return page(
        "refused.html",
        status=error.status,
        person=None,
        here="",
        problem=error.problems[0],
        subject=error.subject if isinstance(error, NotAdmitted) else None,
        provider=settings.oidc_label,
    )


def _provider(request: Request) -> Provider:
    provider: Provider | None = request.app.state.provider
    if provider is None:
        raise NotFound(
            "組織のアカウントでのサインインは設定されていません。",
            remedy="ログイン名とパスワードでサインインしてください。",
        )
    return provider


def _throttle(request: Request) -> SignInThrottle:
    throttle: SignInThrottle = request.app.state.provider_throttle
    return throttle


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _cookie(settings: Settings) -> str:
    return "__Host-gijiyoshi-provider" if settings.secure_cookies else "gijiyoshi-provider"
