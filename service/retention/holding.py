"""保留: a meeting whose transcript must stay though its days have passed, e.g. for a request for disclosure or a suit."""

import unicodedata

from sqlalchemy import Engine, update

from minutes.errors import InputError
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.errors import Conflict
from service.meetings.drafting import subject
from service.meetings.queries import get_meeting

REASON_LIMIT = 500


def hold(engine: Engine, principal: Principal, meeting_id: str, reason: str) -> None:
    """Raises InputError without a reason, Conflict once the transcript is gone."""
    with reading(engine) as session:
        require(principal, Action.administer, get_meeting(session, principal, meeting_id).department_id)
    given = unicodedata.normalize("NFC", reason).strip()
    if not given or len(given) > REASON_LIMIT or any(unicodedata.category(c) in {"Cc", "Cs"} for c in given):
        raise InputError(
            "保留の理由がないか、長すぎるか、使えない文字があります。",
            where="reason",
            remedy=f"{REASON_LIMIT} 文字以内で、改行を含めずに書いてください。",
        )
    _change(engine, principal, meeting_id, given, AuditEventName.RETENTION_HELD)


def release(engine: Engine, principal: Principal, meeting_id: str) -> None:
    """Raises Conflict once the transcript is gone."""
    _change(engine, principal, meeting_id, None, AuditEventName.RETENTION_RELEASED)


def _change(engine: Engine, principal: Principal, meeting_id: str, reason: str | None, event: AuditEventName) -> None:
    with writing(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.administer, row.department_id)
        changed = session.execute(
            update(MeetingRow)
            .where(MeetingRow.id == row.id, MeetingRow.disposed_at.is_(None))
            .values(hold_reason=reason, updated_at=MeetingRow.updated_at)
            .returning(MeetingRow.id)
            .execution_options(synchronize_session=False)
        ).first()
        if changed is None:
            raise Conflict(
                "文字起こしは、すでに廃棄されています。", where="state", remedy="廃棄の記録を確かめてください。"
            )
        detail = {"reason": reason} if reason else {}
        record(session, actor=principal.login, event=event, subject=subject(row.id), detail=detail)
