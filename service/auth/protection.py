"""Everything of this package that an application needs installed once."""

from fastapi import FastAPI

from service.auth.csrf import CrossSiteProtection
from service.auth.dependencies import Elsewhere, go_elsewhere
from service.auth.headers import SecurityHeaders
from service.auth.throttle import SignInThrottle
from service.settings import Settings

LINK_TRIES = 60
"""In 15 minutes, for one speaker's link, and for all links that name nothing from one address."""


def install(app: FastAPI, settings: Settings) -> None:
    """Cross-site protection, security headers, redirects to the sign-in page, the sign-in throttle.

    Call after ``service.errors.install``: the middleware added last is the outermost, and errors need the headers too.
    Needs ``app.state.engine``.
    """
    app.state.sign_in_throttle = SignInThrottle(app.state.engine, settings.sign_in_attempts)
    app.state.link_throttle = SignInThrottle(app.state.engine, LINK_TRIES, "リンクが続けて開かれた")
    # Nobody can be guessed there, but each start and return costs a row and a request; an office may share an address.
    app.state.provider_throttle = SignInThrottle(app.state.engine, settings.sign_in_attempts * 10)
    app.add_exception_handler(Elsewhere, go_elsewhere)
    app.add_middleware(CrossSiteProtection, public_url=settings.public_url)
    app.add_middleware(SecurityHeaders, hsts=settings.secure_cookies)
