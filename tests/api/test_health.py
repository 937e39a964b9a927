"""What the health pages say while parts of the service are missing."""

import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from structlog.testing import capture_logs

from cli.broker import private_broker
from service.app import create_app
from service.broker import PATIENCE_SECONDS
from service.db.base import now
from service.db.engine import writing
from service.db.migrate import migrate
from service.db.tables import WorkerSeen
from service.jobs import leases
from service.jobs.warming import request_warm_up
from service.settings import Settings

PASSWORD = "himitsu-no-kotoba"


def application(folder: Path, broker_url: str | None = None) -> FastAPI:
    """On a fresh database that a dispatcher was seen in just now."""
    url = f"sqlite:///{folder / 'health.sqlite3'}"
    migrate(url)
    app = create_app(
        Settings(data_dir=folder, database_url=SecretStr(url), broker_url=SecretStr(broker_url) if broker_url else None)
    )
    with writing(app.state.engine) as session:
        session.add(WorkerSeen(worker_id="d", role="dispatcher", seen_at=now()))
    return app


def test_ready_needs_database_schema_and_dispatcher(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'health.sqlite3'}"
    app = create_app(Settings(data_dir=tmp_path, database_url=SecretStr(url)))
    with TestClient(app) as client:
        assert client.get("/livez").json() == {"status": "ok"}
        fresh = client.get("/readyz")
        assert fresh.status_code == 503 and fresh.json()["schema_at_head"] is False
        migrate(url)
        alone = client.get("/readyz")
        assert alone.status_code == 503
        assert (alone.json()["schema_at_head"], alone.json()["dispatcher"]) == (True, False)
        with writing(app.state.engine) as session:
            session.add(WorkerSeen(worker_id="d", role="dispatcher", seen_at=now()))
        ready = client.get("/readyz")
        assert ready.status_code == 200 and ready.json()["status"] == "ok" and ready.json()["workers"] == 0
        assert ready.json()["broker"] is None


def test_an_unreachable_database_is_an_answer() -> None:
    nowhere = "postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2"
    app = create_app(Settings(database_url=SecretStr(nowhere)))
    with TestClient(app) as client:
        assert client.get("/livez").status_code == 200
        answer = client.get("/readyz")
        assert answer.status_code == 503 and answer.json()["database"] is False
        assert "127.0.0.1" not in answer.text


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The private broker of ``gijiyoshi up``, and its address as Celery spells it."""
    broker = private_broker(tmp_path)
    process = subprocess.Popen(broker.command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    yield process, broker.url
    process.kill()
    process.wait()
    broker.remove()


def test_a_broker_that_dies_degrades_and_does_not_stop_requests(
    valkey: tuple[subprocess.Popen[bytes], str], tmp_path: Path
) -> None:
    process, url = valkey
    with TestClient(application(tmp_path, url)) as client:
        deadline = time.monotonic() + 10
        while client.get("/readyz").json()["broker"] is not True:
            assert time.monotonic() < deadline, "the broker never answered"
            time.sleep(0.05)
        alive = client.get("/readyz")
        assert (alive.status_code, alive.json()["status"]) == (200, "ok")
        process.kill()
        process.wait()
        dead = client.get("/readyz")
    assert (dead.status_code, dead.json()["status"], dead.json()["broker"]) == (200, "degraded", False)


def test_a_broker_that_accepts_and_never_answers_is_not_waited_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://user:{PASSWORD}@127.0.0.1:{silent.getsockname()[1]}/0"
        with TestClient(application(tmp_path, url)) as client:
            client.get("/livez")
            began = time.monotonic()
            answer = client.get("/readyz")
            # The client library is loaded by the first question, which a busy machine may make slow.
            assert time.monotonic() - began < PATIENCE_SECONDS + 5
    assert (answer.status_code, answer.json()["broker"]) == (200, False)


@pytest.mark.parametrize("url", [f"redis://user:{PASSWORD}@127.0.0.1:1/0", f"amqp://user:{PASSWORD}@mq/"])
def test_neither_answer_nor_log_holds_the_address(tmp_path: Path, url: str) -> None:
    with capture_logs() as logs, TestClient(application(tmp_path, url)) as client:
        answer = client.get("/readyz")
    assert answer.json()["broker"] is False
    assert {entry["event"] for entry in logs} == {"broker_does_not_answer"}
    for secret in (PASSWORD, "127.0.0.1", "user"):
        assert secret not in answer.text + str(logs)


def test_the_state_of_the_model_is_told_and_stops_nothing(tmp_path: Path) -> None:
    app = application(tmp_path)
    with TestClient(app) as client:
        assert client.get("/readyz").json()["model"] is None
        with writing(app.state.engine) as session:
            job = request_warm_up(session, "extractive")
            assert job is not None
            job_id = job.id
        assert client.get("/readyz").json()["model"]["state"] == "not_loaded"
        claim = leases.claim(app.state.engine, job_id, "w", 60)
        assert claim is not None
        with writing(app.state.engine) as session:
            leases.fail(session, claim, category="model", public="要約モデルを読み込めません。")
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["model"] == {
        "name": "extractive",
        "state": "failed",
        "message": "要約モデルを読み込めません。",
    }


def test_the_inbox_is_told_of(tmp_path: Path) -> None:
    app = application(tmp_path)
    seen = {"worker_id": "h:1", "role": "inbox", "seen_at": now()}
    with TestClient(app) as client:
        assert client.get("/readyz").json()["inbox"] is None
        app.state.settings = Settings(data_dir=tmp_path, inbox_dir=tmp_path / "inbox", inbox_login="toroku")
        silent = client.get("/readyz")
        assert (silent.status_code, silent.json()["inbox"], silent.json()["status"]) == (200, "silent", "degraded")
        with writing(app.state.engine) as session:
            session.add(WorkerSeen(**seen))
        failing = client.get("/readyz").json()
        assert (failing["inbox"], failing["status"]) == ("failing", "degraded")
        with writing(app.state.engine) as session:
            session.add(WorkerSeen(**seen | {"worker_id": "h:1/folder", "role": "inbox-folder"}))
        assert client.get("/readyz").json()["inbox"] == "ok" and client.get("/readyz").json()["status"] == "ok"
        with writing(app.state.engine) as session:
            for row in session.query(WorkerSeen).where(WorkerSeen.role != "dispatcher"):
                row.seen_at = now() - timedelta(minutes=5)
        assert client.get("/readyz").json()["inbox"] == "silent"
