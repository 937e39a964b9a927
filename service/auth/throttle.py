"""Guessing passwords is made slow: failed sign-ins are counted per login and address."""

import hashlib
import time

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from service.auth.accounts import normal_login
from service.errors import TooMany

WINDOW_MINUTES = 15


class SignInThrottle:
    """Counts in this process's memory: with N API processes a guesser has up to N times the tries."""

    def __init__(self, attempts: int) -> None:
        self._limit = RateLimitItemPerMinute(attempts, WINDOW_MINUTES)
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def count(self, login: str, address: str) -> None:
        """Count one try before it is made, so that parallel tries count too. TooMany when there have been enough."""
        key = self._key(login, address)
        if self._limiter.hit(self._limit, key):
            return
        reset = self._limiter.get_window_stats(self._limit, key).reset_time
        raise TooMany(
            "サインインの失敗が続いたため、しばらく受け付けません。",
            remedy=f"{WINDOW_MINUTES} 分ほど待ってからやり直すか、管理者に尋ねてください。",
            retry_after=max(1, int(reset - time.time()) + 1),
        )

    def forget(self, login: str, address: str) -> None:
        """A success ends the count."""
        self._limiter.clear(self._limit, self._key(login, address))

    @staticmethod
    def _key(login: str, address: str) -> str:
        # Hashed: a login field may hold anything, of any length, and a separator of its own.
        name = hashlib.sha256(normal_login(login).encode("utf-8", "surrogatepass")).hexdigest()
        return f"{name}:{address}"
