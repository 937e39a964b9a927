"""Tables of the way into the records: what people say of a record, packages, where they may go, and what comes back."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, ForeignKey, Integer, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, column_property, mapped_column

from service.db.base import Base, new_id, now


class RecordRule(Base):
    """What holds for the records of one 会議体: its tables, what is filled in beforehand, and its own Word form."""

    __tablename__ = "record_rule"
    body_id: Mapped[str] = mapped_column(ForeignKey("body.id"), primary_key=True)
    classification_csv: Mapped[str | None] = mapped_column(Text)
    """文書分類表 as CSV text, checked when it was imported."""
    retention_csv: Mapped[str | None] = mapped_column(Text)
    """保存期間表."""
    presets: Mapped[dict[str, Any]]
    """``file`` and ``item`` fields as a description has them; a clerk's own words take their place."""
    form: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Its own form (.docx), filled in from the 公開版."""
    form_name: Mapped[str | None] = mapped_column(String(300))
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    updated_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class RecordDescription(Base):
    """What a clerk wrote about the record of one meeting, complete or not (records.metadata.description)."""

    __tablename__ = "record_description"
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    content: Mapped[dict[str, Any]]
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    updated_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class RecordPackage(Base):
    """One package as it was made. Kept, because a later program sets pages otherwise and a second try must bring the
    same bytes."""

    __tablename__ = "record_package"
    __table_args__ = (UniqueConstraint("meeting_id", "sha256"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    version: Mapped[int] = mapped_column(Integer)
    editions: Mapped[list[str]]
    """Values of records.package.Edition."""
    encoding: Mapped[str] = mapped_column(String(10))
    naming: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    """E.g. ``0199…_v3.zip``."""
    size: Mapped[int] = mapped_column(Integer)
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64))
    fingerprint: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """None once what it holds of the talk has been disposed of; the hashes stay."""
    available: Mapped[bool] = column_property(content.is_not(None))
    made_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """None: at the command line."""
    made_at: Mapped[datetime] = mapped_column(default=now)


class Destination(Base):
    """引渡し先: one configured way to one system, kept by the 管理者 of its department."""

    __tablename__ = "destination"
    __table_args__ = (UniqueConstraint("department_id", "name"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    """An id of records.connectors.registry.KINDS."""
    config: Mapped[dict[str, Any]]
    """Checked by the kind's own model; holds no secret."""
    secret: Mapped[str | None] = mapped_column(Text)
    """Sealed (service.sealing); nothing shows it again."""
    editions: Mapped[list[str]]
    encoding: Mapped[str] = mapped_column(String(10))
    naming: Mapped[str] = mapped_column(String(10))
    contents: Mapped[str] = mapped_column(String(10))
    """zip: the package as one file; files: each file by itself."""
    automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    """Whether a package that is made is sent here without asking."""
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    paused_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
    """When a worker last tried the connection as it is configured now."""
    check_ok: Mapped[bool | None] = mapped_column(Boolean)
    check_said: Mapped[str | None] = mapped_column(Text)
    """What it found, for people."""
    row_version: Mapped[int] = mapped_column(Integer, default=1)
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)


class Registration(Base):
    """What the 文書管理 system gave back: one row for each time that somebody wrote it; the newest counts."""

    __tablename__ = "registration"
    __table_args__ = (UniqueConstraint("meeting_id", "no"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    no: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the meeting."""
    document_number: Mapped[str] = mapped_column(String(300))
    """文書番号, e.g. ``7デ戦戦第130号``."""
    number_key: Mapped[str] = mapped_column(String(300), index=True)
    """The number without differences of width, case and space: by it one is found."""
    decided_on: Mapped[date] = mapped_column(Date)
    """決裁日."""
    decided_by: Mapped[str] = mapped_column(String(300))
    """決裁者, e.g. ``戦略課長 平岡 修``."""
    remarks: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(10))
    """form, api, csv or cli."""
    registered_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """None: at the command line."""
    registered_at: Mapped[datetime] = mapped_column(default=now)
