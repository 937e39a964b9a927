"""Tables of departments, accounts, roles, and the ways in."""

from datetime import datetime

from sqlalchemy import (
    Boolean,
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, new_id, now


class Department(Base):
    __tablename__ = "department"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Account(Base):
    __tablename__ = "account"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    login: Mapped[str] = mapped_column(String(100), unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(300))
    """service.auth.secrets.NO_PASSWORD for a person who signs in at an identity provider only."""
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class RoleGrant(Base):
    """A role of an account in one department. Role values: 登録者 確認者 承認者 監査者 管理者."""

    __tablename__ = "role_grant"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class ClaimedGrant(Base):
    """A role that the identity provider's claims gave at the last sign-in there; kept apart from what people gave."""

    __tablename__ = "claimed_grant"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class FederatedIdentity(Base):
    """Whose account a person at an identity provider uses. Never found by e-mail address or login."""

    __tablename__ = "federated_identity"
    issuer: Mapped[str] = mapped_column(String(300), primary_key=True)
    subject: Mapped[str] = mapped_column(String(255), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


class FederatedTry(Base):
    """A sign-in that was sent to the identity provider and has not come back; gone when it does, or when it is old."""

    __tablename__ = "federated_try"
    state_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the secret in the browser's cookie, from which nonce and code verifier are made."""
    next_path: Mapped[str] = mapped_column(String(500))
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SignIn(Base):
    """A server-side session; the cookie holds the token, the row its SHA-256."""

    __tablename__ = "sign_in"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    federated: Mapped[bool] = mapped_column(Boolean, default=False)
    """Began at the identity provider, so that signing out goes there too."""
    address: Mapped[str] = mapped_column(String(60), default="")
    """The network only, e.g. ``192.0.2.*``: enough to recognise one's own session."""
    browser: Mapped[str] = mapped_column(String(60), default="")
    """In words, e.g. ``Windows の Edge``."""


class SignInTry(Base):
    """One try to sign in that has not succeeded; gone after the window or with a success."""

    __tablename__ = "sign_in_try"
    __table_args__ = (Index("ix_sign_in_try_key", "key", "tried_at"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(64))
    """SHA-256 over login and address: neither is kept."""
    account_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The account of that login, if there is one: an administrator can then forgive its tries."""
    tried_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    __tablename__ = "api_token"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
