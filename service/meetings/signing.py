"""Who may sign the present step of a meeting, and the row that a sign-off leaves.

職務の分離: who made, last edited or already signed a text does not sign it again unless the step allows that hand; and a
deputy signs neither for such a person nor as one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from minutes.era import JST
from minutes.errors import PolicyError
from service.auth import Action, Principal, Role, require_role
from service.auth.accounts import holding
from service.db.account_tables import Account
from service.db.approval_tables import Delegation, SignOff
from service.db.base import now
from service.db.tables import MeetingRow
from service.meetings.chain import Chain, Hand, Step, StepKind
from service.meetings.chains import standard
from service.meetings.queries import draft_version
from service.meetings.standing import Outcome, current_step, standing


class SameHand(PolicyError):
    """職務の分離: who made, last edited or submitted a draft does not approve it."""

    category = "separation_of_duties"


@dataclass(frozen=True)
class Signer:
    """``on_behalf_of``: the account whose deputy ``account_id`` is at this moment."""

    account_id: str
    on_behalf_of: str | None = None


@dataclass(frozen=True)
class Line:
    """Where a meeting stands: its chain, what counts, and the step that is due."""

    chain: Chain
    counts: Mapping[str, SignOff]
    step: Step | None


def chain_of(row: MeetingRow) -> Chain:
    """The chain with which the meeting began."""
    return Chain.model_validate_json(row.chain_json) if row.chain_json else standard()


def line_of(session: Session, row: MeetingRow) -> Line:
    chain = chain_of(row)
    counts = standing(chain, sign_offs(session, row.id))
    return Line(chain, counts, current_step(chain, row.state, counts))


def sign_offs(session: Session, meeting_id: str) -> tuple[SignOff, ...]:
    """All that happened at the steps, oldest first."""
    return tuple(session.scalars(select(SignOff).where(SignOff.meeting_id == meeting_id).order_by(SignOff.number)))


def due_of(step: Step | None, at: datetime) -> datetime | None:
    """The end of the last day, in Japan, on which the step is in time."""
    if step is None or step.days is None:
        return None
    day = at.astimezone(JST).date() + timedelta(days=step.days)
    return datetime.combine(day, time(23, 59, 59), JST)


def signer(session: Session, principal: Principal, row: MeetingRow, line: Line, step: Step) -> Signer:
    """As whom this person may sign ``step``. Raises Forbidden or NotFound without the role, SameHand otherwise."""
    barred = barred_from(row, line, step)
    action = Action.approve if step.kind is StepKind.APPROVAL else Action.submit
    refusal: str | None = None
    if principal.may_as(step.roles, action, row.department_id):
        if principal.account_id not in barred:
            return Signer(principal.account_id)
        refusal = barred[principal.account_id]
    for absent in _stands_in_for(session, principal, row, step):
        hand = next((each for each in (principal.account_id, absent) if each in barred), None)
        if hand is None:
            return Signer(principal.account_id, absent)
        refusal = refusal or (barred[hand] if hand == principal.account_id else f"代理される人は{barred[hand]}")
    if refusal is None:
        require_role(principal, step.roles, action, row.department_id, step=step.name)
    if step.kind is StepKind.APPROVAL:
        raise SameHand(f"{refusal}は承認できません。", where="approve", remedy="ほかの承認者が承認してください。")
    raise SameHand(
        f"{refusal}は「{step.name}」を行えません。", where="submit", remedy="ほかの確認者が確かめて進めてください。"
    )


def may_sign(session: Session, principal: Principal, row: MeetingRow, line: Line, step: Step) -> bool:
    barred = barred_from(row, line, step)
    action = Action.approve if step.kind is StepKind.APPROVAL else Action.submit
    if principal.account_id in barred:
        return False
    return principal.may_as(step.roles, action, row.department_id) or any(
        absent not in barred for absent in _stands_in_for(session, principal, row, step)
    )


def is_deputy(session: Session, principal: Principal, row: MeetingRow, step: Step | None) -> bool:
    """Whether the person stands in, now, for somebody who may do this approval."""
    return step is not None and next(_stands_in_for(session, principal, row, step), None) is not None


def barred_from(row: MeetingRow, line: Line, step: Step) -> dict[str, str]:
    """Account id -> what its hand in the text was, for all who may not sign this step."""
    hands: list[tuple[Hand, str | None, str]] = [
        (Hand.MAKER, row.created_by, "会議を登録した本人"),
        (Hand.LAST_EDITOR, row.last_editor_id, "最後に修正した本人"),
    ]
    if step.kind is StepKind.APPROVAL:
        hands.append((Hand.EARLIER, row.submitted_by, "承認を依頼した本人"))
        for before in line.chain.before(step):
            mark = line.counts.get(before.id)
            if mark is not None and mark.outcome == Outcome.SIGNED:
                what = f"「{mark.step_name}」を行った本人"
                hands += [(Hand.EARLIER, mark.account_id, what), (Hand.EARLIER, mark.on_behalf_of, what)]
    barred: dict[str, str] = {}
    for hand, account_id, what in hands:
        # Asking the speakers is no judgement of the text: whoever may hand it on may also close that round.
        if account_id is not None and hand not in step.also and step.kind is not StepKind.SPEAKERS:
            barred.setdefault(account_id, what)
    return barred


def write_sign_off(
    session: Session,
    row: MeetingRow,
    step: Step,
    by: Signer,
    outcome: Outcome,
    *,
    to_step: Step | None = None,
    reason: str | None = None,
) -> SignOff:
    """Add the row. The unique number refuses a second writer who read the same state."""
    saved, _ = draft_version(session, row, row.current_version)
    last = session.scalar(select(func.max(SignOff.number)).where(SignOff.meeting_id == row.id)) or 0
    mark = SignOff(
        meeting_id=row.id,
        number=last + 1,
        step=step.id,
        step_name=step.name,
        outcome=outcome,
        to_step=to_step.id if to_step else None,
        account_id=by.account_id,
        on_behalf_of=by.on_behalf_of,
        version=saved.version,
        sha256=saved.sha256,
        reason=reason,
        at=now(),
    )
    session.add(mark)
    session.flush()
    return mark


def told(mark: SignOff) -> dict[str, str | int]:
    """What the audit log keeps of a sign-off: enough to find a changed or missing row."""
    said: dict[str, str | int] = {
        "sign_off": mark.id,
        "number": mark.number,
        "step": mark.step,
        "outcome": str(mark.outcome),
        "version": mark.version,
        "sha256": mark.sha256,
        "account": mark.account_id,
    }
    if mark.on_behalf_of is not None:
        said["on_behalf_of"] = mark.on_behalf_of
    if mark.to_step is not None:
        said["to_step"] = mark.to_step
    return said


def _stands_in_for(session: Session, principal: Principal, row: MeetingRow, step: Step) -> Iterator[str]:
    if step.kind is not StepKind.APPROVAL or not principal.in_scope(Action.approve):
        return
    if not principal.may(Action.read_closed, row.department_id):
        return  # Nobody decides on a text that is not shown to them whole.
    moment = now()
    yield from session.scalars(
        select(Delegation.account_id)
        .join(Account, Account.id == Delegation.account_id)
        .where(
            Delegation.deputy_id == principal.account_id,
            Delegation.department_id == row.department_id,
            Delegation.revoked_at.is_(None),
            Delegation.starts_at <= moment,
            Delegation.ends_at > moment,
            Account.active,
            Delegation.account_id.in_(holding(row.department_id, {Role.APPROVER} & set(step.roles))),
        )
        .order_by(Delegation.id)
    )
