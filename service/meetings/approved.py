"""An approved version as it leaves the service: the frozen text, who approved it, and how it came to that."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from records.approved import Approval, ApprovedVersion, AuditEntry
from service.audit import AuditEventName
from service.db.account_tables import Account, Department
from service.db.tables import AuditEvent, DraftVersion, MeetingRow
from service.errors import Conflict
from service.meetings.drafting import subject


def approved_version(session: Session, row: MeetingRow) -> ApprovedVersion:
    """The version that was approved. Raises Conflict before the approval, InputError where the stored text is not the
    one that was approved."""
    if row.approved_version is None or row.approved_sha256 is None or row.approved_at is None:
        raise Conflict(
            f"「{row.title}」はまだ承認されていません（{row.state}）。",
            where="state",
            remedy="承認を受けてから、もう一度行ってください。",
        )
    query = select(DraftVersion.id, DraftVersion.document).where(
        DraftVersion.meeting_id == row.id, DraftVersion.version == row.approved_version
    )
    saved = session.execute(query).one()
    approver = session.get(Account, row.approved_by)
    department = session.get(Department, row.department_id)
    return ApprovedVersion(
        approval=Approval(
            meeting_id=row.id,
            version_id=saved.id,
            version=row.approved_version,
            department=department.name if department else "",
            approved_by=approver.display_name if approver else "",
            approved_at=row.approved_at,
            sha256=row.approved_sha256,
            corrects=row.corrects,
        ),
        text=saved.document,
        entries=_until_approved(session, row),
    )


def _until_approved(session: Session, row: MeetingRow) -> tuple[AuditEntry, ...]:
    events = session.scalars(select(AuditEvent).where(AuditEvent.subject == subject(row.id)).order_by(AuditEvent.seq))
    entries: list[AuditEntry] = []
    for event in events:
        entries.append(
            AuditEntry(
                seq=event.seq,
                at=event.at,
                actor=event.actor,
                event=event.event,
                subject=event.subject,
                detail=event.detail,
                previous_hash=event.previous_hash,
                hash=event.hash,
            )
        )
        if event.event == AuditEventName.MEETING_APPROVED and event.detail.get("version") == row.approved_version:
            break
    return tuple(entries)
