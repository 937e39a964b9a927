"""`make run` where it cannot start: one Japanese sentence, and nothing made."""

import os
import re
import shlex
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from image_environment import ROOT, as_image_user

from cli.data_folder import data_folder

BIN = Path(sys.executable).parent
READY = ["-o", ".venv/.ready", f"BIN={BIN}"]
"""The environment that runs the tests stands in for one that is set up."""


def make_run(
    *arguments: str, before: list[str] | None = None, **settings: str
) -> tuple[subprocess.CompletedProcess[str], str]:
    """The finished process, and what it said besides make's own last line."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIJIYOSHI_", "MAKE", "MFLAGS"))}
    done = subprocess.run(
        [*(before or []), "make", "--no-print-directory", *arguments, "run"],
        cwd=ROOT,
        env={**kept, "PYTHONUTF8": "1", **settings},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert done.stdout == ""
    (sentence,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
    assert re.search("[ぁ-ん]", sentence)
    assert sentence.endswith("。")
    return done, sentence


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


@pytest.fixture
def old_python(tmp_path: Path) -> Path:
    """This Python, saying that it is 3.9."""
    shim = tmp_path / "python3.9"
    code = 'import sys; sys.version_info = (3, 9, 18, "final", 0); sys.version = "3.9.18 (main)"; exec(sys.argv[2])'
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -c {shlex.quote(code)} "$@"\n')
    shim.chmod(0o755)
    return shim


def test_a_python_that_is_too_old(tmp_path: Path, old_python: Path) -> None:
    _, sentence = make_run(f"VENV={tmp_path / 'venv'}", f"PYTHON={old_python}")
    assert sentence.startswith("Python 3.11 以上が必要です（見つかったもの: 3.9.18）。")
    assert not (tmp_path / "venv").exists()


def test_no_python(tmp_path: Path) -> None:
    _, sentence = make_run(f"VENV={tmp_path / 'venv'}", "PYTHON=python3.absent")
    assert sentence.startswith("python3.absent が見つかりません。")
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv(tmp_path: Path) -> None:
    """As Debian has it: the module is there, what it needs is in another package."""
    (tmp_path / "ensurepip.py").write_text("raise ImportError\n")
    _, sentence = make_run(
        f"VENV={tmp_path / 'venv'}", f"PYTHON={sys.executable}", PYTHONPATH=str(tmp_path), PYTHONWARNINGS="ignore"
    )
    assert "python3-venv を導入してください。" in sentence
    assert not (tmp_path / "venv").exists()


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        _, sentence = make_run(*READY, GIJIYOSHI_PORT=str(port), GIJIYOSHI_DATA_DIR=str(tmp_path / "var"))
    assert f"ポート {port} は別のプログラムが使っています。" in sentence
    assert f"GIJIYOSHI_PORT={port + 1}" in sentence
    assert list((tmp_path / "var").glob("*.sqlite3")) == []


def test_a_folder_that_belongs_to_someone_else(tmp_path: Path) -> None:
    folder = tmp_path / "var"
    folder.mkdir(mode=0o555)
    if os.geteuid() == 0 and not as_image_user():
        pytest.skip("root はどこにでも書ける")
    data = str(folder)
    _, sentence = make_run(*READY, before=as_image_user(), GIJIYOSHI_PORT=free_port(), GIJIYOSHI_DATA_DIR=data)
    assert "データのフォルダーに書き込めません（権限がありません）。" in sentence
    assert data in sentence
    assert list(folder.iterdir()) == []


def test_a_place_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    data = str(tmp_path / "file" / "var")
    _, sentence = make_run(*READY, GIJIYOSHI_PORT=free_port(), GIJIYOSHI_DATA_DIR=data)
    assert "途中にフォルダーでないものがあります" in sentence


def test_a_second_start_while_one_runs(tmp_path: Path) -> None:
    with data_folder(tmp_path / "var") as folder:
        _, sentence = make_run(*READY, GIJIYOSHI_PORT=free_port(), GIJIYOSHI_DATA_DIR=str(folder))
    assert f"すでに動いています（プロセス番号 {os.getpid()}）。" in sentence


@pytest.mark.parametrize(("name", "value"), [("PORT", "八千"), ("PORT", "70000"), ("ENVIRONMENT", "production")])
def test_a_setting_that_cannot_be_used(tmp_path: Path, name: str, value: str) -> None:
    done, sentence = make_run(*READY, **{"GIJIYOSHI_DATA_DIR": str(tmp_path / "var"), f"GIJIYOSHI_{name}": value})
    assert "GIJIYOSHI_" in sentence
    assert "Traceback" not in done.stderr
