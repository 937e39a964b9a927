"""Tables of what leaves the service: e-mails, webhooks and packages, and every try to send one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.db.base import Base, new_id, now
from service.db.record_tables import Destination, RecordPackage


class Delivery(Base):
    """One thing that a job sends: an e-mail, a webhook or a package. Its id is the stable id that a receiver sees."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("destination_id", "package_id"),
        # What is open, and what failed, is asked for by every round of the dispatcher and every look at the health.
        Index("ix_delivery_ended", "delivered_at", "failed_at", "cancelled_at"),
    )
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    way: Mapped[str] = mapped_column(String(10))
    """mail, webhook or package."""
    payload: Mapped[dict[str, Any]]
    """What is sent, but for a package."""
    meeting_id: Mapped[str | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    destination_id: Mapped[str | None] = mapped_column(ForeignKey(Destination.id))
    package_id: Mapped[str | None] = mapped_column(ForeignKey(RecordPackage.id))
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """None: it follows from something else that happened."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    queued_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the dispatcher made its job; None while it is to be given one."""
    paused_at: Mapped[datetime | None]
    """A person holds it back; it gets no job until it is resumed."""
    delivered_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """Given up; a person may send it again."""
    cancelled_at: Mapped[datetime | None]
    """A person called it off; a person may send it after all."""
    receipt: Mapped[dict[str, Any] | None]
    """What the other side holds: records.connectors.protocol.Receipt."""


class DeliveryAttempt(Base):
    """One try of one delivery. Written before it begins, so that one that was cut off is seen."""

    __tablename__ = "delivery_attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)
    id: Mapped[str] = mapped_column(String(36), primary_key=True, default=new_id)
    delivery_id: Mapped[str] = mapped_column(ForeignKey("delivery.id"))
    number: Mapped[int] = mapped_column(Integer)
    """1, 2, 3 … over all jobs of the delivery."""
    started_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
    """delivered, already or failed; None while it lasts, and for good where it was cut off."""
    category: Mapped[str | None] = mapped_column(String(40))
    said: Mapped[str | None] = mapped_column(Text)
    """The sentence for people."""
