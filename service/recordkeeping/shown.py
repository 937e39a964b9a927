"""What a person sees of a record: names in place of ids, and nothing of closed talk without the right to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from service.auth import Action, Principal
from service.db.account_tables import Account
from service.db.tables import MeetingRow
from service.meetings.closed import sees_closed, shown_words
from service.meetings.queries import current_draft
from service.recordkeeping.description import RecordNow, record_of
from service.recordkeeping.registered import registrations

OPERATOR_NAME = "コマンド"
"""Who did it, where it was done at the command line."""


@dataclass(frozen=True)
class RegistrationView:
    """One registration; ``by`` is a name."""

    no: int
    document_number: str
    decided_on: date
    decided_by: str
    remarks: str
    source: str
    by: str
    at: datetime


def shown_record(session: Session, principal: Principal, row: MeetingRow) -> RecordNow:
    """The record as this person may see it: a clerk may have written a word of closed talk into a remark."""
    record = record_of(session, row)
    if sees_closed(principal, row):
        return record
    draft = current_draft(session, row)
    document = draft[1] if draft is not None else None
    content = _shown(principal, row, document, record.content)
    if content == record.content:
        return record
    # Sentences about faults quote what was written.
    return replace(record, content=content, description=None, missing=(), faults=())


def shown_history(session: Session, principal: Principal, row: MeetingRow) -> tuple[RegistrationView, ...]:
    """Everything that was registered for the meeting, the newest first."""
    found = registrations(session, row.id)
    if not found:
        return ()
    names = names_of(session, [each.registered_by for each in found])
    draft = None if sees_closed(principal, row) else current_draft(session, row)
    document = draft[1] if draft is not None else None
    return tuple(
        RegistrationView(
            no=each.no,
            document_number=each.document_number,
            decided_on=each.decided_on,
            decided_by=each.decided_by,
            remarks=shown_words(principal, row, document, each.remarks) or "",
            source=each.source,
            by=names[each.registered_by],
            at=each.registered_at,
        )
        for each in found
    )


def names_of(session: Session, ids: Iterable[str | None]) -> Mapping[str | None, str]:
    """Display names by account id."""
    rows = session.execute(
        select(Account.id, Account.display_name).where(Account.id.in_({each for each in ids if each is not None}))
    )
    return {None: OPERATOR_NAME, **{row.id: row.display_name for row in rows}}


def may_hand_over(principal: Principal, row: MeetingRow) -> bool:
    return principal.may(Action.hand_over, row.department_id)


def _shown(principal: Principal, row: MeetingRow, document: MinutesDocument | None, value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _shown(principal, row, document, each) for name, each in value.items()}
    return shown_words(principal, row, document, value) if isinstance(value, str) else value
