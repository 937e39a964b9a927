"""Going to the identity provider and coming back: each sign-in once, by the browser that began it, in ten minutes.

The browser keeps one secret; nonce and code verifier are made from it and the state. So the database holds hashes
only, and what another browser was told is worth nothing here.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, delete

from service.auth.oidc.id_token import checked_claims
from service.auth.oidc.provider import Provider
from service.auth.oidc.refusal import NotAdmitted, ProviderRefused
from service.auth.secrets import new_token, token_hash
from service.db.account_tables import FederatedTry
from service.db.base import now
from service.db.engine import writing

MINUTES = 10

_CANCELLED = frozenset({"access_denied", "login_required", "interaction_required", "consent_required"})


@dataclass(frozen=True)
class Departure:
    """``secret`` goes into the browser's cookie, for ``url`` and back."""

    url: str
    secret: str


@dataclass(frozen=True)
class Arrival:
    claims: Mapping[str, Any]
    next_path: str


def depart(engine: Engine, provider: Provider, *, secret: str | None, next_path: str) -> Departure:
    """Begin a sign-in. ``secret``: what the browser has from another one that is still under way."""
    kept = secret or new_token()
    state = new_token()
    url = provider.authorization_url(state=state, nonce=_nonce(kept, state), code_verifier=_verifier(kept, state))
    at = now()
    with writing(engine) as session:
        session.execute(delete(FederatedTry).where(FederatedTry.expires_at <= at))
        session.add(
            FederatedTry(
                state_hash=token_hash(state),
                browser_hash=token_hash(kept),
                next_path=next_path,
                expires_at=at + timedelta(minutes=MINUTES),
            )
        )
    return Departure(url, kept)


def arrive(engine: Engine, provider: Provider, *, secret: str | None, given: Mapping[str, str], skew: int) -> Arrival:
    """End a sign-in with what the provider gave the browser (``code``, ``state``, ``iss`` or ``error``).

    The state is used up before anything else happens. ProviderRefused for whatever does not fit.
    """
    state = given.get("state", "")
    with writing(engine) as session:
        begun = session.execute(
            delete(FederatedTry)
            .where(FederatedTry.state_hash == token_hash(state))
            .returning(FederatedTry.browser_hash, FederatedTry.next_path, FederatedTry.expires_at)
        ).one_or_none()
    if begun is None or begun.expires_at <= now():
        raise ProviderRefused("state", "unknown, used or too old")
    if secret is None or not secrets.compare_digest(begun.browser_hash, token_hash(secret)):
        raise ProviderRefused("state", "another browser")
    if given.get("iss", provider.issuer) != provider.issuer:
        raise ProviderRefused("iss")
    if "iss" not in given and provider.description().names_itself:
        raise ProviderRefused("iss", "missing")
    if "error" in given:
        raise _error(given["error"])
    if not given.get("code"):
        raise ProviderRefused("code", "missing")
    token = provider.exchange(given["code"], code_verifier=_verifier(secret, state))
    claims = checked_claims(
        token,
        lambda newer: provider.keys(newer=newer),
        issuer=provider.issuer,
        client_id=provider.client_id,
        nonce=_nonce(secret, state),
        skew=skew,
    )
    return Arrival(claims, begun.next_path)


def _error(name: str) -> Exception:
    if name in _CANCELLED:
        return NotAdmitted(
            name,
            "組織のアカウントの画面で、サインインが取りやめられたか、認められませんでした。",
            "やり直しても同じときは、組織のアカウントの管理者に尋ねてください。",
        )
    return ProviderRefused("error", name)


def _nonce(secret: str, state: str) -> str:
    return _derived("nonce", secret, state)


def _verifier(secret: str, state: str) -> str:
    return _derived("code verifier", secret, state)


def _derived(purpose: str, secret: str, state: str) -> str:
    digest = hashlib.sha256(f"{purpose}\n{secret}\n{state}".encode("utf-8", "surrogatepass")).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
