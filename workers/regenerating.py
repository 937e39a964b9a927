"""The work of a ``regenerate`` job: one turn of the newest draft, written again as a proposal."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from models.pipeline import ModelSource
from models.rewriting import propose
from service.db.engine import reading
from service.db.tables import MeetingRow, ProposalRow
from service.jobs.leases import Claim
from service.meetings.queries import draft_version
from service.meetings.regeneration import mark_cancelled, mark_failed, save_proposal
from service.settings import Settings
from workers.drafting import inputs_of
from workers.stage_store import FencedStore, Reporter


@dataclass(frozen=True)
class Regenerating:
    load: ModelSource

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """Raises what ``propose`` raises, and LeaseLost when another worker owns the job."""
        proposal_id = claim.subject_id
        with reading(engine) as session:
            asked = session.get_one(ProposalRow, proposal_id)
            row = session.get_one(MeetingRow, asked.meeting_id)
            _, document = draft_version(session, row, row.current_version)
            inputs = replace(inputs_of(session, row.id), model_name=asked.model)
        proposal = propose(
            inputs,
            document,
            asked.turn_id,
            self.load,
            FencedStore(engine, claim, asked.meeting_id, settings.lease_seconds),
            occasion=proposal_id,
            progress=Reporter(engine, claim),
            cancelled=cancelled,
        )

        def write(session: Session) -> None:
            save_proposal(session, proposal_id, proposal)

        return write

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        mark_failed(session, subject_id, category)

    def cancelled(self, session: Session, subject_id: str) -> None:
        mark_cancelled(session, subject_id)
