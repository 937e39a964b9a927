"""A person's sessions: a random token in a cookie, its SHA-256 in the database, revocable at any time."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit import AuditEventName, record
from service.auth import secrets
from service.auth.accounts import principal_of
from service.auth.rights import Principal
from service.db.tables import Account, SignIn, now
from service.settings import Settings


def cookie_name(settings: Settings) -> str:
    """``__Host-``: the browser then refuses the cookie from a subdomain, without Secure, or for another path."""
    return "__Host-gijiyoshi" if settings.secure_cookies else "gijiyoshi"


def start_session(session: Session, account: Account, *, hours: int) -> str:
    """A new session; the token goes to the browser and is not stored."""
    token = secrets.new_token()
    row = SignIn(token_hash=secrets.token_hash(token), account_id=account.id, expires_at=now() + timedelta(hours=hours))
    session.add(row)
    session.flush()
    record(session, actor=account.login, event=AuditEventName.SIGNED_IN, subject=f"account:{account.id}")
    return token


def session_principal(session: Session, token: str, *, at: datetime | None = None) -> Principal | None:
    """Whose session this is; None when it is unknown, ended, expired, or the account is inactive."""
    row = session.scalar(select(SignIn).where(SignIn.token_hash == secrets.token_hash(token)))
    if row is None or row.revoked_at is not None or row.expires_at <= (at or now()):
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.active:
        return None
    return principal_of(session, account)


def end_session(session: Session, token: str) -> None:
    """Sign out; nothing happens when the session is unknown or already ended."""
    row = session.scalar(select(SignIn).where(SignIn.token_hash == secrets.token_hash(token)))
    if row is None or row.revoked_at is not None:
        return
    row.revoked_at = now()
    account = session.get_one(Account, row.account_id)
    record(session, actor=account.login, event=AuditEventName.SIGNED_OUT, subject=f"account:{account.id}")


def set_session_cookie(response: Response, settings: Settings, token: str) -> None:
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=settings.session_hours * 3600,
        path="/",
        httponly=True,
        samesite="lax",
        secure=settings.secure_cookies,
    )


def clear_session_cookie(response: Response, settings: Settings) -> None:
    response.delete_cookie(
        cookie_name(settings), path="/", httponly=True, samesite="lax", secure=settings.secure_cookies
    )
