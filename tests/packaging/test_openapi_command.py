"""`gijiyoshi openapi`: the API's description on a machine where nothing runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from minutes.errors import InputError
from service.app import create_app
from service.settings import Settings


def test_it_writes_what_the_service_serves_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "openapi", "-o", str(file)],
        env=kept | {"GIJIYOSHI_DATA_DIR": str(tmp_path / "var"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == [file]
    assert json.loads(file.read_bytes()) == create_app(Settings(data_dir=tmp_path)).openapi()


def test_it_says_why_a_file_cannot_be_written(tmp_path: Path) -> None:
    file = tmp_path / "none" / "openapi.json"
    refused = CliRunner().invoke(app, ["openapi", "-o", str(file)])
    with pytest.raises(InputError, match="フォルダーがありません"):
        raise refused.exception or AssertionError(refused.stdout)
