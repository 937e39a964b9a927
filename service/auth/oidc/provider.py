"""The identity provider over HTTP: asked only when somebody signs in there, never for longer than the settings allow.

Its description and keys are kept for a while. While it is silent the next ones to ask are told so at once, and no more
than a few requests wait for it: local sign-in shares the threads of this process.
"""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx2
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from minutes.errors import GijiyoshiError
from service.auth.oidc.refusal import ProviderRefused
from service.settings import Settings

CALLBACK_PATH = "/login/provider/callback"

KEEP_SECONDS = 3600.0
"""How long description and keys are used without asking again."""

REST_SECONDS = 5.0
"""After a silence: how long nobody is made to wait for it again."""

KEYS_REST_SECONDS = 10.0
"""A key that is not known may be new; tokens with invented key ids must not make us ask for every one of them."""

MOST_BYTES = 1_000_000
AT_ONCE = 8

_log = structlog.get_logger(__name__)


class ProviderSilent(GijiyoshiError):
    """It does not answer, or answers what no identity provider may; for the person the same."""

    status = 503
    category = "provider_unavailable"


@dataclass(frozen=True)
class Description:
    """What the discovery document says, as far as it is used."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    names_itself: bool
    """Its answers to the browser carry ``iss`` (RFC 9207)."""
    basic: bool
    """It takes the client secret in the Authorization header."""


class Provider:
    """One per process, shared by its threads."""

    def __init__(self, settings: Settings) -> None:
        assert settings.oidc_issuer and settings.oidc_client_id and settings.public_url
        self.issuer = settings.oidc_issuer
        self.client_id = settings.oidc_client_id
        secret = settings.oidc_client_secret
        self._secret = secret.get_secret_value() if secret is not None else None
        self._scopes = settings.oidc_scopes
        self._public_url = settings.public_url.rstrip("/")
        self._transport = _Bounded(
            httpx2.HTTPTransport(proxy=settings.oidc_proxy, limits=httpx2.Limits(max_connections=AT_ONCE)),
            settings.oidc_timeout_seconds,
        )
        self._timeout = httpx2.Timeout(settings.oidc_timeout_seconds)
        self._client = httpx2.Client(transport=self._transport, timeout=self._timeout, headers=_HEADERS)
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._silent_until = 0.0
        self._description: tuple[float, Description] | None = None
        self._keys: tuple[float, KeySet] | None = None

    def close(self) -> None:
        self._client.close()

    @property
    def redirect_uri(self) -> str:
        return self._public_url + CALLBACK_PATH

    def authorization_url(self, *, state: str, nonce: str, code_verifier: str) -> str:
        """Where the browser goes to sign in."""
        url, _ = self._oauth().create_authorization_url(
            self.description().authorization_endpoint, state=state, code_verifier=code_verifier, nonce=nonce
        )
        return str(url)

    def exchange(self, code: str, *, code_verifier: str) -> str:
        """The ID token for a code. ProviderRefused when the provider does not honour the code."""
        description = self.description()
        with self._asking("token"):
            try:
                answer = self._oauth(description).fetch_token(
                    description.token_endpoint,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=code_verifier,
                    redirect_uri=self.redirect_uri,
                )
            except AuthlibBaseError as error:
                # Its description is the provider's text for its own log; the name is one of a few known words.
                raise ProviderRefused("token", str(error.error)) from None
            except ValueError:
                raise self._silence("token", "not JSON") from None
        token = answer.get("id_token") if isinstance(answer, Mapping) else None
        if not isinstance(token, str):
            raise ProviderRefused("token", "no id_token")
        return token

    def end_session_url(self) -> str | None:
        """Where signing out there begins; None where it offers none or does not answer."""
        try:
            endpoint = self.description().end_session_endpoint
        except ProviderSilent:
            return None
        if endpoint is None:
            return None
        # Without id_token_hint: it would mean to keep every ID token. The provider may ask for a confirmation instead.
        query = urlencode({"client_id": self.client_id, "post_logout_redirect_uri": f"{self._public_url}/login"})
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"

    def description(self) -> Description:
        """The discovery document, from memory where it is fresh enough."""
        with self._lock:
            if self._description is not None and time.monotonic() - self._description[0] < KEEP_SECONDS:
                return self._description[1]
        with self._asking("discovery"):
            found = self._described(self._json(self.issuer.rstrip("/") + "/.well-known/openid-configuration"))
        with self._lock:
            self._description = (time.monotonic(), found)
        return found

    def keys(self, *, newer: bool = False) -> KeySet:
        """Its public keys. ``newer``: the ones in memory did not fit, so ask again unless that was just done."""
        with self._lock:
            if self._keys is not None:
                age = time.monotonic() - self._keys[0]
                if age < (KEYS_REST_SECONDS if newer else KEEP_SECONDS):
                    return self._keys[1]
        uri = self.description().jwks_uri
        with self._asking("keys"):
            try:
                found = KeySet.import_key_set(self._json(uri))  # type: ignore[arg-type]
            except (JoseError, KeyError, TypeError, ValueError):
                raise self._silence("keys", "no usable keys") from None
        with self._lock:
            self._keys = (time.monotonic(), found)
        return found

    def _oauth(self, description: Description | None = None) -> Any:
        # Never closed: that would close the transport, which all of them share.
        method = "none" if self._secret is None else "client_secret_basic"
        if self._secret is not None and description is not None and not description.basic:
            method = "client_secret_post"
        return OAuth2Client(
            self.client_id,
            self._secret,
            scope=self._scopes,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method=method,
            transport=self._transport,
            timeout=self._timeout,
            trust_env=False,
        )

    def _json(self, url: str) -> dict[str, Any]:
        answer = self._client.get(url)
        if answer.status_code != 200:
            raise self._silence(url, f"status {answer.status_code}")
        try:
            value = answer.json()
        except ValueError:
            raise self._silence(url, "not JSON") from None
        if not isinstance(value, dict):
            raise self._silence(url, "not a JSON object")
        return value

    def _described(self, value: Mapping[str, Any]) -> Description:
        if value.get("issuer") != self.issuer:
            raise self._silence("discovery", "another issuer")
        endpoints = {name: value.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
        end_session = value.get("end_session_endpoint")
        secure = urlsplit(self.issuer).scheme
        for name, url in (*endpoints.items(), ("end_session_endpoint", end_session or self.issuer)):
            if not isinstance(url, str) or urlsplit(url).scheme not in {"https", secure} or not urlsplit(url).netloc:
                raise self._silence("discovery", f"no usable {name}")
        methods = value.get("token_endpoint_auth_methods_supported")
        return Description(
            authorization_endpoint=str(endpoints["authorization_endpoint"]),
            token_endpoint=str(endpoints["token_endpoint"]),
            jwks_uri=str(endpoints["jwks_uri"]),
            end_session_endpoint=end_session if isinstance(end_session, str) else None,
            names_itself=value.get("authorization_response_iss_parameter_supported") is True,
            # The default of the specification where nothing is said.
            basic=not isinstance(methods, list) or "client_secret_basic" in methods,
        )

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        """One request; every failure on the way is the provider's silence."""
        if time.monotonic() < self._silent_until:
            raise _silent()
        if not self._slots.acquire(timeout=1.0):
            raise _silent()
        try:
            yield
        except httpx2.HTTPError as error:
            raise self._silence(what, type(error).__name__) from None
        finally:
            self._slots.release()

    def _silence(self, what: str, why: str) -> ProviderSilent:
        self._silent_until = time.monotonic() + REST_SECONDS
        _log.warning("identity_provider_silent", asked=what, why=why)
        return _silent()


class _Bounded(httpx2.BaseTransport):
    """Bodies only up to a size and until a time: a server that sends a byte now and then is silent too."""

    def __init__(self, inner: httpx2.HTTPTransport, seconds: float) -> None:
        self._inner = inner
        self._seconds = seconds

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        ends_at = time.monotonic() + self._seconds
        request.headers["Accept-Encoding"] = "identity"
        response = self._inner.handle_request(request)
        body = bytearray()
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise httpx2.DecodingError("an encoding that was not asked for", request=request)
            for part in response.iter_raw():
                body += part
                if len(body) > MOST_BYTES or time.monotonic() > ends_at:
                    raise httpx2.ReadTimeout("too much or too slow", request=request)
        finally:
            response.close()
        kept = [(name, value) for name, value in response.headers.multi_items() if name != "transfer-encoding"]
        return httpx2.Response(response.status_code, headers=kept, content=bytes(body), request=request)

    def close(self) -> None:
        self._inner.close()


_HEADERS = {"Accept": "application/json"}


def _silent() -> ProviderSilent:
    return ProviderSilent(
        "組織のアカウントのサーバーから応答がありません。",
        remedy="しばらくしてからやり直してください。ログイン名とパスワードを持つ人は、それでサインインできます。",
    )
