"""`gijiyoshi demo`: the sample meeting through the REST API, as a program of another system would do it."""

import sys
import time
import uuid
from pathlib import Path
from typing import Any

import httpx2

from cli.address import address_of
from cli.data_folder import DEMO_TOKEN_FILE
from cli.files import read_bytes
from cli.settings import settings
from minutes.errors import GijiyoshiError, InputError

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
STAGES = {
    "read": "読取り",
    "attribute": "発言者",
    "structure": "構成",
    "condense": "要約",
    "check": "点検",
    "compose": "仕上げ",
}
WAIT_SECONDS = 600.0
POLL_SECONDS = 0.3


class ServiceAnswer(GijiyoshiError):
    """The service refused or failed; its own sentences are passed on."""

    category = "service"


def run_demo(*, url: str | None, samples: Path | None) -> None:
    """Raises InputError when there is no service or no sample, ServiceAnswer when the service says no."""
    values = settings()
    folder = samples or SAMPLES
    meeting, transcript = read_bytes(folder / "meeting.json"), read_bytes(folder / "meeting.vtt")
    base = (url or address_of(values)).rstrip("/")
    headers = {"Authorization": f"Bearer {_token(values.data_dir / DEMO_TOKEN_FILE)}"}
    # trust_env: a proxy of the network must not stand between this machine and itself.
    with httpx2.Client(base_url=base, headers=headers, timeout=30.0, trust_env=False) as client:
        try:
            meeting_id = _upload(client, meeting, transcript)
            _say(f"登録しました（会議番号 {meeting_id}）。")
            _wait(client, meeting_id)
            draft = client.get(f"/api/v1/meetings/{meeting_id}/exports/public.txt")
            _check(draft)
        except httpx2.TransportError as error:
            raise InputError(
                "サービスにつながりません。",
                where=base,
                remedy="別の端末で make run（gijiyoshi up）を実行してください。",
            ) from error
    sys.stdout.write(draft.text)
    _say(f"確認の画面: {base}/meetings/{meeting_id}")


def _upload(client: httpx2.Client, meeting: bytes, transcript: bytes) -> str:
    answer = client.post(
        "/api/v1/meetings",
        files={
            "meeting": ("meeting.json", meeting, "application/json"),
            "transcript": ("meeting.vtt", transcript, "text/vtt"),
        },
        headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    _check(answer)
    return str(answer.json()["id"])


def _wait(client: httpx2.Client, meeting_id: str) -> None:
    shown = ""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        answer = client.get(f"/api/v1/meetings/{meeting_id}")
        _check(answer)
        job: dict[str, Any] | None = answer.json()["job"]
        line = _progress(job)
        if line != shown:
            _say(line)
            shown = line
        if job is not None and job["state"] in {"failed", "cancelled"}:
            raise ServiceAnswer(job["error"] or "作成は取り消されました。")
        if job is not None and job["state"] == "succeeded":
            return
        time.sleep(POLL_SECONDS)
    raise ServiceAnswer("素案の作成が終わりません。", remedy="var/log の記録を確かめてください。")


def _progress(job: dict[str, Any] | None) -> str:
    if job is None or job["state"] == "queued":
        return "順番を待っています…"
    stage = STAGES.get(job["stage"] or "", "準備")
    return f"作成中: {stage} {job['done']}/{job['total']}" if job["total"] > 1 else f"作成中: {stage}"


def _token(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise InputError(
            "デモ用のトークンがありません。",
            where=str(path),
            remedy="make run（gijiyoshi up）を同じフォルダーで一度実行してください。",
        ) from error


def _check(answer: httpx2.Response) -> None:
    if answer.is_success:
        return
    try:
        problem: dict[str, Any] = answer.json()
        sentence = str(problem.get("detail") or problem.get("title"))
    except ValueError:
        sentence = f"サービスが {answer.status_code} を返しました。"
    raise ServiceAnswer(sentence, where=f"HTTP {answer.status_code}")


def _say(line: str) -> None:
    """On the error stream, so that the draft alone can be redirected to a file."""
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
