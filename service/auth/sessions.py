"""A person's sessions: a random token in a cookie, its SHA-256 in the database, revocable at any time."""

from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.audit import AuditEventName, record
from service.auth import secrets
from service.auth.accounts import principal_of
from service.auth.rights import Principal
from service.db.account_tables import Account, SignIn
from service.db.base import now
from service.db.engine import writing
from service.errors import NotFound
from service.settings import Settings

USE_SECONDS = 60
"""How exactly the last use is known: a write with every request would make readers wait for a writer."""


def cookie_name(settings: Settings) -> str:
    """``__Host-``: the browser then refuses the cookie from a subdomain, without Secure, or for another path."""
    return "__Host-gijiyoshi" if settings.secure_cookies else "gijiyoshi"


def start_session(
    session: Session, account: Account, *, hours: int, federated: bool = False, address: str = "", browser: str = ""
) -> str:
    """A new session; the token goes to the browser and is not stored. ``address`` and ``browser`` are in words."""
    token = secrets.new_token()
    began = now()
    row = SignIn(
        token_hash=secrets.token_hash(token),
        account_id=account.id,
        created_at=began,
        last_used_at=began,
        expires_at=began + timedelta(hours=hours),
        federated=federated,
        address=address[:60],
        browser=browser[:60],
    )
    session.add(row)
    session.flush()
    detail = {"way": "identity provider"} if federated else {}
    record(session, actor=account.login, event=AuditEventName.SIGNED_IN, subject=f"account:{account.id}", detail=detail)
    return token


def find_session(session: Session, token: str) -> SignIn | None:
    """The row of a token, whatever its state."""
    return session.scalar(select(SignIn).where(SignIn.token_hash == secrets.token_hash(token)))


def is_open(row: SignIn, *, idle: timedelta | None, at: datetime) -> bool:
    """Neither ended nor expired nor left alone for longer than ``idle`` (None: however long)."""
    return row.revoked_at is None and row.expires_at > at and (idle is None or row.last_used_at + idle > at)


def session_principal(
    session: Session, token: str, *, idle: timedelta | None = None, at: datetime | None = None
) -> Principal | None:
    """Whose session this is; None when it is unknown, ended, expired, idle too long, or the account is inactive."""
    row = find_session(session, token)
    if row is None or not is_open(row, idle=idle, at=at or now()):
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.active:
        return None
    return principal_of(session, account)


def note_use(engine: Engine, token: str, *, at: datetime | None = None) -> None:
    """Remember that the session was used, in a transaction of its own and once a minute at most.

    Call it only for a session that was found open: it would not bring an idle one back, but costs a write.
    """
    moment = at or now()
    stale = moment - timedelta(seconds=USE_SECONDS)
    with writing(engine) as session:
        session.execute(
            update(SignIn)
            .where(SignIn.token_hash == secrets.token_hash(token), SignIn.last_used_at <= stale)
            .values(last_used_at=moment)
        )


def end_session(session: Session, token: str) -> None:
    """Sign out; nothing happens when the session is unknown or already ended."""
    row = find_session(session, token)
    if row is None or row.revoked_at is not None:
        return
    row.revoked_at = now()
    account = session.get_one(Account, row.account_id)
    record(session, actor=account.login, event=AuditEventName.SIGNED_OUT, subject=f"account:{account.id}")


def open_sessions(
    session: Session, account_id: str, *, idle: timedelta | None, at: datetime | None = None
) -> tuple[SignIn, ...]:
    """The sessions that still open something, the one used last first."""
    rows = session.scalars(
        select(SignIn)
        .where(SignIn.account_id == account_id, SignIn.revoked_at.is_(None))
        .order_by(SignIn.last_used_at.desc(), SignIn.id.desc())
    )
    return tuple(row for row in rows if is_open(row, idle=idle, at=at or now()))


def end_sessions(
    session: Session, account_id: str, *, actor: str, only: str | None = None, but: str | None = None
) -> int:
    """End the session with the id ``only``, or all but the one with the id ``but``; how many ended.

    NotFound when ``only`` is no session of this account. One that has ended already is left as it is.
    """
    query = select(SignIn).where(SignIn.account_id == account_id)
    if only is not None:
        query = query.where(SignIn.id == only.replace("\x00", ""))
    rows = session.scalars(query).all()
    if only is not None and not rows:
        raise NotFound("そのサインインは見つかりません。", remedy="画面を読み込み直してください。")
    ended = [row for row in rows if row.revoked_at is None and row.id != but]
    for row in ended:
        row.revoked_at = now()
    account = session.get_one(Account, account_id)
    if ended:
        event = AuditEventName.SESSION_ENDED if actor == account.login else AuditEventName.SESSION_ENDED_BY_ADMIN
        record(
            session,
            actor=actor,
            event=event,
            subject=f"account:{account_id}",
            detail={"sessions": [row.id for row in ended]},
        )
    return len(ended)


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
