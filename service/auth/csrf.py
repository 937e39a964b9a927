"""Requests that another site makes the browser send are refused: Sec-Fetch-Site first, then Origin.

The reasoning follows Filippo Valsorda's "Cross-Site Request Forgery" (2025), as in Go's CrossOriginProtection and
datasette: browsers name where a request comes from, so no token in forms is needed.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import Forbidden, problem_response

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CrossSiteRequest(Forbidden):
    """The browser says that another site caused this request."""

    category = "cross_site"


class CrossSiteProtection:
    """ASGI middleware. ``public_url``: the address people use, when a proxy changes what the service sees."""

    def __init__(self, app: ASGIApp, public_url: str | None = None) -> None:
        self.app = app
        self.public_origin = origin_of(public_url) if public_url else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or allowed(scope["method"], Headers(scope=scope), self.public_origin):
            await self.app(scope, receive, send)
            return
        error = CrossSiteRequest(
            "ほかのサイトから送られた要求なので受け付けません。",
            remedy="このサービスの画面を開き直してから操作してください。",
        )
        await problem_response(error, scope["path"])(scope, receive, send)


def allowed(method: str, headers: Headers, public_origin: str | None) -> bool:
    """Whether the request may pass. Pure, so that every branch can be tried by itself."""
    if method in SAFE_METHODS:
        return True  # they change nothing here
    bearer = headers.get("authorization", "").lower().startswith("bearer ")
    if bearer and "cookie" not in headers:
        return True  # another site cannot know the token; with a cookie it could hope that the cookie counts
    origin = headers.get("origin")
    if origin is not None and public_origin is not None and origin.lower() == public_origin:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        # "none" is the person themself (address bar, bookmark); "same-site" includes other hosts of the same body.
        return site in {"same-origin", "none"}
    if origin is None:
        return True  # every browser sends one of the two with a POST: this is a program
    # Without TLS, browsers leave Sec-Fetch-Site out. A proxy may have ended TLS, so only hosts can be compared.
    return public_origin is None and urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""


def origin_of(url: str) -> str:
    """Scheme and host of an address, as browsers write them in Origin."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
