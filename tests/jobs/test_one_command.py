"""`gijiyoshi up`, `demo`, `read` and `draft` as a person at a terminal meets them."""

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from minutes.document import MinutesDocument
from minutes.transcript.model import Transcript

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def environment(folder: Path, port: int) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIJIYOSHI_")}
    return kept | {"GIJIYOSHI_DATA_DIR": str(folder / "var"), "GIJIYOSHI_PORT": str(port), "PYTHONIOENCODING": "utf-8"}


def command(folder: Path, *arguments: str, port: int = 8000) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env=environment(folder, port) | {"PYTHONPATH": str(ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stderr
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def free_port() -> int:
    """Below the range from which outgoing connections get theirs: nobody takes it before the service does."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def descendants(pid: int) -> set[int]:
    found: set[int] = set()
    try:
        children = [int(n) for task in Path(f"/proc/{pid}/task").glob("*/children") for n in task.read_text().split()]
    except OSError:  # it ended while we looked
        return found
    for child in children:
        found |= {child} | descendants(child)
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def wait_until_gone(family: dict[int, str], seconds: float) -> None:
    """``family``: process id and command line, as another program may get the id of one that has ended."""
    deadline = time.monotonic() + seconds
    while left := [line for pid, line in family.items() if line and command_line(pid) == line]:
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


class Up:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.output = folder / "up.out"
        self.inbox = folder / "inbox"
        self.inbox.mkdir()
        more = {
            "GIJIYOSHI_INBOX_DIR": str(self.inbox),
            "GIJIYOSHI_INBOX_LOGIN": "toroku",
            "GIJIYOSHI_INBOX_SECONDS": "0.2",
        }
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cli.main", "up"],
                env=environment(folder, self.port) | more | {"PYTHONPATH": str(ROOT)},
                cwd=folder,
                stdout=file,
                stderr=file,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_for(self, words: str, times: int = 1) -> None:
        deadline = time.monotonic() + 100
        while self.said().count(words) < times:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path)
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(timeout=20)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="プロセスの一覧を /proc から読む")
def test_up_demo_second_start_restart_and_stop(up: Up, tmp_path: Path) -> None:
    up.wait_for("で使えます")
    for login in ("toroku", "kakunin", "shonin", "kansa", "kanri"):
        assert login in up.said()
    token = tmp_path / "var" / "demo-token"
    assert token.stat().st_mode & 0o777 == 0o600

    assert "すでに動いています" in one_line(command(tmp_path, "up", port=free_port()))
    other = tmp_path / "other"
    other.mkdir()
    assert f"ポート {up.port} は" in one_line(command(other, "up", port=up.port))

    api = next(pid for pid in descendants(up.process.pid) if "cli.main api" in command_line(pid))
    os.kill(api, signal.SIGKILL)
    up.wait_for("api が止まりました")

    demo = command(tmp_path, "demo", port=up.port)
    assert demo.returncode == 0, demo.stderr
    assert "議事要旨" in demo.stdout
    assert f"http://127.0.0.1:{up.port}/meetings/" in demo.stderr

    for name in ("meeting.json", "meeting.vtt"):
        shutil.copy(SAMPLES / name, up.inbox)
    receipt = up.inbox / "取込済" / "meeting" / "受付.txt"
    deadline = time.monotonic() + 60
    while not receipt.exists():
        assert time.monotonic() < deadline, (tmp_path / "var/log/inbox.log").read_text()
        time.sleep(0.05)

    family = {pid: command_line(pid) for pid in descendants(up.process.pid)}
    assert len(family) >= 6  # valkey, api, dispatcher, inbox, worker and its child
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(timeout=10) == 0
    assert "すべて止まりました" in up.said()
    wait_until_gone(family, 3)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform != "linux", reason="親の死をカーネルが子に知らせるのは Linux だけ")
def test_nothing_is_left_when_the_supervisor_itself_is_killed(up: Up) -> None:
    up.wait_for("で使えます")
    family = {pid: command_line(pid) for pid in descendants(up.process.pid)}
    up.process.kill()
    up.process.wait()
    wait_until_gone(family, 40)


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    assert "書き込めません" in one_line(command(tmp_path, "up", port=free_port()))


def test_read_prints_the_transcript_with_its_encoding(tmp_path: Path) -> None:
    done = command(tmp_path, "read", str(SAMPLES / "meeting.cp932.txt"))
    transcript = Transcript.model_validate(json.loads(done.stdout))
    assert transcript.encoding == "cp932"
    assert transcript.utterances[0].id == "u0001"


def test_draft_writes_the_document_and_its_public_text(tmp_path: Path) -> None:
    meeting = str(SAMPLES / "meeting.json")
    done = command(tmp_path, "draft", str(SAMPLES / "meeting.vtt"), "--meeting", meeting, "-o", "out.json")
    assert done.returncode == 0, done.stderr
    document = MinutesDocument.model_validate_json((tmp_path / "out.json").read_text())
    assert {d.utterance_id for d in document.dispositions} == {u.id for u in document.utterances}
    assert document.provenance.model.name == "extractive"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["draft", "absent.vtt", "--meeting", "M", "-o", "o.txt"], "absent.vtt"),
        (["draft", "T", "--meeting", "M", "-o", "o.xls"], "o.xls"),
        (["draft", "T", "--meeting", "M", "-o", "nowhere/o.txt"], "nowhere"),
        (["draft", "T", "--meeting", "M", "-o", "o.txt", "--profile", "none"], "none"),
        (["draft", "T", "--meeting", "M", "-o", "o.txt", "--model", "none"], "none"),
        (["draft", "T", "--meeting", "T", "-o", "o.txt"], ":"),
        (["read", "."], "フォルダー"),
        (["demo", "--url", "http://127.0.0.1:9"], "トークン"),
        (["worker"], "GIJIYOSHI_BROKER_URL"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_leaves_no_file(
    tmp_path: Path, arguments: list[str], expected: str
) -> None:
    places = {"T": str(SAMPLES / "meeting.vtt"), "M": str(SAMPLES / "meeting.json")}
    assert expected in one_line(command(tmp_path, *(places.get(word, word) for word in arguments)))
    assert list(tmp_path.iterdir()) == []
