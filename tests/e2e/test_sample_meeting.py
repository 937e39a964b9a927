"""The whole way, as an integrator goes it: upload over HTTP, a real Celery worker, submission, approval, docx."""

import io
import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import docx
import httpx2
import jsonschema
import pytest
from live_service import BIN, ROOT, Service, started, wait_for

# Each wait has a limit of its own, which says what was waited for.
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

GIJIYOSHI = str(BIN / "gijiyoshi")
SignIn = Callable[..., httpx2.Client]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with started(tmp_path_factory.mktemp("sample"), [GIJIYOSHI, "up"], signal.SIGTERM) as service:
        yield service


@pytest.fixture(scope="module")
def sign_in(running: Service) -> Iterator[SignIn]:
    """A client with a token of this account's."""
    with ExitStack() as stack:

        def client(login: str, *scopes: str) -> httpx2.Client:
            made = running.run(GIJIYOSHI, "token", "create", login, "--name", "試験", *(f"--scope={s}" for s in scopes))
            assert made.returncode == 0, made.stderr
            headers = {"Authorization": f"Bearer {made.stdout.strip()}"}
            return stack.enter_context(
                httpx2.Client(base_url=running.url + "/api/v1", headers=headers, timeout=60, trust_env=False)
            )

        yield client


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


def test_from_upload_to_approved_docx(sign_in: SignIn) -> None:
    maker = sign_in("toroku", "read", "write")
    meeting_id = upload(maker, "meeting.vtt")
    drafted(maker, meeting_id)

    draft = maker.get(f"/meetings/{meeting_id}/draft")
    document = draft.json()
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

    checker = sign_in("kakunin", "read", "write")
    submitted = checker.post(f"/meetings/{meeting_id}/transitions", json={"action": "submit"})
    assert submitted.status_code == 200, submitted.text
    refused = checker.post(f"/meetings/{meeting_id}/transitions", json={"action": "approve"})
    assert refused.status_code == 403

    approver = sign_in("shonin", "read", "approve")
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


def test_the_same_meeting_from_marked_text_in_cp932(sign_in: SignIn) -> None:
    client = sign_in("toroku", "read", "write")
    meeting_id = upload(client, "meeting.cp932.txt")
    drafted(client, meeting_id)
    text = client.get(f"/meetings/{meeting_id}/exports/public.txt").content.decode("utf-8")
    assert "4 次期共同調達に関する協議（非公開）" in text
    assert "発言者確認中" not in text


def test_audit_chain_holds(running: Service) -> None:
    verdict = running.run(GIJIYOSHI, "audit", "verify")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr


def test_draft_without_a_server_is_the_same_contract(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    made = subprocess.run(
        [GIJIYOSHI, "draft", "samples/meeting.vtt", "--meeting", "samples/meeting.json", "-o", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    schema = json.loads((ROOT / "docs/schema/minutes.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(out.read_text(encoding="utf-8")), schema)
