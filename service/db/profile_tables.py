"""The table of house styles that people made: one row per revision."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, new_id, now


class ProfileRevision(Base):
    """One saved state of an own profile; only ever added. What a profile is now is its newest row."""

    __tablename__ = "profile_revision"
    __table_args__ = (UniqueConstraint("profile_id", "revision"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    profile_id: Mapped[str] = mapped_column(String(40))
    revision: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … within the profile."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    """Whose it is, the same in all its revisions; None: every department's."""
    content: Mapped[str] = mapped_column(Text)
    """minutes.profile.Profile as JSON; its id names this revision."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Of ``content``."""
    offered: Mapped[bool] = mapped_column(Boolean)
    """False: withdrawn with this revision. Drafts made with an earlier one keep it."""
    reason: Mapped[str] = mapped_column(String(300))
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
