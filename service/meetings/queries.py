"""Reading one meeting and what belongs to it: only what the person may see."""

import base64
import binascii
from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.errors import InputError
from service.auth import Action, Principal, require
from service.db.account_tables import Department
from service.db.tables import DraftVersion, Job, MeetingRow, ProposalRow
from service.errors import NotFound
from service.jobs.requests import JobKind
from service.meetings.documents import document_of

MEETING_MISSING = "会議が見つかりません。"


def get_meeting(session: Session, principal: Principal, meeting_id: str) -> MeetingRow:
    """The meeting; NotFound when it does not exist or the person may not know of it."""
    row = session.get(MeetingRow, plain(meeting_id))
    if row is None:
        raise NotFound(MEETING_MISSING, where="meeting_id", remedy="番号を確かめてください。")
    require(principal, Action.read, row.department_id)
    return row


def lock_meeting(session: Session, meeting_id: str) -> None:
    """Let others who decide about this meeting wait until this transaction ends: rows beside the meeting's own, such as
    sign-offs, are added on what was read. Not those who merely write a row that refers to it: they may hold what this
    transaction needs later. SQLite has one writer anyway."""
    session.execute(select(MeetingRow.id).where(MeetingRow.id == plain(meeting_id)).with_for_update(key_share=True))


def draft_version(session: Session, row: MeetingRow, version: int) -> tuple[DraftVersion, MinutesDocument]:
    """One saved version; NotFound when the meeting has no such version."""
    saved = session.scalar(
        select(DraftVersion).where(DraftVersion.meeting_id == row.id, DraftVersion.version == version)
    )
    if saved is None:
        raise NotFound(
            f"第{version}版はありません。", where="version", remedy="版の一覧（versions）で番号を確かめてください。"
        )
    return saved, document_of(saved)


def current_draft(session: Session, row: MeetingRow) -> tuple[DraftVersion, MinutesDocument] | None:
    """The newest version, or None before the first draft."""
    return draft_version(session, row, row.current_version) if row.current_version else None


def draft_versions(session: Session, row: MeetingRow) -> tuple[DraftVersion, ...]:
    """All versions, newest first, without their documents."""
    query = select(DraftVersion).where(DraftVersion.meeting_id == row.id).order_by(DraftVersion.version.desc())
    return tuple(session.scalars(query))


def latest_job(session: Session, subject_id: str) -> Job | None:
    """The newest drafting job of a meeting, or the job of a proposal."""
    return session.scalar(select(Job).where(Job.subject_id == subject_id).order_by(Job.id.desc()).limit(1))


def latest_jobs(session: Session, meeting_ids: Collection[str]) -> Mapping[str, Job]:
    """The newest drafting job of each meeting, in one query."""
    newest = select(func.max(Job.id)).where(Job.subject_id.in_(meeting_ids)).group_by(Job.subject_id)
    return {job.subject_id: job for job in session.scalars(select(Job).where(Job.id.in_(newest)))}


def newest_meetings(session: Session, principal: Principal, limit: int) -> tuple[MeetingRow, ...]:
    """The last registered ones that the person may read."""
    query = select(MeetingRow).where(MeetingRow.department_id.in_(principal.departments(Action.read)))
    return tuple(session.scalars(query.order_by(MeetingRow.id.desc()).limit(limit)))


def get_job(session: Session, principal: Principal, job_id: str) -> tuple[Job, MeetingRow]:
    """A job with the meeting it works for; NotFound as for the meeting."""
    job = session.get(Job, plain(job_id))
    if job is None:
        raise NotFound("ジョブが見つかりません。", where="job_id", remedy="番号を確かめてください。")
    if job.kind == JobKind.REGENERATE:
        return job, get_meeting(session, principal, session.get_one(ProposalRow, job.subject_id).meeting_id)
    return job, get_meeting(session, principal, job.subject_id)


def readable_departments(session: Session, principal: Principal) -> tuple[Department, ...]:
    """Departments whose meetings the person may read, by name."""
    query = select(Department).where(Department.id.in_(principal.departments(Action.read)))
    return tuple(session.scalars(query.order_by(Department.name)))


def plain(value: str) -> str:
    """Without NUL: PostgreSQL refuses to even compare text that holds it."""
    return value.replace("\x00", "")


def encode_cursor(last_id: str) -> str:
    """The place behind the row with this id, as an opaque text."""
    return base64.urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """The id in a cursor; raises InputError for any other text."""
    try:
        decoded = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        decoded = ""
    if len(decoded) != 36:
        raise InputError(
            "続きの位置（cursor）が読めません。",
            where="cursor",
            remedy="前の応答の next_cursor をそのまま渡してください。",
        )
    return decoded
