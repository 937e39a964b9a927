"""Tables of the approval chain: sign-offs, deputies, speakers asked, notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, new_id, now


class SignOff(Base):
    """What happened at one step of a meeting's chain; only ever added (service.meetings.standing reads them in order)."""

    __tablename__ = "sign_off"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the meeting."""
    step: Mapped[str] = mapped_column(String(40))
    step_name: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(20))
    """A value of service.meetings.standing.Outcome."""
    to_step: Mapped[str | None] = mapped_column(String(40))
    """Where a return leads to."""
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    on_behalf_of: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """代理: for whom ``account_id`` signed."""
    version: Mapped[int] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the stored document of that version."""
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)

    __table_args__ = (UniqueConstraint("meeting_id", "number"),)


class Delegation(Base):
    """代理: an approver names who signs for them in one department, from one moment to another."""

    __tablename__ = "delegation"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    deputy_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]


class SpeakerCheck(Base):
    """One speaker who is asked about their own statements in one meeting."""

    __tablename__ = "speaker_check"
    __table_args__ = (UniqueConstraint("meeting_id", "attendee_id"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    attendee_id: Mapped[str] = mapped_column(String(100))
    sent_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    version: Mapped[int | None] = mapped_column(Integer)
    """The draft that was shown when the speaker was asked last."""
    asked: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Block id -> SHA-256 of the text that was asked about."""
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    revoked_at: Mapped[datetime | None]


class SpeakerAnswer(Base):
    """What a speaker said of one statement. Only the newest of a statement counts; none is ever changed but by the
    clerk's decision, which is made once."""

    __tablename__ = "speaker_answer"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    check_id: Mapped[str] = mapped_column(ForeignKey("speaker_check.id"), index=True)
    block_id: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    text_sha256: Mapped[str] = mapped_column(String(64))
    """Of the statement as the speaker saw it."""
    seen: Mapped[str] = mapped_column(Text)
    proposed: Mapped[str | None] = mapped_column(Text)
    """The statement as the speaker wants it; None: accepted as it is."""
    remark: Mapped[str | None] = mapped_column(Text)
    way: Mapped[str] = mapped_column(String(10))
    """link, sheet or hand."""
    entered_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """The clerk; None: the speaker by the link."""
    at: Mapped[datetime] = mapped_column(default=now)
    decision: Mapped[str | None] = mapped_column(String(10))
    """taken, changed or declined; None for an acceptance or while nobody has decided."""
    decision_reason: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the statement as the decision left it."""


class Notice(Base):
    """Something that one person should know; never text of a meeting beyond its title."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_unread", "account_id", "read_at"),
        Index("ix_notice_queued_at", "queued_at"),
        UniqueConstraint("account_id", "key"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str] = mapped_column(String(200))
    """What it is about, so that the same is told once: e.g. ``due:<meeting>:<step>:<date>``."""
    kind: Mapped[str] = mapped_column(String(20))
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    step_name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=now)
    queued_at: Mapped[datetime | None]
    """When the dispatcher decided on e-mail."""
    read_at: Mapped[datetime | None]


class MailChoice(Base):
    """What a person chose about e-mail; no row: none is sent."""

    __tablename__ = "mail_choice"
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    address: Mapped[str] = mapped_column(String(254))
    wanted: Mapped[bool] = mapped_column(Boolean, default=True)
