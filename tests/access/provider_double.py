"""An identity provider on a real socket: discovery, authorize, token, keys, end_session, and every way to do it wrong."""

import asyncio
import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT_ID = "gijiyoshi"
CLIENT_SECRET = "himitsu no kagi: a+b/c%"
KEY = RSAKey.generate_key(2048, {"kid": "k1"})
STRANGER = RSAKey.generate_key(2048, {"kid": "k1"})
"""A key of the same id that is not the provider's."""


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


@dataclass
class Double:
    """What the next sign-in is like. ``claims`` are those of the person who signs in; ``spoil`` changes the token."""

    issuer: str = ""
    claims: dict[str, Any] = field(
        default_factory=lambda: {
            "sub": "sub-hanako",
            "preferred_username": "hanako",
            "name": "東 花子",
            "email": "hanako@example.lg.jp",
            "groups": ["総務課-登録"],
        }
    )
    key: RSAKey | ECKey = field(default_factory=lambda: KEY)
    published: list[RSAKey | ECKey] | None = None
    """The keys that are shown; None: the one that signs."""
    spoil: Callable[[dict[str, Any]], None] = lambda claims: None
    sign: Callable[["Double", dict[str, Any]], str] | None = None
    seconds: float = 0.0
    """How long every answer but the pages takes."""
    status: int = 200
    error: str | None = None
    """What the authorization endpoint answers instead of a code."""
    discovery: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """What of the client's requests a strict provider would have refused."""

    def token(self, nonce: str) -> str:
        at = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": at, "exp": at + 300, "nonce": nonce, **self.claims}
        self.spoil(claims)
        if self.sign is not None:
            return self.sign(self, claims)
        algorithm = "RS256" if isinstance(self.key, RSAKey) else "ES256"
        return jwt.encode({"alg": algorithm, "kid": self.key.kid}, claims, self.key, algorithms=[algorithm])


def unsigned(double: Double, claims: dict[str, Any]) -> str:
    """``alg: none``."""
    head = encoded(json.dumps({"alg": "none"}).encode())
    return f"{head}.{encoded(json.dumps(claims).encode())}."


def by_secret(double: Double, claims: dict[str, Any]) -> str:
    """HMAC with the public key as the secret: the classic confusion of algorithms."""
    head = encoded(json.dumps({"alg": "HS256", "kid": double.key.kid}).encode())
    signed = f"{head}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(hmac.digest(double.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def by_stranger(double: Double, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, STRANGER, algorithms=["RS256"])


def _application(double: Double) -> Starlette:
    def discovery(request: Request) -> Response:
        double.asked.append("discovery")
        time.sleep(double.seconds)
        at = double.issuer
        return JSONResponse(
            {
                "issuer": at,
                "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token",
                "jwks_uri": f"{at}/keys",
                "end_session_endpoint": f"{at}/end",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256", "ES256"],
                "authorization_response_iss_parameter_supported": True,
                **double.discovery,
            },
            status_code=double.status,
        )

    def authorize(request: Request) -> Response:
        asked = dict(request.query_params)
        double.asked.append("authorize")
        for name, value in {"response_type": "code", "client_id": CLIENT_ID, "code_challenge_method": "S256"}.items():
            if asked.get(name) != value:
                double.faults.append(f"authorize: {name}")
        for name in ("state", "nonce", "code_challenge", "redirect_uri"):
            if not asked.get(name):
                double.faults.append(f"authorize: no {name}")
        back = {"state": asked["state"], "iss": double.issuer}
        if double.error is not None:
            return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({**back, 'error': double.error})}", 303)
        code = encoded(hashlib.sha256(asked["state"].encode()).digest())
        double.codes[code] = asked
        href = f"{asked['redirect_uri']}?{urlencode({**back, 'code': code})}"
        if "text/html" in request.headers.get("accept", "") and "playwright" in request.query_params.get("scope", ""):
            return HTMLResponse(
                f"<!doctype html><html lang=ja><title>庁内認証</title><h1>庁内認証</h1><a href='{href}'>東 花子として進む</a>"
            )
        return RedirectResponse(href, 303)

    async def token(request: Request) -> Response:
        double.asked.append("token")
        form = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        known = double.codes.pop(form.get("code", ""), None)
        challenge = encoded(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        given = request.headers.get("authorization", "").partition(" ")[2]
        user, _, password = base64.b64decode(given).decode().partition(":")
        if (unquote(user), password) != (CLIENT_ID, CLIENT_SECRET):
            return JSONResponse({"error": "invalid_client"}, 401)
        fits = known is not None and challenge == known["code_challenge"]
        if known is None or not fits or form.get("redirect_uri") != known["redirect_uri"]:
            return JSONResponse({"error": "invalid_grant"}, 400)
        await asyncio.sleep(double.seconds)
        return JSONResponse(
            {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": double.token(known["nonce"])}
        )

    def keys(request: Request) -> Response:
        double.asked.append("keys")
        time.sleep(double.seconds)
        return JSONResponse(KeySet(list(double.published or [double.key])).as_dict(private=False))

    def end(request: Request) -> Response:
        double.asked.append("end")
        back = request.query_params["post_logout_redirect_uri"]
        return HTMLResponse(
            f"<!doctype html><html lang=ja><title>終了</title><h1>庁内認証を終わりました</h1><a href='{back}'>戻る</a>"
        )

    return Starlette(
        routes=[
            Route("/.well-known/openid-configuration", discovery),
            Route("/authorize", authorize),
            Route("/token", token, methods=["POST"]),
            Route("/keys", keys),
            Route("/end", end),
        ]
    )


@contextmanager
def running_provider() -> Iterator[Double]:
    """The provider on a free port of the loopback."""
    double = Double()
    listening = socket.create_server(("127.0.0.1", 0))
    double.issuer = f"http://127.0.0.1:{listening.getsockname()[1]}"
    server = uvicorn.Server(uvicorn.Config(_application(double), log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield double
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
