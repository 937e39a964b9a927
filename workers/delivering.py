"""The work of the jobs that send something: begin a try, send, record that it went.

A crash between the last two sends it again: at least once, with the same id, which receivers can tell apart.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from records.connectors.protocol import Receipt, Refused, Unreachable
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.deliveries import attempts
from service.jobs.leases import Claim
from service.settings import Settings
from workers.retries import classify

Send = Callable[[Engine, Settings, Delivery], Receipt]
"""Raises Unreachable (tried again) and Refused (final) of records.connectors.protocol."""


@dataclass(frozen=True)
class Delivering:
    """``send`` does one way; everything else is the same for all."""

    send: Send

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """Raises what ``send`` raises. A delivery that a person held back until now ends its job without a try."""
        with writing(engine) as session:
            attempt = attempts.begin(session, claim)
        if attempt is None:
            return lambda session: attempts.let_go(session, claim.subject_id)
        with reading(engine) as session:
            delivery = session.get_one(Delivery, claim.subject_id)
        try:
            receipt = self.send(engine, settings, delivery)
        except Exception as error:
            with writing(engine) as session:
                attempts.failed_attempt(session, attempt.id, *_told(error))
            raise
        return lambda session: attempts.delivered(session, claim.subject_id, attempt.id, receipt)

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        attempts.gave_up(session, subject_id, category)

    def cancelled(self, session: Session, subject_id: str) -> None:
        attempts.let_go(session, subject_id)


def _told(error: Exception) -> tuple[str, str]:
    """Category and sentence. What the other side did names its place itself."""
    if isinstance(error, Unreachable | Refused):
        return error.category, f"{error.what}{error.remedy}"
    return classify(error)
