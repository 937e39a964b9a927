"""On whose behalf something is done: a person's, or the operator's at the command line, who is nobody's account."""

from sqlalchemy.orm import Session

from minutes.errors import InputError
from service.auth import Action, Principal, require
from service.db.tables import MeetingRow
from service.meetings.queries import get_meeting, plain

OPERATOR = "cli"
"""In the audit log: someone with access to the server itself."""


def meeting_for(session: Session, principal: Principal | None, meeting_id: str, *actions: Action) -> MeetingRow:
    """The meeting, for whoever may do all of ``actions`` with it; None is the operator. Errors as ``get_meeting``."""
    if principal is None:
        row = session.get(MeetingRow, plain(meeting_id))
        if row is None:
            raise InputError("会議が見つかりません。", where=meeting_id[:60], remedy="会議の番号を確かめてください。")
        return row
    row = get_meeting(session, principal, meeting_id)
    for action in actions:
        require(principal, action, row.department_id)
    return row


def actor_of(principal: Principal | None) -> str:
    return OPERATOR if principal is None else principal.login


def account_of(principal: Principal | None) -> str | None:
    return None if principal is None else principal.account_id
