"""Guessing passwords is made slow: failed sign-ins are counted per login and address, for all API processes together."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, func, select, text
from sqlalchemy.orm import Session

from service.auth.accounts import account_id_of, normal_login
from service.db.account_tables import SignInTry
from service.db.base import now
from service.db.engine import writing
from service.errors import TooMany

WINDOW_MINUTES = 15


class SignInThrottle:
    """A moving window of tries. The rows are the count, so that another process, or a restart, gives no fresh tries."""

    def __init__(self, engine: Engine, attempts: int, refusal: str = "サインインの失敗が続いた") -> None:
        self._engine = engine
        self._attempts = attempts
        self._refusal = refusal

    def count(self, login: str, address: str, *, at: datetime | None = None) -> None:
        """Count one try before it is made, so that parallel tries count too. TooMany when there have been enough."""
        moment = at or now()
        key = _key(login, address)
        began = moment - timedelta(minutes=WINDOW_MINUTES)
        with writing(self._engine) as session:
            _one_at_a_time(session, key)
            # Of every key: nobody else would tidy up after a guesser who does not come back.
            session.execute(delete(SignInTry).where(SignInTry.tried_at <= began))
            tries, oldest = session.execute(
                select(func.count(), func.min(SignInTry.tried_at)).where(SignInTry.key == key)
            ).one()
            if tries < self._attempts:
                session.add(SignInTry(key=key, tried_at=moment, account_id=account_id_of(session, login)))
                return
        raise TooMany(
            f"{self._refusal}ため、しばらく受け付けません。",
            remedy=f"{WINDOW_MINUTES} 分ほど待ってからやり直すか、管理者に尋ねてください。",
            retry_after=max(1, int((oldest - began).total_seconds()) + 1),
        )

    def forget(self, login: str, address: str) -> None:
        """A success ends the count."""
        with writing(self._engine) as session:
            session.execute(delete(SignInTry).where(SignInTry.key == _key(login, address)))


def failures(session: Session, account_id: str, *, at: datetime | None = None) -> int:
    """The most tries of one address with this account's login that still count."""
    began = (at or now()) - timedelta(minutes=WINDOW_MINUTES)
    query = (
        select(func.count())
        .where(SignInTry.account_id == account_id, SignInTry.tried_at > began)
        .group_by(SignInTry.key)
        .order_by(func.count().desc())
    )
    return session.scalar(query.limit(1)) or 0


def forgive(session: Session, account_id: str) -> int:
    """Forget the tries of every address with this account's login; how many there were."""
    return len(
        session.execute(delete(SignInTry).where(SignInTry.account_id == account_id).returning(SignInTry.id)).all()
    )


def _key(login: str, address: str) -> str:
    # Hashed: a login field may hold anything, of any length, a password typed into the wrong field too.
    name = hashlib.sha256(normal_login(login).encode("utf-8", "surrogatepass")).hexdigest()
    return hashlib.sha256(f"{name}:{address}".encode("utf-8", "surrogatepass")).hexdigest()


def _one_at_a_time(session: Session, key: str) -> None:
    # SQLite has one writer; on PostgreSQL two tries at once could both count the same rows.
    if session.get_bind().dialect.name == "postgresql":
        lock = int.from_bytes(bytes.fromhex(key[:16]), "big", signed=True)
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})
