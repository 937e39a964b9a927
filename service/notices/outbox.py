"""What the dispatcher does with notices: remind before due dates, make e-mails of them, and queue all that is to leave.

A message is queued in the transaction that marks its source as queued, so a crash loses none and repeats none.
"""

from datetime import timedelta

from sqlalchemy import Engine, select, update

from service.db.account_tables import Account
from service.db.approval_tables import MailChoice, Notice
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.deliveries.queueing import AT_ONCE, queue_deliveries, waiting_for_jobs
from service.meetings.signing import line_of
from service.meetings.states import EDITABLE, MeetingState
from service.notices.telling import tell_due
from service.settings import Settings

DUE_WITHIN = timedelta(days=2)
"""A working day before most due dates; the notice is for today's list, not for the night."""


def queue_messages(engine: Engine, settings: Settings) -> int:
    """Make jobs of what is to be sent; the number. Reads first: most rounds have nothing to write."""
    with reading(engine) as session:
        waiting = session.scalar(select(Notice.id).where(Notice.queued_at.is_(None)).limit(1)) or session.scalar(
            waiting_for_jobs().with_only_columns(Delivery.id).limit(1)
        )
    if waiting is None:
        return 0
    with writing(engine) as session:
        notices = session.scalars(
            select(Notice).where(Notice.queued_at.is_(None)).limit(AT_ONCE).with_for_update(skip_locked=True)
        ).all()
        for notice in notices:
            notice.queued_at = now()
            choice = session.get(MailChoice, notice.account_id)
            account = session.get_one(Account, notice.account_id)
            if settings.smtp_host is None or choice is None or not choice.wanted or not account.active:
                continue
            payload = {"notice": notice.id, "to": choice.address}
            session.add(Delivery(way="mail", meeting_id=notice.meeting_id, payload=payload))
        session.flush()
        return queue_deliveries(session, settings)


def remind(engine: Engine) -> int:
    """Tell those whose step is due soon, once for each due date; the number of meetings told about."""
    moment = now()
    with reading(engine) as session:
        due = session.scalars(
            select(MeetingRow.id).where(
                MeetingRow.step_due_at.is_not(None),
                MeetingRow.step_due_at <= moment + DUE_WITHIN,
                MeetingRow.reminded_for.is_(None) | (MeetingRow.reminded_for != MeetingRow.step_due_at),
                MeetingRow.state.in_((*EDITABLE, MeetingState.APPROVAL)),
            )
        ).all()
    for meeting_id in due:
        with writing(engine) as session:
            row = session.get_one(MeetingRow, meeting_id)
            claimed = session.execute(
                update(MeetingRow)
                .where(
                    MeetingRow.id == row.id,
                    MeetingRow.row_version == row.row_version,
                    MeetingRow.reminded_for.is_(None) | (MeetingRow.reminded_for != row.step_due_at),
                )
                # The row version stays: this is no change that a person would have to see.
                .values(reminded_for=row.step_due_at, updated_at=MeetingRow.updated_at)
                .returning(MeetingRow.id)
                .execution_options(synchronize_session=False)
            ).first()
            line = line_of(session, row)
            if claimed is not None and line.step is not None and row.step_due_at is not None:
                tell_due(session, row, line, line.step)
    return len(due)
