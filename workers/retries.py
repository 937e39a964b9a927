"""Which error deserves another attempt, as data, and when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import SystemRandom
from types import MappingProxyType

from sqlalchemy.exc import OperationalError

from minutes.errors import GijiyoshiError

INTERNAL = "internal"
UNAVAILABLE = "unavailable"
RESOURCE = "resource"
UNREACHABLE = "unreachable"
"""records.connectors.protocol.Unreachable: the other side of a delivery."""

_MOST_DOUBLINGS = 60
"""Far beyond any longest pause, and still a number."""

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


@dataclass(frozen=True)
class Schedule:
    """Pauses between tries: twice as long each time up to ``longest``, of which ``sure`` is not left to chance."""

    tries: int
    """Extra attempts, besides the job's own limit."""
    first: float = 2.0
    """Seconds."""
    longest: float = 300.0
    sure: float = 0.0


SCHEDULES: Mapping[str, Schedule] = MappingProxyType(
    {
        INTERNAL: Schedule(1),
        "model_output": Schedule(2),
        RESOURCE: Schedule(3),
        UNAVAILABLE: Schedule(1000),
        # Another system may be away over the holidays at the turn of the year; it is asked every hour at most, and by
        # many deliveries not in the same second. A test holds this against the number of tries in the settings.
        UNREACHABLE: Schedule(1000, first=10.0, longest=3600.0, sure=0.75),
    }
)
"""By category. What is not named here (input, policy, refused …) is final at once: the same bytes would fail the same
way."""


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
    """Seconds until the next attempt, exponential with jitter; None when there is to be none."""
    schedule = SCHEDULES.get(category)
    if schedule is None or attempt >= max_attempts or attempt > schedule.tries:
        return None
    full = min(schedule.longest, schedule.first * 2.0 ** min(attempt - 1, _MOST_DOUBLINGS))
    return full * (schedule.sure + (1.0 - schedule.sure) * draw())
