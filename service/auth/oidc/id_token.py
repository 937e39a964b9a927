"""What an ID token must prove before anybody believes what it says."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from service.auth.oidc.refusal import ProviderRefused

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures with a public key. Neither ``none`` nor HMAC: a client secret is known in more than one place."""

SUBJECT_LIMIT = 255


def checked_claims(
    token: str, keys: Callable[[bool], KeySet], *, issuer: str, client_id: str, nonce: str, skew: int
) -> Mapping[str, Any]:
    """The claims of a token that this issuer made for this client and this very sign-in; else ProviderRefused.

    ``keys`` is asked for newer keys (True) when a key is not among the known ones or a signature does not fit: the
    provider may have changed them. ``skew``: seconds by which its clock may be off.
    """
    claims = _decoded(token, keys)
    rules = jwt.JWTClaimsRegistry(
        leeway=skew,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        rules.validate(claims)
    except JoseError as error:
        raise ProviderRefused("claims", str(error.error)) from None
    except (TypeError, ValueError):
        raise ProviderRefused("claims") from None
    subject = claims["sub"]
    if not isinstance(subject, str) or not subject.isprintable() or len(subject) > SUBJECT_LIMIT:
        raise ProviderRefused("claims", "sub")
    audience = claims["aud"]
    several = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", None if several else client_id) != client_id:
        raise ProviderRefused("claims", "azp")
    given = claims.get("nonce")
    if not isinstance(given, str) or not secrets.compare_digest(given.encode(), nonce.encode()):
        raise ProviderRefused("claims", "nonce")
    return claims


def _decoded(token: str, keys: Callable[[bool], KeySet]) -> dict[str, Any]:
    try:
        try:
            return jwt.decode(token, keys(False), algorithms=ALGORITHMS).claims
        except (InvalidKeyIdError, BadSignatureError):
            return jwt.decode(token, keys(True), algorithms=ALGORITHMS).claims
    except JoseError as error:
        raise ProviderRefused("signature", str(error.error)) from None
    except (TypeError, ValueError, RecursionError):
        raise ProviderRefused("signature", "unreadable") from None
