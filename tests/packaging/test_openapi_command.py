"""`gijiyoshi openapi`: the API's description on a machine where nothing runs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from service.app import create_app
from service.settings import Settings


def openapi(here: Path, *more: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
    return subprocess.run(
        [sys.executable, "-m", "cli.main", "openapi", *more],
        env=kept | {"GIJIYOSHI_DATA_DIR": str(here / "var"), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_prints_what_the_service_serves_and_leaves_nothing(tmp_path: Path) -> None:
    done = openapi(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == create_app(Settings(data_dir=tmp_path)).openapi()
    assert list(tmp_path.iterdir()) == []


def test_it_writes_a_file_whole_or_says_why_not(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    done = openapi(tmp_path, "-o", str(file))
    assert (done.returncode, done.stdout) == (0, "")
    assert "会議" in file.read_text(encoding="utf-8")
    refused = openapi(tmp_path, "-o", str(tmp_path / "none" / "openapi.json"))
    assert refused.returncode == 2
    assert "フォルダーがありません" in refused.stderr
