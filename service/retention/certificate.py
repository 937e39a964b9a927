"""廃棄の記録: read from the audit log, whose chain it is part of."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit import AuditEventName
from service.db.tables import AuditEvent, MeetingRow
from service.errors import NotFound
from service.meetings.drafting import subject
from service.retention.disposal import Certificate


def certificate_of(session: Session, row: MeetingRow) -> Certificate:
    """NotFound where nothing was disposed of."""
    event = session.scalar(
        select(AuditEvent)
        .where(AuditEvent.subject == subject(row.id), AuditEvent.event == AuditEventName.TRANSCRIPT_DISPOSED)
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    )
    if event is None:
        raise NotFound("この会議の原データは、廃棄されていません。", remedy="会議の画面を確かめてください。")
    detail = event.detail
    return Certificate(
        meeting_id=row.id,
        at=event.at,
        by=event.actor,
        body=detail["body"],
        keep_days=detail["keep_days"],
        kept_until=date.fromisoformat(detail["kept_until"]),
        transcript_name=detail["transcript_name"],
        transcript_sha256=detail["transcript_sha256"],
        transcript_bytes=detail["transcript_bytes"],
        results=detail["results"],
        proposals=detail["proposals"],
        quotes=detail["quotes"],
        versions=tuple((number, whole, kept) for number, whole, kept in detail["versions"]),
    )
