"""When the transcript and the intermediate data of a meeting may be disposed of. The rule is the body's; none is guessed."""

from datetime import date, datetime, timedelta

from sqlalchemy import func

from minutes.era import JST
from service.db.tables import Body, MeetingRow
from service.errors import Gone
from service.meetings.states import MeetingState

ENDED = frozenset({MeetingState.APPROVED, MeetingState.REGISTERED, MeetingState.SUPERSEDED, MeetingState.CANCELLED})
"""States in which nobody works with the transcript any more."""


ENDED_AT = func.coalesce(MeetingRow.approved_at, MeetingRow.updated_at)
"""``ended_at`` for a query."""


def ended_at(row: MeetingRow) -> datetime | None:
    """From when the days count: the approval, or the cancelling; None while people work on the meeting."""
    if row.state not in ENDED:
        return None
    return row.approved_at or row.updated_at


def kept_until(row: MeetingRow, body: Body | None) -> date | None:
    """The last day on which it is kept, in Japan; None where there is no rule or the meeting has not ended.

    The first day is left out of the count (民法第140条).
    """
    ended = ended_at(row)
    if ended is None or body is None or body.keep_days is None:
        return None
    return ended.astimezone(JST).date() + timedelta(days=body.keep_days)


def require_kept(row: MeetingRow) -> None:
    """Raises Gone where the transcript has been disposed of."""
    if row.disposed_at is not None:
        raise Gone(
            "文字起こしは、保存期間を過ぎて廃棄されました。",
            where="transcript",
            remedy="議事要旨は残っています。廃棄の記録は会議の画面から見られます。",
        )
