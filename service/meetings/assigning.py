"""担当: who is in charge of a meeting, given to one or to many at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal
from service.auth.accounts import members
from service.db.account_tables import Account
from service.db.base import now
from service.db.engine import writing
from service.db.tables import MeetingRow
from service.errors import Conflict, Forbidden
from service.meetings.drafting import subject
from service.meetings.queries import get_meeting
from service.meetings.states import SETTLED

AT_ONCE = 200
"""Meetings in one request: as many as one page can show."""

_PART = (Action.edit, Action.approve, Action.administer)


@dataclass(frozen=True)
class Refusal:
    meeting_id: str
    title: str
    """Empty where the person may not know of the meeting."""
    error: GijiyoshiError

    @property
    def why(self) -> str:
        return self.error.what


@dataclass(frozen=True)
class Assigned:
    done: tuple[str, ...]
    refused: tuple[Refusal, ...]


def takes_part(principal: Principal, department_id: str) -> bool:
    """Whether the person works on the meetings of this department, and so may plan the work."""
    return any(principal.may(action, department_id) for action in _PART)


def require_part(principal: Principal, department_id: str) -> None:
    """Raises Forbidden for who only reads."""
    if not takes_part(principal, department_id):
        raise Forbidden(
            "担当と期限を決める権限がありません。", remedy="登録者、確認者、承認者又は管理者に依頼してください。"
        )


def candidates(session: Session, departments: Collection[str]) -> Mapping[str, str]:
    """Who can be in charge in at least one of the departments: display names by account id, in their order."""
    query = (
        select(Account.id, Account.display_name)
        .where(Account.active, Account.id.in_(members(departments)))
        .order_by(Account.display_name, Account.id)
    )
    return {row.id: row.display_name for row in session.execute(query)}


def assign(engine: Engine, principal: Principal, meeting_ids: Sequence[str], assignee_id: str | None) -> Assigned:
    """Put one person in charge of meetings (None: nobody). What is refused is named, the others are done.

    InputError when no meeting or too many are named.
    """
    wanted = tuple(dict.fromkeys(meeting_ids))
    if not 0 < len(wanted) <= AT_ONCE:
        raise InputError(
            "会議が選ばれていないか、多すぎます。", where="meeting", remedy=f"1〜{AT_ONCE} 件を選んでください。"
        )
    done, refused = [], []
    with writing(engine) as session:
        for meeting_id in wanted:
            row = None
            try:
                row = get_meeting(session, principal, meeting_id)
                _assign(session, principal, row, assignee_id)
                done.append(row.id)
            except GijiyoshiError as error:
                refused.append(Refusal(meeting_id, row.title if row is not None else "", error))
    return Assigned(tuple(done), tuple(refused))


def _assign(session: Session, principal: Principal, row: MeetingRow, assignee_id: str | None) -> None:
    require_part(principal, row.department_id)
    if row.state in SETTLED:
        raise Conflict(f"「{row.state}」の会議の担当は変えられません。", where="state")
    if assignee_id is not None and not _is_member(session, assignee_id, row.department_id):
        raise InputError("この会議の所属に役割がない人は、担当になれません。", where="assignee")
    if row.assignee_id == assignee_id:
        return
    before = row.assignee_id
    session.execute(
        update(MeetingRow)
        .where(MeetingRow.id == row.id)
        .values(assignee_id=assignee_id, row_version=MeetingRow.row_version + 1, updated_at=now())
        .execution_options(synchronize_session=False)
    )
    record(
        session,
        actor=principal.login,
        event=AuditEventName.MEETING_ASSIGNED,
        subject=subject(row.id),
        detail={"assignee": [before, assignee_id]},
    )


def _is_member(session: Session, account_id: str, department_id: str) -> bool:
    query = select(Account.id).where(
        Account.id == account_id.replace("\x00", ""), Account.active, Account.id.in_(members([department_id]))
    )
    return session.scalar(query) is not None
