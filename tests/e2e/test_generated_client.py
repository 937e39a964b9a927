"""A client generated from the OpenAPI document, in an environment of its own, speaks with a live service."""

import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from live_service import BIN, ROOT, Service, started

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(600)]

GENERATOR = "openapi-python-client==0.29.1"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with started(tmp_path_factory.mktemp("generated"), [str(BIN / "gijiyoshi"), "up"], signal.SIGTERM) as running:
        yield running


def run(service: Service, *command: str | Path, cwd: Path = ROOT, path: Path = BIN) -> str:
    done = service.run("env", f"PATH={path}{os.pathsep}{os.environ['PATH']}", *map(str, command), cwd=cwd, seconds=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_it_is_generated_without_a_warning_and_works(service: Service, tmp_path: Path) -> None:
    """As the guide says: the commands, then the program."""
    guide = (ROOT / "docs/integrator.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python generated\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    (generate,) = re.findall(r"^(openapi-python-client generate .*)$", guide, re.MULTILINE)
    own = tmp_path / "own" / "bin"
    run(service, sys.executable, "-m", "venv", own.parent)
    run(service, own / "python", "-m", "pip", "install", "-q", GENERATOR)
    run(service, BIN / "gijiyoshi", "openapi", "-o", tmp_path / "openapi.json")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    said = run(service, *generate.split(), cwd=tmp_path, path=own)
    assert said.strip() == "Generating gijiyoshi-client"
    token = (service.data / "demo-token").read_text().strip()
    (tmp_path / "try.py").write_text(f"address, token = {service.url!r}, {token!r}\n{program}", encoding="utf-8")
    environment = f"PYTHONPATH={tmp_path / 'gijiyoshi-client'}"
    run(service, "env", environment, own / "python", "-W", "error", tmp_path / "try.py")
