"""What people say to each other about a draft. Beside the draft, never in it: see service.meetings.comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, new_id, now


class Comment(Base):
    """A comment, or a reply to one (``parent_id``). A reply has no place of its own."""

    __tablename__ = "comment"
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("comment.id"))
    place: Mapped[str | None] = mapped_column(String(40))
    """Id of a sentence, block or utterance; None: the meeting as a whole."""
    version: Mapped[int] = mapped_column(Integer)
    """The newest of the draft when it was written."""
    quote: Mapped[str | None] = mapped_column(Text)
    """The words it was about, as they were then."""
    evidence: Mapped[list[str]]
    """The utterances those words rested on: they decide who may read it once the place is gone."""
    text: Mapped[str | None] = mapped_column(Text)
    """None once its author has deleted it."""
    mentions: Mapped[list[str]]
    """Accounts that were told."""
    created_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    resolved_at: Mapped[datetime | None]
