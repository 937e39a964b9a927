"""`gijiyoshi package` on a real database: from an upload over the approval to the file that the records office checks."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from api_office import Office
from sqlalchemy import select

from records.package.audit_chain import entry_hash, read_jsonl
from service.audit import verify
from service.db.engine import reading
from service.db.tables import AuditEvent

DESCRIPTION = """
file:
  fiscal_year: 令和8年度
  class_large: 企画
  class_mid: 会議
  file_title: デジタル推進会議
  creator: 企画部長
  location: 文書管理システム
  manager: 企画部長
  record_kind: 会議の記録
item:
  drafter: {organisation: 企画部, name: 小野 美咲}
  decision: 部長専決
  openness: 部分公開
  openness_reason: 契約前のため
  personal_information: false
"""


@pytest.fixture(scope="module")
def meeting(office: Office) -> str:
    return approved(office)


def approved(office: Office) -> str:
    """A drafted meeting, its speaker named, on its way to the end."""
    made = office.drafted()
    answer = office["checker"].post(
        f"/api/v1/meetings/{made}/speakers",
        json={"label": "話者３", "attendee_id": "mori"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    decide(office, made)
    return made


def decide(office: Office, meeting_id: str) -> None:
    for name, action in (("maker", "submit"), ("approver", "approve")):
        answer = office[name].post(f"/api/v1/meetings/{meeting_id}/transitions", json={"action": action})
        assert answer.status_code == 200, answer.text


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    (tmp_path / "記載.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (tmp_path / "保存期間.csv").write_bytes(
        "文書の類型,保存期間,満了時の措置\r\n会議の記録,5年,廃棄\r\n".encode("cp932")
    )
    return tmp_path


def gijiyoshi(office: Office, *words: str | Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "GIJIYOSHI_DATABASE_URL": office.app.state.settings.database_url.get_secret_value(),
        "GIJIYOSHI_DATA_DIR": str(office.app.state.settings.data_dir),
    }
    command = [sys.executable, "-m", "cli.main", "package", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def make(office: Office, meeting: str, desk: Path, *more: str | Path) -> subprocess.CompletedProcess[str]:
    options = ("--metadata", desk / "記載.yaml", "--retention", desk / "保存期間.csv", "-o", desk)
    return gijiyoshi(office, "make", meeting, *options, *more)


def test_a_package_is_made_verified_and_made_again_the_same(office: Office, meeting: str, desk: Path) -> None:
    made = make(office, meeting, desk)
    assert made.returncode == 0, made.stderr
    file = desk / f"{meeting}_v2.zip"
    content = file.read_bytes()
    good = gijiyoshi(office, "verify", file, "--fingerprint", made.stdout.strip())
    assert (good.returncode, "結果：適合" in good.stdout) == (0, True)
    assert "第4回デジタル推進会議 議事要旨" in good.stdout
    again = make(office, meeting, desk)
    assert (again.stdout, file.read_bytes()) == (made.stdout, content)
    file.write_bytes(content.replace("平日の午前".encode(), "平日の午後".encode(), 1))
    bad = gijiyoshi(office, "verify", file)
    assert bad.returncode in {1, 2} and "壊れているか、書き換えられています" in bad.stdout + bad.stderr


def test_making_is_audited_and_the_history_in_it_is_that_of_the_log(office: Office, meeting: str, desk: Path) -> None:
    made = make(office, meeting, desk, "--edition", "公開版")
    assert made.returncode == 0, made.stderr
    with zipfile.ZipFile(desk / f"{meeting}_v2.zip") as archive:
        lines = read_jsonl(archive.read(f"{meeting}_v2/data/audit.jsonl"))
        assert not [name for name in archive.namelist() if "保存版" in name]
        assert "一億二千万円" not in archive.read(f"{meeting}_v2/data/minutes.json").decode()
    with reading(office.engine) as session:
        assert verify(session).ok
        newest = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
        assert (newest.event, newest.actor) == ("user:export:package", "cli")
        assert newest.detail == {"version": 2, "editions": ["公開版"], "fingerprint": made.stdout.strip()}
        log = {row.seq: row.hash for row in session.scalars(select(AuditEvent))}
    assert lines[-1].entry.event == "user:meeting:approved"
    assert [line.entry.hash for line in lines] == [log[line.entry.seq] for line in lines]
    assert [line.entry.hash for line in lines] == [entry_hash(line.entry) for line in lines]


def test_a_correction_names_what_it_takes_the_place_of(office: Office, desk: Path) -> None:
    old = approved(office)
    started = office["maker"].post(f"/api/v1/meetings/{old}/corrections", json={"reason": "日付の誤り"})
    new = started.json()["id"]
    decide(office, new)
    made = make(office, new, desk)
    assert made.returncode == 0 and "差し替え" not in made.stderr
    with zipfile.ZipFile(desk / f"{new}_v1.zip") as archive:
        metadata = json.loads(archive.read(f"{new}_v1/data/metadata.json"))
        told = json.loads(archive.read(f"{new}_v1/data/ai_use.json"))
    assert metadata["approval"]["corrects"] == old
    assert [each["what"] for each in told["decisions"]] == ["正誤の開始", "承認の依頼", "承認"]
    assert "正誤により差し替えられています" in make(office, old, desk).stderr
    assert gijiyoshi(office, "verify", desk / f"{new}_v1.zip").returncode == 0


def test_before_the_approval_there_is_no_package(office: Office, desk: Path) -> None:
    refused = make(office, office.drafted(), desk)
    assert refused.returncode == 2 and "まだ承認されていません（確認待ち）" in refused.stderr
    assert not list(desk.glob("*.zip"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--edition", "秘密版"], "公開版、保存版"),
        (["--encoding", "euc"], "utf-8、cp932"),
        (["--form", "none.docx"], "ファイルがありません"),
        (["--classification", "記載.yaml"], "列がありません"),
    ],
)
def test_what_cannot_be_used_gets_a_sentence(
    office: Office, meeting: str, desk: Path, words: list[str], told: str
) -> None:
    given = [str(desk / word) if "." in word else word for word in words]
    refused = make(office, meeting, desk, *given)
    assert refused.returncode == 2 and told in refused.stderr, refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_unknown_meeting_and_an_unknown_file(office: Office, desk: Path) -> None:
    assert "会議が見つかりません" in make(office, "0000", desk).stderr
    refused = gijiyoshi(office, "verify", desk / "none.zip")
    assert refused.returncode == 2 and "ファイルを読めません" in refused.stderr
