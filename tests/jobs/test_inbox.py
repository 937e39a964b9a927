"""Meetings taken in from a folder: real files, a real database, and processes that are killed."""

import json
import os
import stat
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from pydantic import ValidationError
from sqlalchemy import Engine, select
from sqlalchemy.orm import undefer
from typer.testing import CliRunner

from cli.commands import app
from minutes.errors import InputError
from service.auth import secrets
from service.auth.accounts import first_start
from service.db.account_tables import Account
from service.db.engine import make_engine, reading, writing
from service.db.migrate import migrate
from service.db.tables import AuditEvent, MeetingRow
from service.meetings.inbox import inbox_principal, refused_lately
from service.settings import Settings
from workers.inbox import Inbox
from workers.inbox.loop import STILL_ROUNDS

ROOT = Path(__file__).parents[2]
MEETING = (ROOT / "samples/meeting.json").read_bytes()
TRANSCRIPT = (ROOT / "samples/meeting.vtt").read_bytes()


@dataclass
class Desk:
    """A clerk before the folder."""

    settings: Settings
    engine: Engine
    inbox: Inbox

    @property
    def folder(self) -> Path:
        assert self.settings.inbox_dir is not None
        return self.settings.inbox_dir

    def put(self, name: str, meeting: bytes = MEETING, transcript: bytes = TRANSCRIPT) -> None:
        (self.folder / f"{name}.json").write_bytes(meeting)
        (self.folder / f"{name}.vtt").write_bytes(transcript)

    def wait(self) -> tuple[str, ...]:
        """As many rounds as it takes; the faults of the last."""
        faults: tuple[str, ...] = ()
        for _ in range(STILL_ROUNDS + 1):
            faults = self.inbox.round()
        return faults

    def meetings(self) -> list[MeetingRow]:
        with reading(self.engine) as session:
            return list(
                session.scalars(select(MeetingRow).options(undefer(MeetingRow.transcript)).order_by(MeetingRow.id))
            )

    def files(self) -> set[str]:
        return {str(each.relative_to(self.folder)) for each in self.folder.rglob("*") if not each.is_dir()}

    def reason(self, name: str) -> str:
        return (self.folder / "取込不可" / name / "理由.txt").read_text("utf-8-sig")


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every installation makes five accounts, and nobody signs in."""
    monkeypatch.setattr(secrets, "PASSWORD_COST", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings = Settings(data_dir=tmp_path, inbox_dir=folder, inbox_login="toroku", upload_max_bytes=100_000)
    migrate(settings.database())
    engine = make_engine(settings.database())
    first_start(engine)
    yield Desk(settings, engine, Inbox(engine, settings))
    engine.dispose()


def test_a_pair_becomes_a_meeting_and_moves_with_a_receipt(desk: Desk) -> None:
    desk.put("第3回")
    assert desk.wait() == ()
    (row,) = desk.meetings()
    assert (row.title, row.transcript_name, row.transcript) == (
        "青嶺県・市町村デジタル推進協議会",
        "第3回.vtt",
        TRANSCRIPT,
    )
    assert desk.files() == {f"取込済/第3回/{name}" for name in ("第3回.json", "第3回.vtt", "受付.txt")}
    assert (desk.folder / "取込済/第3回/第3回.vtt").read_bytes() == TRANSCRIPT
    assert f"会議の番号：{row.id}" in (desk.folder / "取込済/第3回/受付.txt").read_text("utf-8-sig")


def test_whoever_may_work_in_the_folder_may_read_what_became_of_it(desk: Desk) -> None:
    desk.folder.chmod(0o2770)
    before = os.umask(0o077)  # as `gijiyoshi up` runs
    try:
        desk.put("協議会")
        desk.put("白紙", transcript=b"")
        desk.wait()
    finally:
        os.umask(before)
    for made in ("取込済", "取込済/協議会", "取込不可", "取込不可/白紙"):
        assert stat.S_IMODE((desk.folder / made).stat().st_mode) == 0o2770, made
    for note in ("取込済/協議会/受付.txt", "取込不可/白紙/理由.txt"):
        assert stat.S_IMODE((desk.folder / note).stat().st_mode) == 0o660, note


def test_the_same_bytes_again_are_the_same_meeting_and_overwrite_nothing(desk: Desk) -> None:
    for name in ("第3回", "第3回", "控え"):
        desk.put(name)
        assert desk.wait() == ()
    assert len(desk.meetings()) == 1
    assert {each.name for each in (desk.folder / "取込済").iterdir()} == {"第3回", "第3回 (2)", "控え"}
    assert "受付済み" in (desk.folder / "取込済/控え/受付.txt").read_text("utf-8-sig")
    desk.put("第3回", transcript=TRANSCRIPT.replace("平岡".encode(), "平林".encode()) + b"\n")
    desk.wait()
    assert len(desk.meetings()) == 2


def test_a_file_that_grows_is_left_alone(desk: Desk) -> None:
    desk.put("第3回", transcript=TRANSCRIPT[:100])
    for size in range(200, 2000, 200):
        desk.inbox.round()
        (desk.folder / "第3回.vtt").write_bytes(TRANSCRIPT[:size])
    assert desk.files() == {"第3回.json", "第3回.vtt"} and not desk.meetings()
    (desk.folder / "第3回.vtt").write_bytes(TRANSCRIPT)
    desk.wait()
    assert desk.meetings()[0].transcript == TRANSCRIPT


def test_what_is_refused_moves_with_all_its_reasons(desk: Desk) -> None:
    wrong = json.loads(MEETING) | {"weekday": "土", "ends_at": "2026-05-20T13:00:00+09:00"}
    desk.put("第3回", meeting=json.dumps(wrong).encode())
    assert desk.wait() == () and not desk.meetings()
    said = desk.reason("第3回")
    assert "曜日が開始日時と合いません" in said and "第3回.json の ends_at" in said and "直し方：" in said
    assert desk.files() == {f"取込不可/第3回/{name}" for name in ("第3回.json", "第3回.vtt", "理由.txt")}
    desk.put("第3回", transcript=b"%PDF-1.7")
    desk.put("大きい", transcript=b"x" * 100_001)
    desk.wait()
    assert "第3回.vtt 1行目" in desk.reason("第3回 (2)")
    assert "大きすぎます" in desk.reason("大きい") and "どこ：大きい.vtt" in desk.reason("大きい")


def test_what_was_refused_is_told_to_who_registers_there(desk: Desk) -> None:
    desk.put("第3回", meeting=b"{}")
    desk.wait()
    principal = inbox_principal(desk.engine, desk.settings)
    assert principal is not None
    with reading(desk.engine) as session:
        assert [each.name for each in refused_lately(session, desk.settings, principal)] == ["第3回"]
        (row,) = session.scalars(select(AuditEvent).where(AuditEvent.event == "system:inbox:refused"))
        assert row.detail.keys() == {"files", "name"}


@pytest.mark.parametrize(
    ("files", "what"),
    [
        (("会議.json", "会議.vtt", "会議.txt"), "組が分かりません"),
        (("会議.json",), "対になる文字起こしがありません"),
        (("会議.vtt",), "対になる会議の情報"),
    ],
)
def test_no_pair(desk: Desk, monkeypatch: pytest.MonkeyPatch, files: tuple[str, ...], what: str) -> None:
    for name in files:
        (desk.folder / name).write_bytes(MEETING if name.endswith("json") else TRANSCRIPT)
    desk.wait()
    assert len(files) == 3 or desk.files() == set(files)  # the other file may still come
    monkeypatch.setattr("workers.inbox.loop.PARTNER_SECONDS", 0.0)
    desk.wait()
    assert what in desk.reason("会議") and not desk.meetings()


def test_names_of_a_mac_other_files_and_a_json_transcript(desk: Desk) -> None:
    decomposed = unicodedata.normalize("NFD", "ガイド会議")
    (desk.folder / f"{decomposed}.json").write_bytes(MEETING)
    (desk.folder / "ガイド会議.VTT").write_bytes(TRANSCRIPT)
    (desk.folder / "第4回.yaml").write_bytes(MEETING)
    (desk.folder / "第4回.json").write_text('[{"speaker": "髙峰", "text": "始めます。"}]', "utf-8")
    for other in ("会議.pdf", ".DS_Store", "~$会議.docx", "Thumbs.db"):
        (desk.folder / other).write_bytes(b"x")
    assert desk.wait() == ()
    assert {row.transcript_name for row in desk.meetings()} == {"ガイド会議.VTT", "第4回.json"}
    left = {"会議.pdf", ".DS_Store", "~$会議.docx", "Thumbs.db"}
    assert {each for each in desk.files() if "/" not in each} == left


def test_a_name_that_is_no_text(desk: Desk) -> None:
    name = os.fsdecode(b"kaigi\xff")
    desk.put(name)
    assert desk.wait() == ()
    assert len(desk.meetings()) == 1 and len(desk.files()) == 3


def test_a_file_called_like_the_note(desk: Desk) -> None:
    (desk.folder / "受付.json").write_bytes(MEETING)
    (desk.folder / "受付.txt").write_text("○髙峰局長　始めます。\n", "utf-8")
    desk.wait()
    assert desk.files() == {f"取込済/受付/{name}" for name in ("受付.json", "受付.txt", "受付 (2).txt")}
    assert (desk.folder / "取込済/受付/受付.txt").read_text("utf-8").startswith("○")


def test_a_folder_below_with_settings_of_its_own(desk: Desk) -> None:
    below = desk.folder / "防災会議"
    below.mkdir()
    (below / "第3回.json").write_bytes(MEETING)
    (below / "第3回.vtt").write_bytes(TRANSCRIPT)
    (below / "取込設定.yaml").write_text("profile: ward_forum\ndepartment: 総務課\n", "utf-8")
    assert desk.wait() == ()
    assert desk.meetings()[0].profile.startswith("ward_forum")
    assert (below / "取込設定.yaml").exists() and (desk.folder / "取込済/第3回/受付.txt").exists()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("department: よその課", "登録できる所属：総務課"),
        ("bodies: 協議会", "使えない項目か値があります（bodies）"),
        ("profile: nowhere", "取込設定.yaml の profile"),
        ("{", "どこ：取込設定の1行目2文字目"),
        ("", "読めません"),
    ],
)
def test_wrong_settings_of_a_folder_refuse_its_pairs(desk: Desk, text: str, what: str) -> None:
    (desk.folder / "取込設定.yaml").write_text(text, "utf-8")
    desk.put("第3回")
    assert desk.wait() == ()
    assert what in desk.reason("第3回") and not desk.meetings()


def test_the_folder_itself_may_be_named_by_a_link(desk: Desk, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(desk.folder)
    desk.inbox = Inbox(desk.engine, desk.settings.model_copy(update={"inbox_dir": link}))
    desk.put("第3回")
    assert desk.wait() == () and len(desk.meetings()) == 1


def test_links_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "秘.json").write_bytes(MEETING)
    (elsewhere / "秘.vtt").write_bytes(TRANSCRIPT)
    (desk.folder / "外").symlink_to(elsewhere)
    for ending in ("json", "vtt"):
        (desk.folder / f"会議.{ending}").symlink_to(elsewhere / f"秘.{ending}")
    os.mkfifo(desk.folder / "管.vtt")
    assert desk.wait() == ()
    assert not desk.meetings() and len(list(elsewhere.iterdir())) == 2


def test_a_journal_that_leads_out_of_the_folder_moves_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.inbox.round()
    secret = tmp_path / "secret.txt"
    secret.write_text("x")
    seen = secret.stat()
    planted = desk.folder / "取込中" / "x"
    planted.mkdir()
    journal = {
        "folder": "..",
        "files": [["secret.txt", seen.st_size, seen.st_mtime_ns]],
        "note": "n",
        "to": "取込済",
        "name": "x",
    }
    (planted / ".gijiyoshi.json").write_text(json.dumps(journal))
    assert "取込中/x" in desk.inbox.round()[0] and secret.exists()
    desk.put("第3回")
    assert len(desk.wait()) == 1 and len(desk.meetings()) == 1  # it stands in nobody's way


def test_a_folder_that_is_away_comes_back(desk: Desk) -> None:
    desk.put("第3回")
    desk.inbox.round()
    away = desk.folder.with_name("away")
    desk.folder.rename(away)
    assert "そのような場所はありません" in desk.wait()[0]
    away.rename(desk.folder)
    assert desk.wait() == () and len(desk.meetings()) == 1


def test_a_file_that_somebody_has_locked_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Windows share answers so while a program keeps the file to itself; root, who runs tests, no mode keeps out."""
    desk.put("第3回")
    real = os.open

    def locked(path: str, flags: int, *mode: int, dir_fd: int | None = None) -> int:
        if path == "第3回.vtt":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", locked)
    assert "「第3回」を扱えません（権限がありません）" in desk.wait()[0] and not desk.meetings()
    monkeypatch.setattr(os, "open", real)
    assert desk.wait() == () and len(desk.meetings()) == 1


