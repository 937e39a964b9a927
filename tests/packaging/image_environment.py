"""The image's steps, taken here: an empty environment in which the project is installed from its wheels alone."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from dockerfile import Instruction, carry_out, stages

ROOT = Path(__file__).parents[2]
STAGES = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))
IMAGE_USER = 10001


@cache
def as_image_user() -> list[str]:
    """What to put before a command so that it may write nothing but what belongs to that user; empty if not root.

    Reading is allowed where the interpreter lies in a folder of root's own.
    """
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        return []
    plain = ["setpriv", f"--reuid={IMAGE_USER}", f"--regid={IMAGE_USER}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    # Through a shell: setpriv itself still has root's rights when it looks for the program.
    probe = ["sh", "-c", 'exec "$0" -c "import ssl"', str(Path(sys.executable).resolve())]
    for prefix in (plain, reading):
        if subprocess.run([*prefix, *probe], cwd="/", capture_output=True, check=False, timeout=60).returncode == 0:
            return prefix
    return []


@cache
def sealed() -> list[str]:
    """What to put before a command to leave it this machine's own addresses only; empty where that is not allowed."""
    prefix = [sys.executable, str(Path(__file__).with_name("sealed.py"))]
    done = subprocess.run([*prefix, "true"], capture_output=True, check=False, timeout=60)
    return prefix if done.returncode == 0 else []


@dataclass(frozen=True)
class Installed:
    folder: Path
    bin: Path
    wheels: Path

    def environment(self, home: Path) -> dict[str, str]:
        """Nothing of the checkout, of pip or of this process."""
        return {"PATH": f"{self.bin}:/usr/bin:/bin", "HOME": str(home), "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}

    def data(self, name: str) -> Path:
        """An empty folder of the image's user."""
        made = self.folder / name
        made.mkdir(mode=0o700)
        if as_image_user():
            os.chown(made, IMAGE_USER, IMAGE_USER)
        return made

    def run_sealed(
        self, script: str, cwd: Path, *, settings: Mapping[str, str] = {}, seconds: float = 300
    ) -> subprocess.CompletedProcess[str]:
        """A shell script as the image's user with no way out of this machine."""
        if not sealed():
            pytest.skip("この環境では網から切り離したプロセスを作れない")
        return subprocess.run(
            [*sealed(), *as_image_user(), "bash", "-euo", "pipefail", "-c", script],
            cwd=cwd,
            env={**self.environment(cwd), **settings},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )


def build(folder: Path) -> Installed:
    """The image for the API."""
    collecting = _fresh(folder / "collecting", **os.environ)
    carry_out(STAGES["wheels"].steps, ROOT, _places(folder), collecting)
    # The image itself is made with no network at all; the stage before may use the index and the cache of this machine.
    carry_out(STAGES["api"].steps, ROOT, _places(folder), _fresh(folder / "installed", *sealed(), HOME=str(folder)))
    return Installed(folder, folder / "installed" / "bin", folder / "wheels")


@dataclass(frozen=True)
class Collected:
    """What the image for a worker with a language model is installed from."""

    wheels: Path
    environment: Path
    """Empty: nothing but pip."""


def collect_for_a_model(folder: Path, api: Installed) -> Collected:
    """From the same stage of wheels. Installing them would take minutes and 2.6 GB on the disk each time, and what
    `make transformers` installs is the same."""
    for name in ("wheels", "build"):
        shutil.copytree(api.folder / name, folder / name, copy_function=os.link)
    stage = STAGES["model-wheels"]
    given = dict(step.rest.split("=", 1) for step in stage.steps if step.name == "ARG")
    collecting = _fresh(folder / "collecting", **{**given, **os.environ})
    carry_out([Instruction("WORKDIR", "/build"), *stage.steps], ROOT, _places(folder), collecting)
    return Collected(folder / "wheels", folder / "collecting")


def torch_can_be_had(folder: Path) -> bool:
    """Asks the index this machine is set up with, and takes nothing from it."""
    version = next(
        step.rest.split("=", 1)[1] for step in STAGES["model-wheels"].steps if step.rest.startswith("TORCH=")
    )
    ask = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--no-deps", version]
    return subprocess.run(ask, cwd=folder, capture_output=True, timeout=300, check=False).returncode == 0


def _places(folder: Path) -> dict[str, Path]:
    return {"/build": folder / "build", "/wheels": folder / "wheels"}


def _fresh(environment: Path, *prefix: str, **variables: str) -> "Runner":
    """Runs commands in a new, empty environment."""
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
    return Runner((*prefix, "sh", "-c"), {**variables, "PATH": f"{environment / 'bin'}:/usr/bin:/bin"})


@dataclass(frozen=True)
class Runner:
    prefix: tuple[str, ...]
    environment: dict[str, str]

    def __call__(self, command: str, here: Path) -> None:
        done = subprocess.run(
            [*self.prefix, command],
            cwd=here,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
