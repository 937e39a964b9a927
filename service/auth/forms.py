"""What the pages for signing in, out and changing a password do with what was posted.

Each function does its own transactions and answers with the token for ``set_session_cookie``; the page only renders.
"""

from dataclasses import dataclass

from fastapi import Request

from service.auth.accounts import authenticate, change_password
from service.auth.browser import browser_in_words, network_of
from service.auth.dependencies import engine_of, settings_of
from service.auth.rights import Principal
from service.auth.sessions import cookie_name, end_session, find_session, start_session
from service.auth.throttle import SignInThrottle
from service.db.account_tables import Account
from service.db.engine import writing


@dataclass(frozen=True)
class SignedIn:
    """``token`` goes into the cookie. With ``must_change_password`` the next page is the one that changes it."""

    token: str
    must_change_password: bool


def sign_in(request: Request, *, login: str, password: str) -> SignedIn:
    """Unauthenticated for a wrong login or password, TooMany after too many tries. Ends the browser's old session."""
    throttle: SignInThrottle = request.app.state.sign_in_throttle
    address = request.client.host if request.client else ""
    throttle.count(login, address)
    settings = settings_of(request)
    # With an empty name of the emergency account nobody comes in: no login is empty.
    only = None if settings.local_sign_in else settings.emergency_login or ""
    account = authenticate(engine_of(request), login, password, only=only)
    throttle.forget(login, address)
    return SignedIn(new_session(request, account.id), account.must_change_password)


def sign_out(request: Request) -> bool:
    """End the session of this browser; whether it began at the identity provider."""
    old = request.cookies.get(cookie_name(settings_of(request)))
    if not old:
        return False
    with writing(engine_of(request)) as session:
        row = find_session(session, old)
        end_session(session, old)
        return row is not None and row.federated


def change_own_password(request: Request, principal: Principal, *, current: str, new: str) -> SignedIn:
    """Change the password, end every session of the account and start a new one for this browser.

    InputError for an unfit new password, Unauthenticated for a wrong current one, TooMany after too many tries.
    """
    throttle: SignInThrottle = request.app.state.sign_in_throttle
    address = request.client.host if request.client else ""
    throttle.count(principal.login, address)
    change_password(engine_of(request), principal.account_id, current=current, new=new)
    throttle.forget(principal.login, address)
    return SignedIn(new_session(request, principal.account_id), must_change_password=False)


def new_session(request: Request, account_id: str, *, federated: bool = False) -> str:
    """End this browser's session, if it has one, and start another; the token for its cookie."""
    settings = settings_of(request)
    old = request.cookies.get(cookie_name(settings))
    with writing(engine_of(request)) as session:
        if old:
            end_session(session, old)
        return start_session(
            session,
            session.get_one(Account, account_id),
            hours=settings.session_hours,
            federated=federated,
            address=network_of(request.client.host if request.client else ""),
            browser=browser_in_words(request.headers.get("user-agent", "")),
        )
