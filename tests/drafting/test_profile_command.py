"""`gijiyoshi profile`: a house style as a file."""

import subprocess
import sys
from pathlib import Path

from minutes.profiles import load_profile, parse_profile


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "profile", *arguments]
    return subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=60, cwd=Path(__file__).parents[2]
    )


def test_what_is_exported_passes_the_check(tmp_path: Path) -> None:
    exported = run("export", "ward_forum")
    assert exported.returncode == 0 and parse_profile(exported.stdout) == load_profile("ward_forum")
    file = tmp_path / "k.yaml"
    file.write_text(exported.stdout, "utf-8")
    checked = run("check", str(file))
    assert checked.returncode == 0 and "誤りはありません" in checked.stdout


def test_a_faulty_file_is_told_field_by_field(tmp_path: Path) -> None:
    file = tmp_path / "k.yaml"
    text = run("export", "tokyo_cio").stdout.replace("agenda_marks: number", "agenda_marks: star")
    file.write_text(text.replace("ratio: 0.3", "ratio: 3"), "utf-8")
    checked = run("check", str(file))
    assert checked.returncode == 2
    assert "k.yaml: layout.agenda_marks: 選べない値です" in checked.stderr
    assert "k.yaml: budgets.報告.ratio: 大きすぎます。1以下にしてください" in checked.stderr
    assert run("export", "nothing").returncode == 2
