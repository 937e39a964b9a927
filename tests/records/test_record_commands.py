"""`gijiyoshi package make` and `gijiyoshi register` beside the pages: the same rules, the same rows."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

from api_office import Office
from recording import BY_HAND, FILE, ITEM, approved, described, registering, rules


def gijiyoshi(office: Office, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "GIJIYOSHI_DATABASE_URL": office.app.state.settings.database_url.get_secret_value(),
        "GIJIYOSHI_DATA_DIR": str(office.app.state.settings.data_dir),
    }
    command = [sys.executable, "-m", "cli.main", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def metadata_of(file: Path) -> dict[str, dict[str, object]]:
    with zipfile.ZipFile(file) as archive:
        name = next(name for name in archive.namelist() if name.endswith("metadata.json"))
        found: dict[str, dict[str, object]] = json.loads(archive.read(name))
        return found


def test_without_metadata_it_takes_what_was_saved_on_the_page(office: Office, tmp_path: Path) -> None:
    meeting = approved(office)
    early = gijiyoshi(office, "package", "make", meeting, "-o", tmp_path)
    assert early.returncode == 2 and "作成・取得者（creator）" in early.stderr
    described(office, meeting)
    registering(office, meeting)
    made = gijiyoshi(office, "package", "make", meeting, "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    found = metadata_of(tmp_path / f"{meeting}_v2.zip")
    assert (found["item"]["number"], found["item"]["decided_on"]) == ("8企第130号", "2025-05-26")
    listed = office["checker"].get(f"/api/v1/meetings/{meeting}/packages").json()
    assert [(each["fingerprint"], each["made_by"]) for each in listed] == [(made.stdout.strip(), "コマンド")]
    again = gijiyoshi(office, "package", "make", meeting, "-o", tmp_path)
    assert again.stdout == made.stdout and "前に作ったものと同じです" in again.stderr
    assert office.audited(meeting)[-2:] == ["user:export:package", "user:export:full"]
    assert len(office["checker"].get(f"/api/v1/meetings/{meeting}/packages").json()) == 1


def test_the_rules_of_the_body_apply_and_what_is_given_wins(office: Office, tmp_path: Path) -> None:
    meeting = approved(office)
    rules(office, meeting)
    file = {name: FILE[name] for name in ("fiscal_year", "class_large", "class_mid", "file_title")}
    item = {name: value for name, value in ITEM.items() if name not in {"decision", "openness"}}
    given = {
        "file": {**file, "record_kind": "会議の記録", "manager": "総務課長"},
        "item": {**item, "openness": "非公開"},
    }
    (tmp_path / "m.json").write_text(json.dumps(given, ensure_ascii=False), "utf-8")
    made = gijiyoshi(office, "package", "make", meeting, "--metadata", tmp_path / "m.json", "-o", tmp_path)
    assert made.returncode == 0, made.stderr
    found = metadata_of(tmp_path / f"{meeting}_v2.zip")
    assert (found["file"]["creator"], found["file"]["manager"]) == ("企画部長", "総務課長")
    assert (found["file"]["class_code"], found["file"]["retention_period"]) == ("A-1", "5年")
    assert (found["item"]["decision"], found["item"]["openness"]) == ("部長専決", "非公開")
    (tmp_path / "p.csv").write_text("文書の類型,保存期間,満了時の措置\n会議の記録,3年,未定\n", "utf-8")
    other = ("--metadata", tmp_path / "m.json", "--retention", tmp_path / "p.csv", "-o", tmp_path / "o.zip")
    assert gijiyoshi(office, "package", "make", meeting, *other).returncode == 0
    assert metadata_of(tmp_path / "o.zip")["file"]["retention_period"] == "3年"
    (tmp_path / "m.json").write_text(json.dumps(BY_HAND, ensure_ascii=False), "utf-8")
    refused = gijiyoshi(office, "package", "make", meeting, "--metadata", tmp_path / "m.json", "-o", tmp_path)
    assert refused.returncode == 2 and "文書の類型がありません" in refused.stderr


def test_a_table_is_registered_whole_or_not_at_all(office: Office, tmp_path: Path) -> None:
    first, second = approved(office), approved(office)
    file = tmp_path / "番号.csv"

    def write(*rows: str) -> None:
        file.write_bytes("\r\n".join(("会議の番号,文書番号,決裁日,決裁者", *rows, "")).encode("cp932"))

    write(f"{first},8企第1号,R7.5.26,企画部長", f"{second},8企第2号,R7.5.19,企画部長")
    refused = gijiyoshi(office, "register", file)
    assert refused.returncode == 2 and "3行目「決裁日」" in refused.stderr
    write(f"{first},8企第1号,R7.5.26,企画部長", f"{second},8企第2号,R7.5.26,企画部長")
    seen = gijiyoshi(office, "register", file, "--preview")
    assert seen.stdout.count("登録") == 2 and "登録していません" in seen.stderr
    assert office["maker"].get(f"/api/v1/meetings/{first}").json()["state"] == "承認済"
    assert gijiyoshi(office, "register", file).returncode == 0
    assert office["maker"].get(f"/api/v1/meetings/{second}").json()["state"] == "登録済"
    told = office["maker"].get(f"/api/v1/meetings/{first}/record").json()["registrations"]
    assert [(each["source"], each["registered_by"]) for each in told] == [("cli", "コマンド")]
    again = gijiyoshi(office, "register", file)
    assert again.stdout.count("変更なし") == 2
    assert gijiyoshi(office, "register", tmp_path / "none.csv").returncode == 2
