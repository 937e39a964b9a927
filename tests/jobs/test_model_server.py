"""The real worker before a model server that is slow or never answers: killed in mid meeting, and told to stop."""

import asyncio
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.app import create_app
from service.auth import Role
from service.auth.accounts import create_account
from service.db.engine import reading, writing
from service.db.tables import Job, ProposalRow

sys.path.insert(0, str(Path(__file__).parents[1] / "models"))

from sample_meeting import turn_of
from scripted_server import MODEL, Asked, Server, right, serving
from starlette.responses import Response

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PASSWORD = "Mikan-no-ki-27-hon"
TURN = "t0015"
KEY = "kagi-worker-31"


@dataclass
class Gate:
    """Lets so many requests be answered; the others wait until it is opened."""

    answers: int = 0
    answered: int = 0
    opened: Event = field(default_factory=Event)

    async def script(self, asked: Asked) -> Response:
        if self.answered < self.answers:
            self.answered += 1
            return right(asked)
        while not self.opened.is_set():
            await asyncio.sleep(0.02)
        return right(asked)


@pytest.fixture(scope="module")
def server(installation: Any) -> Iterator[Server]:
    """The model of the installation, whose worker is `gijiyoshi worker` here."""
    secret = installation.folder / "api-key"
    secret.write_text(f"{KEY}\n")
    with serving(Gate().script) as running:
        installation.more = {
            "GIJIYOSHI_OPENAI_API_KEY_FILE": str(secret),
            "GIJIYOSHI_OPENAI_BASE_URL": running.url,
            "GIJIYOSHI_OPENAI_MODEL": MODEL,
            "GIJIYOSHI_OPENAI_SLOTS": "2",
        }
        installation.kill("worker")
        installation.start_real_worker()
        yield running


@contextmanager
def answering(server: Server, answers: int) -> Iterator[Gate]:
    gate = Gate(answers)
    server.script = gate.script
    server.asked.clear()
    try:
        yield gate
    finally:
        gate.opened.set()


def turns(asked: list[Asked]) -> set[str]:
    return {turn_of(each) for one in asked for each in one.ids}


def test_killed_in_mid_meeting_only_what_was_not_saved_is_asked_for_again(installation: Any, server: Server) -> None:
    with answering(server, 7) as gate:
        meeting_id, job_id = installation.new_meeting("openai")
        installation.until(lambda: len(installation.saved_units(meeting_id)) >= 3, 90, "three units saved")
        installation.until(lambda: len(server.asked) > gate.answers, 60, "a request that waits")
        child = installation.worker_child()
        os.kill(child, signal.SIGKILL)
        installation.until(lambda: not Path(f"/proc/{child}/fd").exists(), 30, "the child to be gone")
        saved, asked = set(installation.saved_units(meeting_id)), len(server.asked)
        assert installation.job(job_id).state == "running"
        gate.opened.set()
        installation.until_state(job_id, "succeeded", 90)
        again = turns(server.asked[asked:])
    units = installation.saved_units(meeting_id)
    assert len(units) == len(set(units)) > len(saved) >= 3
    assert again and not again & saved, "what was saved is not asked for twice"
    assert installation.drafts(meeting_id) == 1 and installation.job(job_id).attempt == 2
    assert {each.headers["authorization"] for each in server.asked} == {f"Bearer {KEY}"}
    assert KEY not in (installation.folder / "worker.log").read_text()


@pytest.fixture
def page(installation: Any) -> Iterator[TestClient]:
    """A clerk's browser."""
    login = f"clerk{os.urandom(3).hex()}"
    with writing(installation.engine) as session:
        create_account(
            session,
            login=login,
            display_name="事務局",
            password=PASSWORD,
            grants=[(installation.department_id, Role.REGISTRAR)],
            actor="test",
            must_change_password=False,
        )
    more = {"openai_base_url": "http://model.invalid/v1", "openai_model": MODEL}
    app = create_app(installation.settings.model_copy(update=more))
    with TestClient(app, follow_redirects=False, headers={"Accept": "text/html"}) as client:
        assert client.post("/login", data={"login": login, "password": PASSWORD}).status_code == 303
        yield client


def stopped_in_time(installation: Any, job_id: str) -> None:
    installation.until_state(job_id, "cancelled", 30)
    job = installation.job(job_id)
    assert job.finished_at - job.cancel_requested_at < timedelta(seconds=2)


def test_a_draft_is_cancelled_from_the_page_while_the_server_is_silent(
    installation: Any, server: Server, page: TestClient
) -> None:
    with answering(server, 0):
        meeting_id, job_id = installation.new_meeting("openai")
        installation.until(lambda: len(server.asked) == 2, 90, "requests that wait")
        assert page.post(f"/meetings/{meeting_id}/cancel").status_code == 303
        stopped_in_time(installation, job_id)
    assert installation.meeting(meeting_id).state == "取消"
    assert installation.drafts(meeting_id) == 0


def test_a_statement_is_cancelled_from_the_page_and_the_meeting_stays(
    installation: Any, server: Server, page: TestClient
) -> None:
    with answering(server, 0):
        meeting_id, job_id = installation.new_meeting("extractive")
        installation.until_state(job_id, "succeeded", 90)
        address = f"/meetings/{meeting_id}"
        asked = page.post(f"{address}/turns/{TURN}/regenerate", data={"version": "1", "model": "openai"})
        assert asked.status_code == 303, asked.text
        with reading(installation.engine) as session:
            proposal = session.query(ProposalRow).filter_by(meeting_id=meeting_id).one()
            again = session.query(Job).filter_by(subject_id=proposal.id).one()
        installation.until(lambda: len(server.asked) == 1, 60, "the request that waits")
        cancel = page.post(f"{address}/proposals/{proposal.id}/cancel", data={"version": "1", "block": "b0012"})
        assert cancel.status_code == 303, cancel.text
        stopped_in_time(installation, again.id)
    assert installation.meeting(meeting_id).state == "確認待ち" and installation.drafts(meeting_id) == 1
    with reading(installation.engine) as session:
        assert session.get_one(ProposalRow, proposal.id).state == "cancelled"
    assert turns(server.asked) == {TURN}
