"""廃棄: the transcript and the intermediate data of a meeting go, the record and every hash stay, and the log has the
certificate."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, delete, func, select, text, update
from sqlalchemy.orm import Session, undefer

from minutes.disposal import without_talk
from minutes.document import MinutesDocument
from minutes.era import JST
from service.audit import AuditEventName, record
from service.auth import Action, Principal, require
from service.db.base import now
from service.db.comment_table import Comment
from service.db.delivery_tables import Delivery
from service.db.engine import writing
from service.db.record_tables import RecordPackage
from service.db.tables import Body, DraftVersion, MeetingRow, ProposalRow, StageResult
from service.deliveries.states import OPEN
from service.errors import Conflict
from service.meetings.drafting import subject
from service.meetings.queries import get_meeting, lock_meeting
from service.retention.rules import kept_until
from service.search.index import index_document


@dataclass(frozen=True)
class Certificate:
    """What one disposal took away. ``versions``: number, hash of the whole draft, hash of what is left of it."""

    meeting_id: str
    at: datetime
    by: str
    body: str
    keep_days: int
    kept_until: date
    transcript_name: str
    transcript_sha256: str
    transcript_bytes: int
    results: int
    """Saved results of stages and of models."""
    proposals: int
    quotes: int
    """Comments that quoted an utterance."""
    versions: tuple[tuple[int, str, str], ...]
    packages: tuple[tuple[str, str, int], ...]
    """File name, hash and bytes of each."""


def dispose(engine: Engine, principal: Principal, meeting_id: str) -> None:
    """Take the transcript of one meeting, what models wrote for it, and the words of its utterances away, for good.

    Raises Conflict before its day has passed, under a hold, without a rule, where it has been done, and while a package
    is on its way to another system.
    """
    with writing(engine) as session:
        if session.get_bind().dialect.name == "sqlite":
            # Else the pages would still hold the words until something else is written there.
            session.execute(text("PRAGMA secure_delete = ON"))
        lock_meeting(session, meeting_id)
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.administer, row.department_id)
        body, until = _rule(session, row)
        packages = _empty_packages(session, row)
        results = delete(StageResult).where(StageResult.subject_id == row.id).returning(StageResult.id)
        contents = (
            update(ProposalRow)
            .where(ProposalRow.meeting_id == row.id, ProposalRow.content.is_not(None))
            .values(content=None)
            .returning(ProposalRow.id)
        )
        # A comment on an utterance keeps what was said there; what people wrote about it stays.
        quotes = (
            update(Comment)
            .where(Comment.meeting_id == row.id, Comment.place.startswith("u"), Comment.quote != "")
            .values(quote="")
            .returning(Comment.id)
        )
        detail: dict[str, Any] = {
            "body": body.name,
            "keep_days": body.keep_days,
            "kept_until": until.isoformat(),
            "transcript_name": row.transcript_name,
            "transcript_sha256": row.transcript_sha256,
            "transcript_bytes": session.scalar(
                select(func.length(MeetingRow.transcript)).where(MeetingRow.id == row.id)
            ),
            "results": len(session.execute(results).all()),
            "proposals": len(session.execute(contents).all()),
            "quotes": len(session.execute(quotes).all()),
            "versions": _strip(session, row),
            "packages": packages,
        }
        session.execute(
            update(MeetingRow)
            .where(MeetingRow.id == row.id)
            .values(
                transcript=b"",
                disposed_at=now(),
                updated_at=MeetingRow.updated_at,
                row_version=MeetingRow.row_version + 1,
            )
        )
        record(
            session,
            actor=principal.login,
            event=AuditEventName.TRANSCRIPT_DISPOSED,
            subject=subject(row.id),
            detail=detail,
        )
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # The write-ahead log has the old pages too.
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _rule(session: Session, row: MeetingRow) -> tuple[Body, date]:
    if row.disposed_at is not None:
        raise Conflict(
            f"「{row.title}」の文字起こしは、すでに廃棄されています。",
            where="state",
            remedy="廃棄の記録を確かめてください。",
        )
    if row.hold_reason is not None:
        raise Conflict(
            f"「{row.title}」は保留されています（{row.hold_reason}）。",
            where="state",
            remedy="先に保留を解除してください。",
        )
    body = session.get(Body, row.body_id) if row.body_id else None
    until = kept_until(row, body)
    if body is None or until is None:
        raise Conflict(
            f"「{row.title}」には、原データの保存日数の決まりがないか、会議が終わっていません。",
            where="state",
            remedy="会議体の「原データの保存日数」と、会議の状態を確かめてください。",
        )
    if until >= now().astimezone(JST).date():
        raise Conflict(
            f"「{row.title}」の原データは、{until.isoformat()} まで保存します。",
            where="state",
            remedy="その翌日から廃棄できます。",
        )
    return body, until


def _empty_packages(session: Session, row: MeetingRow) -> list[list[Any]]:
    """Its minutes.json has what was said, in the 公開版 what was said in public; the row and its hashes stay, as what was
    handed over has them."""
    found = select(RecordPackage).where(RecordPackage.meeting_id == row.id, RecordPackage.content.is_not(None))
    packages = session.scalars(found.order_by(RecordPackage.id)).all()
    ids = [each.id for each in packages]
    if session.scalar(select(Delivery.id).where(OPEN, Delivery.package_id.in_(ids)).limit(1)) is not None:
        raise Conflict(
            f"「{row.title}」のパッケージが、まだ引渡しの途中です。",
            where="state",
            remedy="引渡しが終わるのを待つか、引渡しの状況の画面で取り消してください。",
        )
    session.execute(update(RecordPackage).where(RecordPackage.id.in_(ids)).values(content=None))
    return [[each.name, each.sha256, each.size] for each in packages]


def _strip(session: Session, row: MeetingRow) -> list[list[Any]]:
    """Every version without its talk; one at a time, because a long meeting has hundreds and each takes megabytes."""
    told = []
    numbers = select(DraftVersion.version).where(DraftVersion.meeting_id == row.id).order_by(DraftVersion.version)
    for number in session.scalars(numbers).all():
        saved = session.scalars(
            select(DraftVersion)
            .options(undefer(DraftVersion.document))
            .where(DraftVersion.meeting_id == row.id, DraftVersion.version == number)
        ).one()
        left = without_talk(MinutesDocument.model_validate_json(saved.document))
        saved.document = left.model_dump_json()
        saved.kept_sha256 = hashlib.sha256(saved.document.encode()).hexdigest()
        session.flush()
        told.append([number, saved.sha256, saved.kept_sha256])
        session.expunge(saved)
        if number == row.current_version:
            index_document(session, row.id, left)
    return told
