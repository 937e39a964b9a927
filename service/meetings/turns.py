"""Whose turn it is, as a condition on many meetings at once. ``signing`` decides on one, and has the last word."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from service.auth import Action, Principal, Role
from service.db.account_tables import Account, ClaimedGrant, RoleGrant
from service.db.approval_tables import Delegation, SignOff
from service.db.base import now
from service.db.tables import MeetingRow
from service.meetings.standing import Outcome

_HANDS = (MeetingRow.created_by, MeetingRow.last_editor_id, MeetingRow.submitted_by)


def may_sign_next(principal: Principal) -> ColumnElement[bool]:
    """Of meetings that wait for approval: those of which this person may sign the present step, by a role or as a deputy.

    A chain that lets makers sign an approval all the same (``also``) is not read here: its meetings are left out.
    """
    if not principal.in_scope(Action.approve):
        return false()
    me = principal.account_id
    own = [
        and_(MeetingRow.department_id.in_(departments), MeetingRow.waits_for.contains(str(role), autoescape=True))
        for role in Role
        if (departments := _held(principal, role))
    ]
    return and_(_no_hand_of(me), or_(*own, _as_deputy(principal)))


def _held(principal: Principal, role: Role) -> list[str]:
    return sorted(principal.departments(Action.read) & {each for each, held in principal.grants if held == role})


def _no_hand_of(account: str | InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """職務の分離: neither made, last edited or submitted by them, nor signed since it was last sent back."""
    back = aliased(SignOff)
    # Of the sign-off's own meeting: ``meeting`` itself, two levels up, would be read anew, with every row.
    returned = select(func.max(back.number)).where(
        back.meeting_id == SignOff.meeting_id, back.outcome.in_([Outcome.RETURNED, Outcome.WITHDRAWN])
    )
    signed = (
        exists()
        .where(
            SignOff.meeting_id == MeetingRow.id,
            SignOff.outcome == Outcome.SIGNED,
            or_(SignOff.account_id == account, SignOff.on_behalf_of == account),
            SignOff.number > func.coalesce(returned.scalar_subquery(), 0),
        )
        # Also where this stands within the question about deputies: left alone, it would ask about every meeting.
        .correlate_except(SignOff)
    )
    return and_(*(hand.is_distinct_from(account) for hand in _HANDS), ~signed)


def _as_deputy(principal: Principal) -> ColumnElement[bool]:
    moment = now()
    return exists().where(
        MeetingRow.waits_for.contains(str(Role.APPROVER), autoescape=True),
        MeetingRow.department_id.in_(sorted(principal.departments(Action.read_closed))),
        Delegation.department_id == MeetingRow.department_id,
        Delegation.deputy_id == principal.account_id,
        Delegation.revoked_at.is_(None),
        Delegation.starts_at <= moment,
        Delegation.ends_at > moment,
        Account.id == Delegation.account_id,
        Account.active,
        or_(*(_approves(table) for table in (RoleGrant, ClaimedGrant))),
        _no_hand_of(Delegation.account_id),
    )


def _approves(grants: type[RoleGrant] | type[ClaimedGrant]) -> ColumnElement[bool]:
    return exists().where(
        grants.account_id == Delegation.account_id,
        grants.department_id == Delegation.department_id,
        grants.role == str(Role.APPROVER),
    )
