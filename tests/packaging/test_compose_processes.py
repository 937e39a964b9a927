"""The compose file's own commands, environment and health checks, on a real PostgreSQL and Redis, without an engine."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from image_environment import ROOT, Installed, as_image_user
from postgres_server import postgres_url

pytestmark = [pytest.mark.image, pytest.mark.timeout(600)]

GIVEN = {
    "POSTGRES_PASSWORD": "p@ss/word:#1",
    "GIJIYOSHI_PUBLIC_URL": "https://gijiyoshi.example.lg.jp",
    "GIJIYOSHI_MODEL": "openai",
    "GIJIYOSHI_OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "GIJIYOSHI_OPENAI_MODEL": "current",
    "GIJIYOSHI_DATA_DIR": "/elsewhere",
}
"""What the operator writes into .env. The password has what a URL could not hold, the server of the model does not
answer, and the last is not theirs to choose here."""


def wait_for(found: Callable[[], Any], what: str, seconds: float = 90) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what}: nothing after {seconds} s")


def substituted(value: str) -> str:
    return re.sub(r"\$\{(\w+):[?][^}]*\}", lambda m: GIVEN[m[1]], value)


@dataclass(frozen=True)
class Machine:
    """One set of processes where the compose file has containers: the same words, other addresses."""

    services: dict[str, dict[str, Any]]
    installed: Installed
    data: Path
    addresses: dict[str, str]
    port: int

    def environment(self, service: str) -> dict[str, str]:
        made = self.installed.environment(self.data) | {"GIJIYOSHI_PORT": str(self.port)}
        if self.services[service]["env_file"]:
            made |= GIVEN
        for key, value in self.services[service]["environment"].items():
            text = substituted(value)
            for there, here in self.addresses.items():
                text = text.replace(there, here)
            made[key] = text
        return made

    def process(self, service: str, command: list[str], **options: Any) -> subprocess.Popen[str]:
        program = shutil.which(command[0], path=str(self.installed.bin))
        assert program is not None
        environment = self.environment(service)
        return subprocess.Popen(
            [*as_image_user(), program, *command[1:]],
            cwd=self.data,
            env=environment,
            text=True,
            start_new_session=True,
            **options,
        )

    def run(self, service: str, *command: str) -> tuple[int, str]:
        done = self.process(service, list(command), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        out, error = done.communicate(timeout=60)
        return done.returncode, out.strip() or error.strip()

    def is_healthy(self, service: str) -> bool:
        kind, *command = self.services[service]["healthcheck"]["test"]
        assert kind == "CMD"
        return self.run(service, *command)[0] == 0

    @contextmanager
    def running(self, service: str) -> Iterator[None]:
        """Stops within the file's own grace period."""
        log = self.installed.folder / f"{service}.log"
        with log.open("w", encoding="utf-8") as file:
            process = self.process(service, self.services[service]["command"], stdout=file, stderr=file)
        grace = float(self.services[service]["stop_grace_period"].removesuffix("s"))
        try:
            yield
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=grace)
        except BaseException as error:
            error.add_note(log.read_text(encoding="utf-8")[-3000:])
            raise
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def readiness(machine: Machine) -> dict[str, Any]:
    """Of the model, as the health page tells it."""
    answer = httpx2.get(f"http://127.0.0.1:{machine.port}/readyz", timeout=30, trust_env=False)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()["model"]
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def redis(service: dict[str, Any]) -> Iterator[int]:
    program = shutil.which(service["command"][0])
    if program is None:
        pytest.skip("redis-server が入っていない")
    port = free_port()
    server = subprocess.Popen(
        [program, *service["command"][1:], "--port", str(port), "--bind", "127.0.0.1"], stdout=subprocess.DEVNULL
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture(scope="module")
def machine(installed: Installed) -> Iterator[Machine]:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    with postgres_url() as database, redis(services["redis"]) as redis_port:
        address = database.removeprefix("postgresql+psycopg://gijiyoshi@")
        addresses = {
            "postgres:5432/gijiyoshi": address,
            "redis:6379": f"127.0.0.1:{redis_port}",
            "/data": str(installed.data("compose")),
        }
        yield Machine(services, installed, installed.folder / "compose", addresses, free_port())


def test_from_an_empty_database_to_a_draft(machine: Machine) -> None:
    assert not machine.is_healthy("api")
    assert machine.run("migrate", *machine.services["migrate"]["command"]) == (0, "データベースは最新です。")
    assert machine.run("migrate", *machine.services["migrate"]["command"])[0] == 0
    assert not machine.is_healthy("dispatcher")
    assert machine.run("api", "gijiyoshi", "user", "add", "toroku", "--name", "登録 一郎", "--role", "登録者")[0] == 0
    status, token = machine.run(
        "api", "gijiyoshi", "token", "create", "toroku", "--name", "連携", "--scope", "read", "--scope", "write"
    )
    assert status == 0
    with ExitStack() as stack:
        for service in ("api", "dispatcher", "worker"):
            stack.enter_context(machine.running(service))
        for service in ("api", "dispatcher", "worker"):
            wait_for(lambda name=service: machine.is_healthy(name), f"{service} is healthy")
        url, headers = f"http://127.0.0.1:{machine.port}/api/v1", {"Authorization": f"Bearer {token}"}
        client = stack.enter_context(httpx2.Client(base_url=url, headers=headers, timeout=30, trust_env=False))
        with (
            (ROOT / "samples/meeting.json").open("rb") as meeting,
            (ROOT / "samples/meeting.vtt").open("rb") as transcript,
        ):
            answer = client.post("/meetings", files={"meeting": meeting, "transcript": transcript})
        assert answer.status_code == 202, answer.text
        place = f"/meetings/{answer.json()['id']}"
        wait_for(lambda: client.get(place).json()["state"] == "確認待ち", "the draft is there")
        text = client.get(f"{place}/exports/public.txt").text
        assert text.splitlines()[0].strip() == "第3回青嶺県・市町村デジタル推進協議会 議事要旨"
        wrote = client.get(f"{place}/draft").json()["provenance"]["model"]
        assert (wrote["name"], wrote["revision"]) == ("openai", "current")
        assert machine.run("worker", "gijiyoshi", "model", "warm")[0] == 0
        state = wait_for(lambda: readiness(machine) if readiness(machine)["state"] == "failed" else None, "its state")
        assert "要約モデルが使えません" in state["message"]
