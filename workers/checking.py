"""The work of a ``check`` job: whether a destination would take a delivery now. Only workers reach out of the service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from records.connectors.registry import Kind
from service.db.engine import reading
from service.db.record_tables import Destination
from service.deliveries.checking import note_check
from service.jobs.dispatch import CRASHED
from service.jobs.leases import Claim
from service.settings import Settings
from workers.handing_over import open_connector
from workers.retries import classify


@dataclass(frozen=True)
class Checking:
    kinds: Mapping[str, Kind]

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """What went wrong is the answer: a person waits for it, so no try follows."""
        with reading(engine) as session:
            destination = session.get_one(Destination, claim.subject_id)
        try:
            ok, said = True, open_connector(self.kinds, settings, destination).check()
        except Exception as error:
            ok, said = False, classify(error)[1]
        version = destination.row_version
        return lambda session: note_check(session, claim.subject_id, version, ok=ok, said=said)

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        said = "確認の途中で止まりました。" if category == CRASHED else "確認できませんでした。"
        note_check(session, subject_id, None, ok=False, said=said)

    def cancelled(self, session: Session, subject_id: str) -> None:
        """Nothing was found out."""
