"""The work of a ``draft`` job: the pipeline between the rows of a meeting and version 1 of its draft."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine
from sqlalchemy.orm import Session, undefer

from minutes.document import MinutesDocument
from minutes.meeting import Meeting
from minutes.profiles import load_profile
from models.pipeline import Inputs, ModelSource, Stage, make_draft
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.jobs import leases, stages
from service.jobs.leases import Claim
from service.meetings.columns import columns_of
from service.meetings.drafting import mark_cancelled, mark_drafting, mark_failed, save_first_draft
from service.settings import Settings

PROGRESS_SECONDS = 0.5
"""People look at the progress; a write per unit would cost more than the unit itself."""


@dataclass(frozen=True)
class FencedStore:
    """Stage results in the database, each write fenced by the claim and renewing its lease."""

    engine: Engine
    claim: Claim
    lease_seconds: float

    def find(self, stage: Stage, part: str, input_hash: str) -> str | None:
        with reading(self.engine) as session:
            return stages.find(session, self.claim.subject_id, stage=stage, part=part, input_hash=input_hash)

    def save(self, stage: Stage, part: str, input_hash: str, payload: str, seconds: float) -> None:
        with writing(self.engine) as session:
            stages.save(
                session,
                self.claim,
                stage=stage,
                part=part,
                input_hash=input_hash,
                payload=payload,
                seconds=seconds,
                lease_seconds=self.lease_seconds,
            )


@dataclass
class _Reporter:
    engine: Engine
    claim: Claim
    stage: Stage | None = None
    written: float = field(default=0.0)

    def __call__(self, stage: Stage, done: int, total: int) -> None:
        moment = time.monotonic()
        if stage is self.stage and done < total and moment - self.written < PROGRESS_SECONDS:
            return
        self.stage, self.written = stage, moment
        with writing(self.engine) as session:
            leases.report(session, self.claim, stage=stage, done=done, total=total)


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
            inputs = _inputs(session, meeting_id)
        document: MinutesDocument = make_draft(
            inputs,
            self.load,
            FencedStore(engine, claim, settings.lease_seconds),
            progress=_Reporter(engine, claim),
            cancelled=cancelled,
        )

        def write(session: Session) -> None:
            save_first_draft(session, meeting_id, document)

        return write

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        mark_failed(session, subject_id, category)

    def cancelled(self, session: Session, subject_id: str) -> None:
        mark_cancelled(session, subject_id)


def _inputs(session: Session, meeting_id: str) -> Inputs:
    row = session.get_one(MeetingRow, meeting_id, options=[undefer(MeetingRow.transcript)])
    return Inputs(
        transcript=row.transcript,
        filename=row.transcript_name,
        meeting=Meeting.model_validate_json(row.meeting_json),
        profile=load_profile(row.profile),
        model_name=row.model,
        columns=columns_of(row),
    )
