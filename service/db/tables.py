"""Tables of meetings, their drafts, the jobs that make them, and the audit log."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Computed,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from minutes.folding import fold_key
from service.db.account_tables import Account, Department
from service.db.base import Base, new_id, now
from service.db.compressed import CompressedText


class Body(Base):
    """会議体: what its meetings have in common. Changed by 管理者, never deleted; ``active`` says if one can choose it."""

    __tablename__ = "body"
    __table_args__ = (UniqueConstraint("department_id", "name"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    department_id: Mapped[str] = mapped_column(ForeignKey(Department.id))
    name: Mapped[str] = mapped_column(String(200))
    profile: Mapped[str] = mapped_column(String(100))
    model: Mapped[str | None] = mapped_column(String(100))
    """None: the model of the settings."""
    draft_days: Mapped[int | None] = mapped_column(Integer)
    """Calendar days from the end of a meeting to 素案期限; None: there is no such date."""
    publication_days: Mapped[int | None] = mapped_column(Integer)
    chain: Mapped[str | None] = mapped_column(String(60))
    """None: the chain of the settings."""
    keep_days: Mapped[int | None] = mapped_column(Integer)
    """Days from approval that a meeting's transcript and intermediate data are kept; None: there is no rule."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)


NO_DUE = date.max
"""Stands for 期限なし in ``MeetingRow.due_key``, so that sorting and paging need no rule for NULL."""

# No bound values: a database stores this text as it is.
_DUE_KEY = (
    "CASE WHEN state IN ('承認済', '登録済', '差替済', '取消') THEN '9999-12-31' "
    "WHEN state = '承認待ち' THEN coalesce(publication_due, '9999-12-31') "
    "ELSE coalesce(draft_due, publication_due, '9999-12-31') END"
)
# Every list of meetings is read in the order of one index and filtered inside it: the row itself holds the transcript,
# and what stands behind that in a SQLite row costs a walk through all of its pages.
_FILTERED = ("department_id", "body_id", "assignee_id", "due_key", "title_key")
_HANDS = ("created_by", "last_editor_id", "submitted_by", "waits_for")


def _title_key(context: Any) -> str:
    return fold_key(context.get_current_parameters()["title"])[:400]


