"""Meetings that are approved and wait for their 文書番号, as the table in which it comes back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.package.metadata_file import runs_as_formula
from records.registration_csv import DECIDED_BY, DECIDED_ON, IDENTIFIER, MEETING, NUMBER, REMARKS, TITLE
from service.auth import Action, Principal
from service.db.tables import DraftVersion, MeetingRow
from service.meetings.states import MeetingState
from service.recordkeeping.registering_many import MOST_LINES

_HEADING = (IDENTIFIER, MEETING, TITLE, NUMBER, DECIDED_ON, DECIDED_BY, REMARKS)


def waiting_rows(session: Session, principal: Principal) -> list[tuple[str, ...]]:
    """The heading, then a row for each meeting that this person may register, the one approved first on top."""
    found = session.execute(
        select(DraftVersion.id, MeetingRow.id, MeetingRow.title)
        .join(MeetingRow, DraftVersion.meeting_id == MeetingRow.id)
        .where(
            DraftVersion.version == MeetingRow.approved_version,
            MeetingRow.state == MeetingState.APPROVED,
            MeetingRow.department_id.in_(principal.departments(Action.hand_over)),
        )
        .order_by(MeetingRow.approved_at, MeetingRow.id)
        .limit(MOST_LINES)
    )
    return [
        _HEADING,
        *(
            # The title is only for reading, and a spreadsheet must not run it.
            (f"urn:uuid:{version_id}", meeting_id, f"　{title}" if runs_as_formula(title) else title, "", "", "", "")
            for version_id, meeting_id, title in found
        ),
    ]
