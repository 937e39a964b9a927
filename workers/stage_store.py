"""Stage results and progress of a job in the database, each write fenced by the claim."""

import time
from dataclasses import dataclass, field

from sqlalchemy import Engine

from models.pipeline import Stage
from service.db.engine import reading, writing
from service.jobs import leases, stages
from service.jobs.leases import Claim

PROGRESS_SECONDS = 0.5
"""People look at the progress; a write per unit would cost more than the unit itself."""


@dataclass(frozen=True)
class FencedStore:
    """The results saved for one meeting, whichever job saves them. Each write renews the lease of the claim."""

    engine: Engine
    claim: Claim
    meeting_id: str
    lease_seconds: float

    def find(self, stage: Stage, part: str, input_hash: str) -> str | None:
        with reading(self.engine) as session:
            return stages.find(session, self.meeting_id, stage=stage, part=part, input_hash=input_hash)

    def save(self, stage: Stage, part: str, input_hash: str, payload: str, seconds: float) -> None:
        with writing(self.engine) as session:
            stages.save(
                session,
                self.claim,
                subject_id=self.meeting_id,
                stage=stage,
                part=part,
                input_hash=input_hash,
                payload=payload,
                seconds=seconds,
                lease_seconds=self.lease_seconds,
            )


@dataclass
class Reporter:
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
