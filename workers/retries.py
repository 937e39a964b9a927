"""Which error deserves another attempt, as data, and when."""

from collections.abc import Callable, Mapping
from random import SystemRandom
from types import MappingProxyType

from sqlalchemy.exc import OperationalError

from minutes.errors import GijiyoshiError

INTERNAL = "internal"
UNAVAILABLE = "unavailable"
RESOURCE = "resource"

PUBLIC_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        INTERNAL: "プログラムの内部で予期しない誤りが起きました。もう一度行っても直らないときは、"
        "処理の番号を添えて管理者に連絡してください。",
        UNAVAILABLE: "要約に使うサーバーまたはデータベースにつながりませんでした。"
        "管理者に接続先の状態を確かめてもらい、もう一度行ってください。",
        RESOURCE: "計算機のメモリが足りませんでした。"
        "ほかの処理が終わってからもう一度行うか、管理者に連絡してください。",
    }
)

RETRIES: Mapping[str, int] = MappingProxyType({INTERNAL: 1, "model_output": 2, RESOURCE: 3, UNAVAILABLE: 1000})
"""Extra attempts by category, besides the job's own limit. What is not named here (input, policy …) is final at once:
the same bytes would fail the same way."""

FIRST_DELAY_SECONDS = 2.0
LONGEST_DELAY_SECONDS = 300.0


def classify(error: Exception) -> tuple[str, str]:
    """Category and public sentence. The text of an error that was not written for people never leaves this function:
    it may hold paths or words of the meeting."""
    if isinstance(error, GijiyoshiError):
        return error.category, str(error)
    if isinstance(error, MemoryError):
        return RESOURCE, PUBLIC_MESSAGES[RESOURCE]
    if isinstance(error, ConnectionError | TimeoutError | OperationalError):
        return UNAVAILABLE, PUBLIC_MESSAGES[UNAVAILABLE]
    return INTERNAL, PUBLIC_MESSAGES[INTERNAL]


def retry_delay(
    category: str, attempt: int, max_attempts: int, *, draw: Callable[[], float] = SystemRandom().random
) -> float | None:
    """Seconds until the next attempt, exponential with full jitter; None when there is to be none."""
    if attempt >= max_attempts or attempt > RETRIES.get(category, 0):
        return None
    return draw() * min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (attempt - 1))