@pytest.mark.parametrize("function", ["rename", "fsync"])
def test_a_full_disk_or_a_lock_while_moving_takes_nothing_in_twice(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    desk.put("第3回")
    real = getattr(os, function)

    def full(*_arguments: object, **_names: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, function, full)
    desk.wait()
    assert any("空き容量がありません" in fault for fault in desk.inbox.round() + desk.wait())
    assert len(desk.meetings()) == 1 and {"第3回.json", "第3回.vtt"} <= desk.files()
    monkeypatch.setattr(os, function, real)
    assert desk.wait() == () and len(desk.meetings()) == 1
    assert desk.files() == {f"取込済/第3回/{name}" for name in ("第3回.json", "第3回.vtt", "受付.txt")}


def test_a_file_that_is_replaced_after_it_was_read_is_not_moved_away(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.put("第3回")
    from workers.inbox import loop

    real = loop.move

    def late(root: Path, *rest: object) -> None:
        (desk.folder / "第3回.vtt").write_bytes(TRANSCRIPT + b"\n\nNOTE more\n")
        monkeypatch.setattr(loop, "move", real)
        real(root, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "move", late)
    desk.wait()
    assert "第3回.vtt" in desk.files() and "取込済/第3回/第3回.json" in desk.files()


def test_an_account_that_may_not_register_keeps_the_files_waiting(desk: Desk) -> None:
    with writing(desk.engine) as session:
        session.scalars(select(Account).where(Account.login == "toroku")).one().active = False
    desk.put("第3回")
    assert "toroku" in desk.wait()[0] and desk.files() == {"第3回.json", "第3回.vtt"}
    with writing(desk.engine) as session:
        session.scalars(select(Account).where(Account.login == "toroku")).one().active = True
    assert desk.wait() == () and len(desk.meetings()) == 1


@pytest.mark.parametrize("given", [{"inbox_dir": Path("x")}, {"inbox_login": "toroku"}])
def test_folder_and_account_are_set_together_or_not_at_all(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="GIJIYOSHI_INBOX_DIR と GIJIYOSHI_INBOX_LOGIN"):
        Settings.model_validate(given)


def test_without_a_folder_the_process_says_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.serve.settings", Settings)
    refused = CliRunner().invoke(app, ["inbox"])
    assert isinstance(refused.exception, InputError) and "GIJIYOSHI_INBOX_DIR" in str(refused.exception)


def test_on_either_database(engine: Engine, tmp_path: Path) -> None:
    first_start(engine)
    folder = tmp_path / "inbox"
    folder.mkdir()
    settings = Settings(data_dir=tmp_path, inbox_dir=folder, inbox_login="toroku")
    desk = Desk(settings, engine, Inbox(engine, settings))
    for name in ("第3回", "控え"):
        desk.put(name)
    desk.put("だめ", meeting=b"{}")
    assert desk.wait() == () and len(desk.meetings()) == 1
    principal = inbox_principal(engine, settings)
    assert principal is not None
    with reading(engine) as session:
        assert [each.name for each in refused_lately(session, settings, principal)] == ["だめ"]


@pytest.mark.parametrize("kind", ["good", "bad"])
def test_killed_at_any_step_nothing_is_lost_and_nothing_is_taken_in_twice(tmp_path: Path, kind: str) -> None:
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    migrate(url)
    engine = make_engine(url)
    first_start(engine)
    engine.dispose()
    script = Path(__file__).with_name("killed_inbox.py")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), kind],
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    steps = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(steps) > 10
    place, note = ("取込済", "受付.txt") if kind == "good" else ("取込不可", "理由.txt")
    expected = {
        "meetings": int(kind == "good"),
        "refusals": int(kind == "bad"),
        "files": sorted(f"{place}/第3回/{name}" for name in ("第3回.json", "第3回.vtt", note)),
        "receipt": True,
    }
    assert [step for step in steps if step != expected] == []


