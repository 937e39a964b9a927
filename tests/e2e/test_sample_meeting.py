"""The whole way, as an integrator goes it: upload over HTTP, a real Celery worker, submission, approval, docx."""

import io
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import httpx2
import jsonschema
import pytest

# Each wait has a limit of its own, which says what was waited for.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

ROOT = Path(__file__).parents[2]
GIJIYOSHI = [str(Path(sys.executable).parent / "gijiyoshi")]


def free_port() -> int:
    """Below the range from which outgoing connections get theirs: nobody takes it before the service does."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


def wait_for(found: Callable[[], Any], *, seconds: float, what: str) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.2)
    raise AssertionError(f"{what}: nothing after {seconds} s")


@dataclass(frozen=True)
class Running:
    url: str
    env: dict[str, str]
    process: subprocess.Popen[str]
    clients: list[httpx2.Client]

    def client(self, login: str, *scopes: str) -> httpx2.Client:
        token = subprocess.run(
            [*GIJIYOSHI, "token", "create", login, "--name", "試験", *(f"--scope={s}" for s in scopes)],
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        ).stdout.strip()
        made = httpx2.Client(base_url=self.url + "/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=30)
        self.clients.append(made)
        return made


def group_is_alive(pgid: int) -> bool:
    try:
        os.killpg(pgid, 0)
    except ProcessLookupError:
        return False
    return True


def processes_naming(text: str) -> list[str]:
    """Command lines of living processes that name ``text``: what a stop must not leave behind."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                environment = (entry / "environ").read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            if text in command or text in environment:
                found.append(command)
    return found


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("data")
    port = free_port()
    env = {**os.environ, "GIJIYOSHI_DATA_DIR": str(data), "GIJIYOSHI_PORT": str(port)}
    log = (data / "up.log").open("w", encoding="utf-8")
    process = subprocess.Popen(
        [*GIJIYOSHI, "up"], env=env, stdout=log, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            return httpx2.get(url + "/readyz", timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    try:
        wait_for(ready, seconds=100, what="the service is ready")
        service = Running(url, env, process, [])
        yield service
        for client in service.clients:
            client.close()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
        wait_for(lambda: processes_naming(str(data)) == [], seconds=5, what="no process is left")
    finally:
        if group_is_alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def upload(client: httpx2.Client, transcript: str) -> str:
    with (ROOT / "samples/meeting.json").open("rb") as meeting, (ROOT / "samples" / transcript).open("rb") as spoken:
        answer = client.post("/meetings", files={"meeting": meeting, "transcript": spoken})
    assert answer.status_code == 202, answer.text
    assert answer.headers["Location"].endswith(answer.json()["id"])
    return str(answer.json()["id"])


def drafted(client: httpx2.Client, meeting_id: str) -> dict[str, Any]:
    def state() -> dict[str, Any] | None:
        meeting: dict[str, Any] = client.get(f"/meetings/{meeting_id}").json()
        assert meeting["state"] not in {"失敗", "取消"}, meeting
        return meeting if meeting["state"] == "確認待ち" else None

    found: dict[str, Any] = wait_for(state, seconds=100, what="the draft is there")
    return found


def test_from_upload_to_approved_docx(running: Running) -> None:
    maker = running.client("toroku", "read", "write")
    meeting_id = upload(maker, "meeting.vtt")
    drafted(maker, meeting_id)

    draft = maker.get(f"/meetings/{meeting_id}/draft")
    document = draft.json()
    if "document" in document:
        document = document["document"]
    spoken = {u["id"] for u in document["utterances"]}
    accounted = [d["utterance_id"] for d in document["dispositions"]]
    assert len(spoken) > 60
    assert sorted(accounted) == sorted(spoken)
    assert all(s["evidence"] for sec in document["sections"] for b in sec["blocks"] for s in b["sentences"])

    sentence = next(s for sec in document["sections"] for b in sec["blocks"] for s in b["sentences"])
    text = re.sub("。$", "", sentence["text"]) + "ところである。"
    edited = maker.patch(
        f"/meetings/{meeting_id}/draft/sentences/{sentence['id']}",
        json={"text": text},
        headers={"If-Match": draft.headers["ETag"]},
    )
    assert edited.status_code == 200, edited.text

    checker = running.client("kakunin", "read", "write")
    submitted = checker.post(f"/meetings/{meeting_id}/transitions", json={"action": "submit"})
    assert submitted.status_code == 200, submitted.text
    refused = checker.post(f"/meetings/{meeting_id}/transitions", json={"action": "approve"})
    assert refused.status_code == 403

    approver = running.client("shonin", "read", "approve")
    approved = approver.post(f"/meetings/{meeting_id}/transitions", json={"action": "approve"})
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] == "承認済"

    word = approver.get(f"/meetings/{meeting_id}/exports/public.docx")
    paragraphs = [p.text for p in docx.Document(io.BytesIO(word.content)).paragraphs]
    assert paragraphs[0] == "第3回青嶺県・市町村デジタル推進協議会 議事要旨"
    assert any("ところである。" in p for p in paragraphs)

    frozen = maker.patch(
        f"/meetings/{meeting_id}/draft/sentences/{sentence['id']}",
        json={"text": "変更"},
        headers={"If-Match": edited.headers["ETag"]},
    )
    assert frozen.status_code == 409


def test_the_same_meeting_from_marked_text_in_cp932(running: Running) -> None:
    client = running.client("toroku", "read", "write")
    meeting_id = upload(client, "meeting.cp932.txt")
    drafted(client, meeting_id)
    text = client.get(f"/meetings/{meeting_id}/exports/public.txt").content.decode("utf-8")
    assert "4 次期共同調達に関する協議（非公開）" in text
    assert "発言者確認中" not in text


def test_audit_chain_holds(running: Running) -> None:
    verdict = subprocess.run(
        [*GIJIYOSHI, "audit", "verify"], env=running.env, capture_output=True, text=True, timeout=30, check=False
    )
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_draft_without_a_server_is_the_same_contract(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    made = subprocess.run(
        [*GIJIYOSHI, "draft", "samples/meeting.vtt", "--meeting", "samples/meeting.json", "-o", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    schema = json.loads((ROOT / "docs/schema/minutes.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(out.read_text(encoding="utf-8")), schema)
