"""API tokens: shown once, stored as SHA-256, limited by scopes and never more than their account may do."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import secrets
from service.auth.accounts import find_account, principal_of
from service.auth.rights import Principal, Scope
from service.auth.sessions import USE_SECONDS
from service.db.account_tables import Account, ApiToken
from service.db.base import now
from service.db.engine import reading, writing
from service.errors import NotFound

PREFIX = "gjy_"
"""Makes a leaked token recognisable to secret scanners."""


def create_token(
    session: Session,
    *,
    login: str,
    name: str,
    scopes: Iterable[str],
    actor: str,
    expires_at: datetime | None = None,
) -> tuple[str, ApiToken]:
    """The token, which cannot be had again, and its row."""
    wanted = _checked_scopes(list(scopes))
    if not 1 <= len(name.strip()) <= 100:
        raise InputError(
            "トークンの名前が空か長すぎます。", where="name", remedy="1 文字から 100 文字で書いてください。"
        )
    if expires_at is not None and expires_at <= now():
        raise InputError("有効期限が過去です。", where="expires_at", remedy="これからの日時にしてください。")
    account = find_account(session, login)
    token = secrets.new_token(PREFIX)
    row = ApiToken(
        token_hash=secrets.token_hash(token),
        account_id=account.id,
        name=name.strip(),
        scopes=wanted,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    record(
        session,
        actor=actor,
        event=AuditEventName.TOKEN_CREATED,
        subject=f"token:{row.id}",
        detail={"account": account.login, "scopes": wanted, "expires_at": expires_at and expires_at.isoformat()},
    )
    return token, row


def token_principal(session: Session, token: str, *, at: datetime | None = None) -> Principal | None:
    """Who the token speaks for, with its scopes; None when unknown, revoked, expired, or the account is inactive."""
    if not token.startswith(PREFIX):
        return None
    row = session.scalar(select(ApiToken).where(ApiToken.token_hash == secrets.token_hash(token)))
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= (at or now()):
        return None
    account = session.get(Account, row.account_id)
    if account is None or not account.active:
        return None
    return principal_of(session, account, scopes=row.scopes)


def note_token_use(engine: Engine, token: str, *, at: datetime | None = None) -> None:
    """Remember that the token was used, once a minute at most, as for sessions."""
    moment = at or now()
    stale = moment - timedelta(seconds=USE_SECONDS)
    own = ApiToken.token_hash == secrets.token_hash(token)
    with reading(engine) as session:
        used = session.scalar(select(ApiToken.last_used_at).where(own))
    if used is not None and used > stale:
        return
    with writing(engine) as session:
        session.execute(update(ApiToken).where(own).values(last_used_at=moment))


def tokens_of(session: Session, account_id: str) -> tuple[ApiToken, ...]:
    """The tokens that were not revoked, the newest first; expired ones among them."""
    query = select(ApiToken).where(ApiToken.account_id == account_id, ApiToken.revoked_at.is_(None))
    return tuple(session.scalars(query.order_by(ApiToken.id.desc())))


def revoke_token(session: Session, token_id: str, *, actor: str, of: str | None = None) -> None:
    """End a token at once; NotFound for an unknown id, nothing for one already revoked.

    ``of``: the id of the account it must belong to.
    """
    row = session.get(ApiToken, token_id.replace("\x00", ""))
    if row is None or (of is not None and row.account_id != of):
        raise NotFound("その番号のトークンはありません。", where="token_id", remedy="番号を確かめてください。")
    if row.revoked_at is None:
        row.revoked_at = now()
        record(session, actor=actor, event=AuditEventName.TOKEN_REVOKED, subject=f"token:{row.id}")


def _checked_scopes(scopes: Collection[str]) -> list[str]:
    known = {scope.value for scope in Scope}
    if not scopes or not set(scopes) <= known:
        raise InputError(
            "トークンの範囲が正しくありません。",
            where="scopes",
            remedy="read, write, approve から一つ以上選んでください。",
        )
    return sorted(set(scopes))