class MeetingRow(Base):
    """One meeting on its way from upload to approval. ``row_version`` counts every change of this row."""

    __tablename__ = "meeting"
    __table_args__ = (
        # Small enough that PostgreSQL counts by it and leaves the table alone.
        Index("ix_meeting_count", "department_id", "state", "due_key"),
        Index("ix_meeting_state", "state", *_FILTERED, "id", *_HANDS),
        Index("ix_meeting_newest", "id", "state", *_FILTERED, *_HANDS),
        Index("ix_meeting_due", "due_key", "id", "state", *(each for each in _FILTERED if each != "due_key"), *_HANDS),
        Index("ix_meeting_held", "starts_at", "id", "state", *_FILTERED, *_HANDS),
        Index("ix_meeting_updated", "updated_at", "id", "state", *_FILTERED, *_HANDS),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    department_id: Mapped[str] = mapped_column(ForeignKey(Department.id))
    title: Mapped[str] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    meeting_json: Mapped[str] = mapped_column(Text)
    profile: Mapped[str] = mapped_column(String(100))
    model: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(20))
    """受付 作成中 確認待ち 発言者確認 承認待ち 承認済 登録済 差替済 失敗 取消."""
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    transcript_name: Mapped[str] = mapped_column(String(300))
    transcript_sha256: Mapped[str] = mapped_column(String(64))
    transcript_columns: Mapped[str | None] = mapped_column(String(500))
    """Which column of a table holds what, as the person wrote it; None: found by the headings."""
    transcript: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    current_version: Mapped[int] = mapped_column(Integer, default=0)
    """Newest draft version; 0 before the first draft."""
    last_editor_id: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    submitted_by: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    return_reason: Mapped[str | None] = mapped_column(Text)
    approved_version: Mapped[int | None] = mapped_column(Integer)
    approved_sha256: Mapped[str | None] = mapped_column(String(64))
    approved_by: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    approved_at: Mapped[datetime | None]
    chain: Mapped[str | None] = mapped_column(String(60))
    """Id of the chain with which the meeting began; None: the standard one."""
    chain_json: Mapped[str | None] = mapped_column(Text)
    """That chain itself: a changed file must not change the way of a meeting that is under way."""
    step_due_at: Mapped[datetime | None] = mapped_column(index=True)
    """Until when the present step should be done."""
    reminded_for: Mapped[datetime | None]
    """The due date of which people have been told."""
    corrects: Mapped[str | None] = mapped_column(String(36), index=True)
    """正誤: the approved meeting that this one takes the place of once it is approved."""
    correction_reason: Mapped[str | None] = mapped_column(Text)
    superseded_by: Mapped[str | None] = mapped_column(String(36))
    created_by: Mapped[str] = mapped_column(ForeignKey(Account.id))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)
    body_id: Mapped[str | None] = mapped_column(ForeignKey("body.id"))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    """担当."""
    draft_due: Mapped[date | None] = mapped_column(Date)
    """素案期限: the day by which the draft, checked by people, is submitted for approval."""
    publication_due: Mapped[date | None] = mapped_column(Date)
    """公表期限."""
    due_key: Mapped[date] = mapped_column(Date, Computed(_DUE_KEY))
    """The date that counts in this state; NO_DUE for none. The database computes it, so no transition can forget it."""
    title_key: Mapped[str] = mapped_column(String(400), default=_title_key, server_default=text("''"))
    """The title folded for searching; cut so that it fits an index."""

    waits_for: Mapped[str | None] = mapped_column(String(30))
    """承認待ち: the roles of which any one may sign the present step, parted by blanks. A list cannot fold the chain of
    each of its meetings, so whoever moves a meeting along its chain writes it down."""

    hold_reason: Mapped[str | None] = mapped_column(Text)
    """Why transcript and intermediate data must not be disposed of, e.g. a request for disclosure; None: no hold."""
    disposed_at: Mapped[datetime | None]
    """When transcript and intermediate data were disposed of; the record and its hashes stay."""

    @property
    def due_on(self) -> date | None:
        """素案期限 until the draft is submitted, then 公表期限 until it is approved."""
        return None if self.due_key == NO_DUE else self.due_key


class IndexedMeeting(Base):
    """A meeting as the search index counts it: ``no`` grows with each registration."""

    __tablename__ = "indexed_meeting"
    __table_args__ = {"sqlite_autoincrement": True}
    no: Mapped[int] = mapped_column(Integer, primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), unique=True)


class Passage(Base):
    """A place that text search can find: a title, a sentence of the current draft, or an utterance."""

    __tablename__ = "passage"
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """``no`` of the meeting shifted left, plus a number within it: see service/search/passages.py."""
    part: Mapped[str] = mapped_column(String(10))
    """title draft transcript."""
    place: Mapped[str] = mapped_column(String(20))
    """Id of the sentence or utterance; empty for a title."""
    speaker: Mapped[str | None] = mapped_column(String(500))
    closed: Mapped[bool] = mapped_column(Boolean)
    """Only for those who may read closed talk."""
    text: Mapped[str] = mapped_column(Text)


