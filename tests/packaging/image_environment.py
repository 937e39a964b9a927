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
from dockerfile import carry_out, stages

ROOT = Path(__file__).parents[2]
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
    build, final = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    made = Installed(folder, folder / "installed" / "bin", folder / "wheels")
    places = {"/build": folder / "build", "/wheels": made.wheels}

    def runner(environment: Path, *prefix: str, **variables: str) -> "Runner":
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True, timeout=120)
        return Runner((*prefix, "sh", "-c"), {**variables, "PATH": f"{environment / 'bin'}:/usr/bin:/bin"})

    # The first stage may use the index and the cache this machine is set up with; the second has no network at all.
    carry_out(build, ROOT, places, runner(folder / "collecting", **os.environ))
    places["/build/docker"] = places["/build"] / "docker"
    install = [step for step in final if step.name != "RUN" or "useradd" not in step.rest]
    install = [step for step in install if step.name != "WORKDIR"]
    carry_out(install, ROOT, places, runner(folder / "installed", *sealed(), HOME=str(folder)))
    return made


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