@pytest.mark.slow
def test_two_processes_at_once_share_the_work(desk: Desk) -> None:
    names = [f"第{n}回" for n in range(1, 13)]
    for n, name in enumerate(names):
        desk.put(name, transcript=TRANSCRIPT + b"\n" * (n + 1))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")} | {
        "GIJIYOSHI_DATA_DIR": str(desk.settings.data_dir),
        "GIJIYOSHI_INBOX_DIR": str(desk.folder),
        "GIJIYOSHI_INBOX_LOGIN": "toroku",
        "GIJIYOSHI_INBOX_SECONDS": "0.05",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "cli.main", "inbox"]
    log = (desk.folder.parent / "log").open("wb")
    processes = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for _ in range(2)]
    try:
        deadline = time.monotonic() + 60
        while any(each.is_file() for each in desk.folder.iterdir()) or any((desk.folder / "取込中").iterdir()):
            assert time.monotonic() < deadline and all(each.poll() is None for each in processes)
            time.sleep(0.1)
    finally:
        for each in processes:
            each.terminate()
        assert [each.wait(timeout=20) for each in processes] == [0, 0]
        log.close()
    assert len(desk.meetings()) == len(names)
    taken = {f"取込済/{name}/{part}" for name in names for part in (f"{name}.json", f"{name}.vtt", "受付.txt")}
    assert desk.files() == taken
