"""The work of a ``draft`` job: the pipeline between the rows of a meeting and version 1 of its draft."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session, undefer

from minutes.document import MinutesDocument
from minutes.meeting import Meeting
from minutes.profiles import load_profile
from models.pipeline import Inputs, ModelSource, make_draft
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.jobs import leases
from service.jobs.leases import Claim
from service.meetings.columns import columns_of
from service.meetings.drafting import mark_cancelled, mark_drafting, mark_failed, save_first_draft
from service.settings import Settings
from workers.stage_store import FencedStore, Reporter


@dataclass(frozen=True)
class Drafting:
    load: ModelSource

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """Raises what ``make_draft`` raises, and LeaseLost when another worker owns the job."""
        meeting_id = claim.subject_id
        with writing(engine) as session:
            leases.hold(session, claim)
            mark_drafting(session, meeting_id)
        with reading(engine) as session:
            inputs = inputs_of(session, meeting_id)
        document: MinutesDocument = make_draft(
            inputs,
            self.load,
            FencedStore(engine, claim, meeting_id, settings.lease_seconds),
            progress=Reporter(engine, claim),
            cancelled=cancelled,
        )

        def write(session: Session) -> None:
            save_first_draft(session, meeting_id, document)

        return write

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        mark_failed(session, subject_id, category)

    def cancelled(self, session: Session, subject_id: str) -> None:
        mark_cancelled(session, subject_id)


def inputs_of(session: Session, meeting_id: str) -> Inputs:
    """What the draft of a meeting is made from."""
    row = session.get_one(MeetingRow, meeting_id, options=[undefer(MeetingRow.transcript)])
    return Inputs(
        transcript=row.transcript,
        filename=row.transcript_name,
        meeting=Meeting.model_validate_json(row.meeting_json),
        profile=load_profile(row.profile),
        model_name=row.model,
        columns=columns_of(row),
    )
