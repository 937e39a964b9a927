"""What the 文書管理 system gave back for a meeting, and which meeting has a number."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from service.auth import Action, Principal
from service.db.record_tables import Registration
from service.db.tables import MeetingRow

MOST_FOUND = 20


def registered(session: Session, meeting_id: str) -> Registration | None:
    """What counts: the newest."""
    query = select(Registration).where(Registration.meeting_id == meeting_id).order_by(Registration.no.desc())
    return session.scalar(query.limit(1))


def registrations(session: Session, meeting_id: str) -> Sequence[Registration]:
    """All that was ever registered, the newest first."""
    query = select(Registration).where(Registration.meeting_id == meeting_id).order_by(Registration.no.desc())
    return session.scalars(query).all()


def number_key(number: str) -> str:
    """The number without differences of width, case and space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", number)).casefold()[:300]


def having(session: Session, department_ids: frozenset[str], number: str) -> Sequence[tuple[Registration, MeetingRow]]:
    """Meetings of these departments whose number it is now, the newest first."""
    later = aliased(Registration)
    corrected = exists().where(later.meeting_id == Registration.meeting_id, later.no > Registration.no)
    rows = session.execute(
        select(Registration, MeetingRow)
        .join(MeetingRow, MeetingRow.id == Registration.meeting_id)
        .where(Registration.number_key == number_key(number), MeetingRow.department_id.in_(department_ids), ~corrected)
        .order_by(MeetingRow.id.desc())
        .limit(MOST_FOUND)
    )
    return [(registration, row) for registration, row in rows]


def numbered(session: Session, principal: Principal, number: str) -> Sequence[MeetingRow]:
    """Meetings that the person may read and that have this 文書番号."""
    key = number_key(number.replace("\x00", ""))
    return [row for _, row in having(session, principal.departments(Action.read), key)] if key else []
