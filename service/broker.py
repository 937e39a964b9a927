"""Whether the broker answers: for the health page only. What is due is found in the database, never asked of it."""

from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock

import structlog
from pydantic import SecretStr

ANSWER_SECONDS = 0.5
"""For connecting and for answering; a broker on the same network takes a millisecond."""

PATIENCE_SECONDS = 1.5
"""For everything, also the look-up of a host name, which knows no time limit of its own."""

_log = structlog.get_logger(__name__)


class BrokerProbe:
    """Asks at most once at a time, however many ask for the health page: that page needs no sign-in."""

    def __init__(self, url: SecretStr) -> None:
        self._url = url
        self._lock = Lock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="broker-probe")
        self._asked: Future[bool] | None = None

    def answers(self) -> bool:
        with self._lock:
            if self._asked is None or self._asked.done():
                self._asked = self._pool.submit(_ping, self._url)
            asked = self._asked
        try:
            return asked.result(PATIENCE_SECONDS)
        except TimeoutError:
            _log.warning("broker_does_not_answer", kind="TimeoutError")
            return False

    def close(self) -> None:
        self._pool.shutdown(wait=False)


def _ping(url: SecretStr) -> bool:
    from redis import Redis, RedisError
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # Celery's name for a Unix socket is not that of the client library.
    address = url.get_secret_value().replace("redis+socket://", "unix://", 1)
    try:
        with Redis.from_url(
            address,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as client:
            return bool(client.ping())
    except (RedisError, OSError, ValueError) as error:
        # The texts of these errors name the host, and a wrong URL is quoted whole, with its password.
        _log.warning("broker_does_not_answer", kind=type(error).__name__)
        return False
