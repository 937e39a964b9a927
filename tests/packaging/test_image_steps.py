"""What the image contains and does, by taking the Dockerfile's own steps without an engine."""

import io
import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from dockerfile import ignored, stages
from image_environment import IMAGE_USER, ROOT, Installed

FORMATS = ("txt", "docx", "pdf", "html", "json")
UP = {"GIJIYOSHI_PORT": "8123", "GIJIYOSHI_DATA_DIR": "var"}
"""The port is free: the network is the script's own."""


def packages() -> set[str]:
    return {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"tests", "bench"}


def test_the_image_runs_as_an_ordinary_user_and_is_built_offline() -> None:
    final = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))[-1]
    last = {step.name: step.rest for step in final}
    assert last["USER"] == f"{IMAGE_USER}:{IMAGE_USER}"
    install = next(step.rest for step in final if "image.sh" in step.rest)
    assert install.startswith("--network=none ")
    assert not [step for step in final if step.name in {"ADD", "COPY"}]


def test_every_package_is_in_the_image() -> None:
    first = stages((ROOT / "Dockerfile").read_text(encoding="utf-8"))[0]
    copied = {step.rest.split()[0] for step in first if step.name == "COPY" and "." not in step.rest} - {"docker"}
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
