"""What the image contains and does, by taking the Dockerfile's own steps without an engine."""

import importlib.util
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from dockerfile import ignored
from image_environment import IMAGE_USER, ROOT, STAGES, Collected, Installed, sealed

FORMATS = ("txt", "docx", "pdf", "html", "json")
UP = {"GIJIYOSHI_PORT": "8123", "GIJIYOSHI_DATA_DIR": "var"}
"""The port is free: the network is the script's own."""


def packages() -> set[str]:
    return {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"tests", "bench"}


@pytest.mark.parametrize("target", ["api", "worker", "worker-cuda"])
def test_each_image_runs_as_an_ordinary_user_and_is_built_offline(target: str) -> None:
    final = STAGES[target]
    assert final.base == "base"
    assert final.last("USER") == f"{IMAGE_USER}:{IMAGE_USER}"
    assert final.last("VOLUME") == "/data"
    (install,) = [step.rest for step in final.steps if "image.sh" in step.rest]
    assert install.startswith("--network=none ")
    assert not [step for step in (*STAGES["base"].steps, *final.steps) if step.name in {"ADD", "COPY"}]


def test_the_image_built_where_none_is_named_has_no_torch() -> None:
    assert list(STAGES)[-1] == "api"
    assert "from=wheels," in str(STAGES["api"].last("RUN"))
    assert "torch" not in "".join(step.rest for step in STAGES["wheels"].steps)


def test_torch_has_one_version_everywhere() -> None:
    given = next(step.rest for step in STAGES["model-wheels"].steps if step.rest.startswith("TORCH="))
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (wanted,) = re.findall(r"^TORCH := (.+)$", makefile, re.MULTILINE)
    assert given == f"TORCH={wanted}"
    assert set(re.findall(r"\$\{TORCH:-(.+?)\}", (ROOT / "docker-compose.yml").read_text(encoding="utf-8"))) == {wanted}


def test_every_package_is_in_the_image() -> None:
    steps = STAGES["wheels"].steps
    copied = {step.rest.split()[0] for step in steps if step.name == "COPY" and "." not in step.rest} - {"docker"}
    assert copied == packages()


@pytest.mark.image
@pytest.mark.timeout(600)
def test_every_file_of_every_package_is_in_the_wheel(installed: Installed, tmp_path: Path) -> None:
    (wheel,) = installed.wheels.glob("gijiyoshi-*.whl")
    inside = set(zipfile.ZipFile(wheel).namelist())
    for package in packages():
        tree = shutil.copytree(ROOT / package, tmp_path / package, ignore=ignored(ROOT))
        expected = {p.relative_to(tmp_path).as_posix() for p in tree.rglob("*") if p.is_file()}
        assert expected - inside == set()
        assert {p.suffix for p in tree.rglob("*")} - {""}


@pytest.mark.image
def test_a_draft_in_every_format_outside_the_checkout(installed: Installed) -> None:
    here = installed.data("draft")
    for name in ("meeting.vtt", "meeting.json"):
        shutil.copy(ROOT / "samples" / name, here)
    script = "gijiyoshi --help\ngijiyoshi read meeting.vtt > transcript.json\n" + "".join(
        f"gijiyoshi draft meeting.vtt --meeting meeting.json --public -o out.{ending}\n" for ending in FORMATS
    )
    done = installed.run_sealed(script + "python -c 'import minutes; print(minutes.__file__)'", here)
    assert done.returncode == 0, done.stderr
    assert "議事要旨の素案を作り" in done.stdout
    assert done.stdout.splitlines()[-1].startswith(str(installed.bin.parent))
    title = "第3回青嶺県・市町村デジタル推進協議会 議事要旨"
    assert (here / "out.txt").read_text(encoding="utf-8").splitlines()[0].strip() == title
    assert docx.Document(io.BytesIO((here / "out.docx").read_bytes())).paragraphs[0].text == title
    assert (here / "out.pdf").read_bytes().startswith(b"%PDF-")
    assert title in (here / "out.html").read_text(encoding="utf-8")


@pytest.mark.image
def test_the_whole_service_with_no_network(installed: Installed) -> None:
    here = installed.data("service")
    shutil.copytree(ROOT / "samples", here / "samples", ignore=ignored(ROOT))
    script = """
        ! gijiyoshi seen api
        gijiyoshi up > up.log 2>&1 & up=$!
        for _ in $(seq 60); do gijiyoshi seen api && break; kill -0 $up; sleep 0.5; done
        gijiyoshi demo --samples samples > draft.txt
        gijiyoshi seen dispatcher
        gijiyoshi seen worker
        gijiyoshi audit verify
        kill -TERM $up
        wait $up
    """
    done = installed.run_sealed(script, here, settings=UP)
    log = (here / "up.log").read_text(encoding="utf-8") if (here / "up.log").exists() else ""
    assert done.returncode == 0, done.stdout + done.stderr + log
    assert "すべて止まりました" in log
    assert "議事要旨" in (here / "draft.txt").read_text(encoding="utf-8").splitlines()[0]


@pytest.mark.image
@pytest.mark.timeout(600)
def test_the_wheels_for_a_language_model_are_all_it_needs_and_no_other(collected_for_a_model: Collected) -> None:
    wheels, report = collected_for_a_model.wheels, collected_for_a_model.wheels / "report.json"
    ask = ["install", "--dry-run", "--no-index", "--find-links", str(wheels), "--report", str(report)]
    python = collected_for_a_model.environment / "bin" / "python"
    done = subprocess.run(
        [*sealed(), str(python), "-m", "pip", *ask, "--quiet", "--ignore-installed", "gijiyoshi[transformers]"],
        env={"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    wanted = json.loads(report.read_text(encoding="utf-8"))["install"]
    assert {unquote(each["download_info"]["url"]).rpartition("/")[2] for each in wanted} == {
        wheel.name for wheel in wheels.glob("*.whl")
    }


def test_a_build_for_the_processor_is_refused_for_the_gpu() -> None:
    if importlib.util.find_spec("torch") is None:
        pytest.skip("追加の部品（make transformers）が入っていない: torch がない")
    environment = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}

    def run(*command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=100)

    for_cuda = run("python", "-c", "import torch; print(torch.version.cuda or '')").stdout.strip()
    done = run("sh", str(ROOT / "docker" / "image.sh"), "cuda", "unused")
    assert (done.returncode == 0) is bool(for_cuda)
    assert ("TORCH_INDEX" in done.stderr) is not bool(for_cuda)