class DraftVersion(Base):
    """One saved version of the draft; never updated. ``document`` is MinutesDocument JSON, the text that ``sha256`` is
    of."""

    __tablename__ = "draft_version"
    __table_args__ = (UniqueConstraint("meeting_id", "version"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(CompressedText, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    change: Mapped[str] = mapped_column(String(300))
    """In Japanese: what changed, e.g. 素案作成, 文の修正（s0003）."""
    created_by: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    """None: made by the drafting job."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    restores: Mapped[int | None] = mapped_column(Integer)
    """The earlier version that this one equals: what was undone or done again. None for a change."""
    kept_sha256: Mapped[str | None] = mapped_column(String(64))
    """After disposal: the hash of ``document`` as it is left, without what was said; ``sha256`` stays that of the whole."""


class HouseWord(Base):
    """A word of a department's own dictionary: how it is written wrongly and how it is to be written."""

    __tablename__ = "house_word"
    __table_args__ = (UniqueConstraint("department_id", "wrong"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    department_id: Mapped[str] = mapped_column(ForeignKey(Department.id))
    wrong: Mapped[str] = mapped_column(String(100))
    right: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(20))
    """用字用語 表記 名前."""
    created_by: Mapped[str] = mapped_column(ForeignKey(Account.id))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Job(Base):
    """Background work. This row is the queue of record; Celery only wakes workers (see service/jobs)."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "not_before"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(36), index=True)
    state: Mapped[str] = mapped_column(String(20), default="queued")
    """queued running succeeded failed cancelled."""
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    max_attempts: Mapped[int] = mapped_column(Integer)
    not_before: Mapped[datetime] = mapped_column(default=now)
    dispatched_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None] = mapped_column(String(100))
    lease_until: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    stage: Mapped[str | None] = mapped_column(String(40))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int] = mapped_column(Integer, default=0)
    error_category: Mapped[str | None] = mapped_column(String(40))
    error_public: Mapped[str | None] = mapped_column(Text)
    created_by: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    created_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    """Counts changes: the event id of the progress stream."""


class StageResult(Base):
    """The saved result of one stage, or of one unit of it; a rerun finds it by its key and skips the work."""

    __tablename__ = "stage_result"
    __table_args__ = (UniqueConstraint("subject_id", "stage", "part", "input_hash"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    subject_id: Mapped[str] = mapped_column(String(36), index=True)
    job_id: Mapped[str] = mapped_column(ForeignKey("job.id"), index=True)
    stage: Mapped[str] = mapped_column(String(40))
    part: Mapped[str] = mapped_column(String(40), default="")
    input_hash: Mapped[str] = mapped_column(String(64))
    """Over everything the result depends on: input bytes, model card, prompts, profile, program version."""
    payload: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    attempt: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(default=now)


UNDECIDED = text("state IN ('requested', 'ready')")


class ProposalRow(Base):
    """What a model proposes for one turn of a draft. ``content`` is minutes.proposal.Proposal as JSON.

    The subject of its job is this row. A turn has one undecided proposal at most, whoever asks at the same moment.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_undecided",
            "meeting_id",
            "turn_id",
            unique=True,
            sqlite_where=UNDECIDED,
            postgresql_where=UNDECIDED,
        ),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    turn_id: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(100))
    base_version: Mapped[int] = mapped_column(Integer)
    """Newest version of the draft when it was asked for."""
    state: Mapped[str] = mapped_column(String(20))
    """requested ready failed cancelled taken discarded."""
    content: Mapped[str | None] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(ForeignKey(Account.id))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey(Account.id))
    decided_at: Mapped[datetime | None]
    taken_version: Mapped[int | None] = mapped_column(Integer)
    """The version of the draft that first has its sentences."""


class WorkerSeen(Base):
    __tablename__ = "worker_seen"
    worker_id: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    """dispatcher or worker."""
    seen_at: Mapped[datetime]
    job_id: Mapped[str | None] = mapped_column(String(36))


class AuditEvent(Base):
    """Append-only and hash-chained: ``hash`` covers this row and ``previous_hash``."""

    __tablename__ = "audit_event"
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    """Login, or ``system``."""
    event: Mapped[str] = mapped_column(String(60))
    """A value of service.audit.events.AuditEventName."""
    subject: Mapped[str] = mapped_column(String(100), index=True)
    detail: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class IdempotencyKey(Base):
    __tablename__ = "idempotency_key"
    account_id: Mapped[str] = mapped_column(ForeignKey(Account.id), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    request_sha256: Mapped[str] = mapped_column(String(64))
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
