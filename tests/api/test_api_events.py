"""The progress stream over a real connection, while the job really moves."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx2
import pytest
import uvicorn
from api_office import Office
from fastapi import FastAPI

from service.api import events
from service.db.base import now
from service.db.engine import writing
from service.jobs import leases
from service.jobs.leases import Claim


@dataclass(frozen=True)
class Served:
    url: str
    server: uvicorn.Server

    def client(self, office: Office, who: str) -> httpx2.Client:
        header = office[who].headers["Authorization"]
        return httpx2.Client(base_url=self.url, headers={"Authorization": header}, timeout=20)


@pytest.fixture
def served(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """The application behind uvicorn on a loopback port."""
    monkeypatch.setattr(events, "INTERVAL_SECONDS", 0.05)
    listening = socket.create_server(("127.0.0.1", 0))
    # Without its lifespan, which would close the engine that other tests use.
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", server)
    server.should_exit = True
    thread.join()
    listening.close()


def arriving(response: httpx2.Response) -> Iterator[dict[str, str]]:
    """The fields of each event, as soon as its last line is there."""
    fields: dict[str, str] = {}
    for line in response.iter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            if "event" in fields:  # else a comment that keeps the connection open
                yield fields
            fields = {}


def test_every_step_arrives_while_it_happens_and_the_end_ends_the_stream(office: Office, served: Served) -> None:
    made = office.upload().json()
    job_id = made["job_id"]
    claims: list[Claim] = []

    def claim() -> None:
        got = leases.claim(office.engine, job_id, "w", 60)
        assert got is not None
        claims.append(got)

    def report(stage: str, done: int, total: int) -> None:
        with writing(office.engine) as session:
            leases.report(session, claims[0], stage=stage, done=done, total=total)

    def give_back() -> None:
        with writing(office.engine) as session:
            leases.requeue(session, claims[0], not_before=now(), give_back_attempt=True)

    steps: list[tuple[Callable[[], None], tuple[str, str | None, int]]] = [
        (claim, ("running", None, 0)),
        (lambda: report("read", 0, 1), ("running", "read", 0)),
        (lambda: report("condense", 1, 3), ("running", "condense", 1)),
        (lambda: report("condense", 2, 3), ("running", "condense", 2)),
        (give_back, ("queued", "condense", 2)),
    ]
    seen, ids = [], []
    worker = threading.Thread(target=office.run, args=(job_id,))
    with (
        served.client(office, "maker") as client,
        client.stream("GET", f"/api/v1/meetings/{made['id']}/events") as stream,
    ):
        assert stream.status_code == 200 and stream.headers["content-type"].startswith("text/event-stream")
        for number, event in enumerate(arriving(stream)):
            ids.append(event["id"])
            data = json.loads(event["data"])
            seen.append((event["event"], data["state"], data["job"]["state"], data["current_version"]))
            # Each step is taken only when the one before has arrived: a stream that holds events back would stop here.
            if 0 < number <= len(steps):
                job = data["job"]
                assert (job["state"], job["stage"], job["done"]) == steps[number - 1][1]
            if number < len(steps):
                steps[number][0]()
            elif number == len(steps):
                worker.start()
    worker.join()
    assert seen[0] == ("progress", "受付", "queued", 0)
    assert seen[-2:] == [("progress", "確認待ち", "succeeded", 1), ("end", "確認待ち", "succeeded", 1)]
    assert [name for name, *_ in seen].count("end") == 1
    assert len(set(ids)) == len(ids) - 1  # ``end`` repeats the id of the state it tells


def test_a_cancelled_meeting_ends_the_stream(office: Office, served: Served) -> None:
    made = office.upload().json()
    states = []
    with (
        served.client(office, "maker") as client,
        client.stream("GET", f"/api/v1/meetings/{made['id']}/events") as stream,
    ):
        for number, event in enumerate(arriving(stream)):
            states.append((event["event"], json.loads(event["data"])["state"]))
            if number == 0:
                assert office["maker"].post(f"/api/v1/jobs/{made['job_id']}/cancel").status_code == 202
    assert states == [("progress", "受付"), ("progress", "取消"), ("end", "取消")]


def test_a_client_that_goes_away_leaves_nothing_running(office: Office, served: Served) -> None:
    made = office.upload().json()
    address = f"/api/v1/meetings/{made['id']}/events"
    with served.client(office, "maker") as client:
        for _ in range(3):
            with client.stream("GET", address) as stream:
                incoming = arriving(stream)  # kept: a generator that is thrown away closes the response
                assert next(incoming)["event"] == "progress"
                assert served.server.server_state.tasks
            deadline = time.monotonic() + 20
            while served.server.server_state.tasks:
                assert time.monotonic() < deadline, "the stream goes on although nobody reads it"
                time.sleep(0.02)
        # The job is none of the stream's business, and the next reader finds it as it is.
        office.run(made["job_id"])
        with client.stream("GET", address) as stream:
            assert [event["event"] for event in arriving(stream)] == ["progress", "end"]
