"""The sample meeting on the site of these tests, drafted by the real job, with a model server that writes otherwise."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import select

from models.registry import load_model
from service.auth.accounts import find_account, principal_of
from service.db.engine import reading, writing
from service.db.tables import Job, MeetingRow, StageResult
from service.meetings.intake import Accepted, accept_meeting
from service.meetings.queries import current_draft
from service.settings import Settings
from workers.model_options import options_of
from workers.runner import Outcome, run_job
from workers.works import works

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from scripted_backend import reply_json
from scripted_server import MODEL, Asked, Server, says, serving
from starlette.responses import Response

SAMPLES = Path(__file__).parents[2] / "samples"
KEY = "kagi-web-77"
TERSER = (
    ("運用の費用については、", "運用の費用は、"),
    ("応じてご負担いただくことを", "応じて負担していただくことを"),
    ("ただ、参加団体", "参加団体"),
    ("ご参加いただきたい", "参加していただきたい"),
)


def terse(text: str) -> str:
    for before, after in TERSER:
        text = text.replace(before, after)
    return text


async def writes_tersely(asked: Asked) -> Response:
    return says(reply_json([(terse(text), evidence) for text, evidence in asked.right()]))


async def invents(asked: Asked) -> Response:
    return says(reply_json([("費用は9,876万円である。", asked.ids[:1])]))


@dataclass
class DraftedMeeting:
    site: Any
    server: Server
    meeting_id: str

    @property
    def address(self) -> str:
        return f"/meetings/{self.meeting_id}"

    def run(self, settings: Settings | None = None) -> Outcome:
        """What a worker with these settings does next: the oldest job that waits."""
        site = self.site
        with reading(site.engine) as session:
            job_id = session.scalars(select(Job.id).where(Job.state == "queued").order_by(Job.id)).first()
        assert job_id is not None
        options = options_of(settings or site.app.state.settings)
        return run_job(site.engine, site.app.state.settings, job_id, works(lambda name: load_model(name, options)))

    def sentences(self) -> dict[str, str]:
        with reading(self.site.engine) as session:
            found = current_draft(session, session.get_one(MeetingRow, self.meeting_id))
        assert found is not None
        return {s.id: s.text for section in found[1].sections for b in section.blocks for s in b.sentences}


@contextmanager
def drafted_meeting(site: Any) -> Iterator[DraftedMeeting]:
    with serving(writes_tersely) as server:
        site.app.state.settings = settings = site.app.state.settings.model_copy(
            update={
                "openai_base_url": server.url,
                "openai_model": MODEL,
                "openai_api_key": SecretStr(KEY),
            }
        )
        with reading(site.engine) as session:
            principal = principal_of(session, find_account(session, "tanaka"))
        accepted = accept_meeting(
            site.engine,
            settings,
            principal,
            meeting=(SAMPLES / "meeting.json").read_bytes(),
            transcript=(SAMPLES / "meeting.vtt").read_bytes(),
            filename="meeting.vtt",
            department_id=None,
            profile=None,
            model="extractive",
        )
        found = DraftedMeeting(site, server, accepted.meeting_id)
        _remember(site, accepted)
        assert found.run() is Outcome.SUCCEEDED
        _SAVED.update(_saved(site, accepted.meeting_id))
        yield found


_SAVED: dict[tuple[str, str, str], str] = {}
"""What the job saved the first time: it finds it again, as after a restart, and the tests need not wait for it."""


def _saved(site: Any, meeting_id: str) -> dict[tuple[str, str, str], str]:
    with reading(site.engine) as session:
        rows = session.scalars(select(StageResult).where(StageResult.subject_id == meeting_id))
        return {(row.stage, row.part, row.input_hash): row.payload for row in rows}


def _remember(site: Any, accepted: Accepted) -> None:
    with writing(site.engine) as session:
        session.add_all(
            StageResult(
                subject_id=accepted.meeting_id, job_id=accepted.job_id, stage=stage, part=part,
                input_hash=digest, payload=payload, attempt=1,
            )
            for (stage, part, digest), payload in _SAVED.items()
        )  # fmt: skip
