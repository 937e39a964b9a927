"""Who is to know of a change, written in the transaction that makes it. What leaves the service is queued by the
dispatcher (service.notices.outbox), which knows the settings."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.auth.accounts import holding
from service.db.account_tables import Account
from service.db.approval_tables import Delegation, Notice
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.tables import MeetingRow
from service.meetings.chain import Step, StepKind
from service.meetings.signing import Line, barred_from, line_of
from service.notices.payload import WebhookData, WebhookDelivery, WebhookPayload, WebhookType

_NAME_LIMIT = 40
"""Characters of ``Notice.step_name``."""


class NoticeKind(StrEnum):
    TURN = "turn"
    """It is the person's turn to do the step."""
    RETURNED = "returned"
    APPROVED = "approved"
    DUE = "due"
    """The step is to be done soon."""
    MENTIONED = "mentioned"
    """A comment names the person."""
    REPLIED = "replied"
    """Somebody answered the person's comment."""
    DELIVERY_FAILED = "delivery_failed"
    """A package did not reach its destination, and no further try is made; the step's name is the destination's."""


def tell_turn(session: Session, row: MeetingRow, line: Line, step: Step, number: int) -> None:
    """Those who can do ``step`` now. ``number`` is that of the sign-off that led to it."""
    key = f"turn:{row.id}:{number}"
    _notices(session, row, NoticeKind.TURN, key=key, step_name=step.name, people=who_can(session, row, line, step))


def tell_returned(session: Session, row: MeetingRow, to: Step, number: int, submitter: str | None) -> None:
    """Who registered it and who had handed it in."""
    people = [each for each in (submitter, row.created_by) if each is not None]
    _notices(session, row, NoticeKind.RETURNED, key=f"returned:{row.id}:{number}", step_name=to.name, people=people)


def tell_approved(session: Session, row: MeetingRow, step: Step, number: int) -> None:
    people = [each for each in (row.submitted_by, row.created_by) if each is not None]
    _notices(session, row, NoticeKind.APPROVED, key=f"approved:{row.id}:{number}", step_name=step.name, people=people)


def tell_due(session: Session, row: MeetingRow, line: Line, step: Step) -> None:
    """Those who can do it; once for each due date."""
    assert row.step_due_at is not None
    key = f"due:{row.id}:{step.id}:{row.step_due_at.date().isoformat()}"
    _notices(session, row, NoticeKind.DUE, key=key, step_name=step.name, people=who_can(session, row, line, step))


def tell_mentioned(session: Session, row: MeetingRow, comment_id: str, people: Sequence[str]) -> None:
    """Those whom a comment names, and other systems that it names somebody."""
    if not people:
        return
    step = line_of(session, row).step
    name = step.name if step else ""
    _notices(session, row, NoticeKind.MENTIONED, key=f"mentioned:{comment_id}", step_name=name, people=people)
    announce(session, row, "meeting.mentioned", step)


def tell_replied(session: Session, row: MeetingRow, reply_id: str, author: str) -> None:
    """Who wrote the comment that was answered."""
    step = line_of(session, row).step
    name = step.name if step else ""
    _notices(session, row, NoticeKind.REPLIED, key=f"replied:{reply_id}", step_name=name, people=[author])


def tell_delivery_failed(
    session: Session, row: MeetingRow, *, key: str, destination: str, people: Sequence[str]
) -> None:
    """Those who hand records over; once for each time that it is given up."""
    _notices(session, row, NoticeKind.DELIVERY_FAILED, key=key, step_name=destination[:_NAME_LIMIT], people=people)


def announce(
    session: Session, row: MeetingRow, what: WebhookType, step: Step | None, *, delivery: WebhookDelivery | None = None
) -> None:
    """For other systems, in the transaction that makes the change; ``row`` is as it is after it. Without a webhook in
    the settings the dispatcher drops it again."""
    payload = WebhookPayload(
        type=what,
        timestamp=now(),
        data=WebhookData(
            meeting_id=row.id,
            title=row.title,
            state=row.state,
            step=step.id if step else None,
            step_name=step.name if step else None,
            due_at=row.step_due_at,
            sha256=row.approved_sha256,
            url=None,
            delivery=delivery,
        ),
    )
    session.add(Delivery(way="webhook", meeting_id=row.id, payload=payload.model_dump(mode="json")))


def who_can(session: Session, row: MeetingRow, line: Line, step: Step) -> tuple[str, ...]:
    """Active accounts that hold a role of the step in the department, or stand in for one that does."""
    barred = barred_from(row, line, step)
    own = list(
        session.scalars(
            select(Account.id)
            .where(Account.id.in_(holding(row.department_id, step.roles)), Account.active)
            .order_by(Account.id)
        )
    )
    deputies: Iterable[str] = ()
    if step.kind is StepKind.APPROVAL:
        moment = now()
        deputies = session.scalars(
            select(Delegation.deputy_id).where(
                Delegation.account_id.in_([each for each in own if each not in barred]),
                Delegation.department_id == row.department_id,
                Delegation.revoked_at.is_(None),
                Delegation.starts_at <= moment,
                Delegation.ends_at > moment,
            )
        )
    return tuple(dict.fromkeys(each for each in (*own, *deputies) if each not in barred))


def _notices(
    session: Session, row: MeetingRow, kind: NoticeKind, *, key: str, step_name: str, people: Iterable[str]
) -> None:
    known = set(session.scalars(select(Notice.account_id).where(Notice.key == key)))
    session.add_all(
        Notice(account_id=each, key=key, kind=kind, meeting_id=row.id, step_name=step_name)
        for each in dict.fromkeys(people)
        if each not in known
    )
    session.flush()
