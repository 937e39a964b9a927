"""A small installation made of the real parts: database, Valkey, Celery worker, dispatcher."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, func, select, text

from cli.broker import PrivateBroker, private_broker
from service.auth.accounts import first_start, principal_of
from service.auth.rights import Principal
from service.db.account_tables import Account
from service.db.base import new_id
from service.db.engine import make_engine, reading, writing
from service.db.migrate import migrate
from service.db.tables import DraftVersion, Job, MeetingRow, StageResult
from service.jobs import requests
from service.jobs.dispatch import Due
from service.settings import Settings
from workers.celery_app import make_app
from workers.dispatcher import publisher, run_dispatcher
from workers.works import works

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "records")]

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    spec = spec_from_file_location("postgres_server", Path(__file__).parents[1] / "postgres_server.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    with module.postgres_url() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_server")
        cleaner = make_engine(url)
        with cleaner.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        cleaner.dispose()
    migrate(url)
    made = make_engine(url)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """For what is the same on each kind of database."""
    url = f"sqlite:///{tmp_path / 'jobs.sqlite3'}"
    migrate(url)
    made = make_engine(url)
    yield made
    made.dispose()


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that has to happen; not a measurement."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain: {what}"
        time.sleep(0.03)


@dataclass
class Installation:
    """The parts of one running service, each of which a test may kill."""

    folder: Path
    settings: Settings
    engine: Engine
    principal: Principal
    department_id: str
    broker: PrivateBroker
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Ids of jobs that the dispatcher could not publish."""
    more: dict[str, str] = field(default_factory=dict)
    """Further settings of the processes that are started."""

    @property
    def journal(self) -> Path:
        return self.folder / "journal"

    def environment(self) -> dict[str, str]:
        broker = self.settings.broker_url
        assert broker is not None
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
        return kept | {
            "GIJIYOSHI_DATA_DIR": str(self.folder),
            "GIJIYOSHI_BROKER_URL": broker.get_secret_value(),
            "GIJIYOSHI_LEASE_SECONDS": str(self.settings.lease_seconds),
            "GIJIYOSHI_HEARTBEAT_SECONDS": str(self.settings.heartbeat_seconds),
            "PYTHONPATH": str(ROOT),
            **self.more,
        }

    def start(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                env=self.environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def hold_after(self, units: int) -> None:
        """Let ``paced`` finish this many units from now on and stop in the middle of the next one."""
        gate = self.folder / "gate"
        # Renamed into place: the worker may look at any moment.
        gate.with_suffix(".new").write_text(str(len(self.started_units()) + units))
        gate.with_suffix(".new").replace(gate)

    def go_on(self) -> None:
        (self.folder / "gate").unlink(missing_ok=True)

    def start_broker(self) -> None:
        self.start("broker", *self.broker.command)
        socket_path = Path(self.broker.url.removeprefix("redis+socket://"))
        until(lambda: _accepts(socket_path), 30, "the broker")

    def start_worker(self) -> None:
        self.start("worker", sys.executable, str(Path(__file__).with_name("paced_worker.py")), str(self.journal))

    def start_real_worker(self) -> None:
        """`gijiyoshi worker` itself, with the models of a deployment."""
        self.start("worker", sys.executable, "-m", "cli.main", "worker")

    def kill(self, name: str) -> None:
        """SIGKILL to the whole group."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def worker_child(self) -> int:
        """The prefork child that does the work."""
        found: list[int] = []

        def look() -> bool:
            pid = self.processes["worker"].pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            found[:] = [int(child) for child in children]
            return bool(found)

        until(look, 60, "a child of the worker")
        return found[0]

    def new_meeting(self, model: str, *, max_attempts: int = 5) -> tuple[str, str]:
        """Stored as an upload stores it: meeting and job in one transaction. Ids of both."""
        from minutes.meeting_input import parse_meeting

        meeting = parse_meeting((SAMPLES / "meeting.json").read_bytes())
        row = MeetingRow(
            id=new_id(),
            department_id=self.department_id,
            title=meeting.title,
            starts_at=meeting.starts_at,
            meeting_json=meeting.model_dump_json(),
            profile="tokyo_cio",
            model=model,
            state="受付",
            transcript_name="meeting.vtt",
            transcript_sha256="0" * 64,
            transcript=(SAMPLES / "meeting.vtt").read_bytes(),
            created_by=self.principal.account_id,
        )
        with writing(self.engine) as session:
            session.add(row)
            session.flush()
            job = requests.create(
                session, kind="draft", subject_id=row.id, created_by=row.created_by, max_attempts=max_attempts
            )
            return row.id, job.id

    def job(self, job_id: str) -> Job:
        with reading(self.engine) as session:
            return session.get_one(Job, job_id)

    def meeting(self, meeting_id: str) -> MeetingRow:
        with reading(self.engine) as session:
            return session.get_one(MeetingRow, meeting_id)

    def saved_units(self, meeting_id: str) -> list[str]:
        with reading(self.engine) as session:
            query = select(StageResult.part).where(
                StageResult.subject_id == meeting_id, StageResult.stage == "condense"
            )
            return list(session.scalars(query))

    def drafts(self, meeting_id: str) -> int:
        with reading(self.engine) as session:
            count = select(func.count()).select_from(DraftVersion).where(DraftVersion.meeting_id == meeting_id)
            return session.scalar(count) or 0

    def started_units(self) -> list[str]:
        return self.journal.read_text().split() if self.journal.exists() else []

    until = staticmethod(until)

    def until_state(self, job_id: str, state: str, seconds: float = 60) -> None:
        until(lambda: self.job(job_id).state == state, seconds, f"job {state}, is {self.job(job_id).state}")


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(str(path)) == 0


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Broker, worker and dispatcher running, with short leases."""
    folder = tmp_path_factory.mktemp("installation")
    broker = private_broker(folder)
    settings = Settings(
        data_dir=folder,
        broker_url=SecretStr(broker.url),
        # Long enough for a heartbeat on a busy machine, short enough to wait for.
        lease_seconds=3.0,
        heartbeat_seconds=0.4,
        dispatch_seconds=0.1,
        redispatch_seconds=1.0,
    )
    migrate(settings.database())
    engine = make_engine(settings.database())
    first_start(engine)
    with reading(engine) as session:
        account = session.scalars(select(Account).where(Account.login == "toroku")).one()
        principal = principal_of(session, account)
    ((department_id, _),) = principal.grants
    running = Installation(folder, settings, engine, principal, department_id, broker)
    stop = threading.Event()
    send = publisher(make_app(settings))

    def publish(due: Due) -> None:
        try:
            send(due)
        except Exception:
            running.refused.append(due.job_id)
            raise

    dispatcher = threading.Thread(target=run_dispatcher, args=(engine, settings, publish, works(), stop))
    try:
        running.start_broker()
        running.start_worker()
        dispatcher.start()
        yield running
    finally:
        stop.set()
        for name in list(running.processes):
            running.kill(name)
        if dispatcher.ident is not None:
            dispatcher.join()
        engine.dispose()
        broker.remove()
