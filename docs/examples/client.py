"""The way of a meeting through another system: uploaded, waited for, read, taken as a package, registered.

    export GIJIYOSHI_URL=http://127.0.0.1:8000 GIJIYOSHI_TOKEN=gjy_…
    python client.py upload meeting.json meeting.vtt        # prints the draft, last line: the id of the meeting
    python client.py package ID record.json FOLDER          # after approval; record.json: 簿冊 and 文書 (docs/records.md)
    python client.py register numbers.csv                   # 会議の番号,文書番号,決裁日,決裁者,備考

Needs Python 3.11 and httpx2. Each command may be repeated after any failure: nothing is made twice.
"""

import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2

PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each new try, where the answer does not say how long to wait."""


class Refused(Exception):
    """The service's own words (RFC 9457): people read them, programs look at ``category``."""

    def __init__(self, answer: httpx2.Response) -> None:
        is_problem = answer.headers.get("Content-Type", "").startswith("application/problem+json")
        problem: dict[str, Any] = answer.json() if is_problem else {}
        self.status, self.category = answer.status_code, problem.get("category", "")
        each = (f"  {p['where']}: {p['what']} {p['remedy']}" for p in problem.get("problems", ()))
        super().__init__("\n".join((f"{self.status} {problem.get('detail', answer.reason_phrase)}", *each)))


def ask(http: httpx2.Client, method: str, path: str, **content: Any) -> httpx2.Response:
    """Every request made here may be sent again: uploads carry a key, and the rest changes nothing the second time."""
    for pause in (*PAUSES, None):
        try:
            answer = http.request(method, f"/api/v1{path}", **content)
        except httpx2.TransportError:
            if pause is None:
                raise
        else:
            if answer.is_success:
                return answer
            if pause is None or answer.status_code not in {429, 502, 503, 504}:
                raise Refused(answer)
            told = answer.headers.get("Retry-After", "")
            pause = float(told) if told.isdecimal() else pause
        time.sleep(pause)
    raise AssertionError("the last try returns or raises")


def upload(http: httpx2.Client, meeting: Path, transcript: Path) -> str:
    """The id of the meeting: the same one when the same files are sent again."""
    header, spoken = meeting.read_bytes(), transcript.read_bytes()
    key = hashlib.sha256(hashlib.sha256(header).digest() + hashlib.sha256(spoken).digest()).hexdigest()
    files = {"meeting": (meeting.name, header), "transcript": (transcript.name, spoken)}
    return str(ask(http, "POST", "/meetings", files=files, headers={"Idempotency-Key": key}).json()["id"])


def wait(http: httpx2.Client, meeting_id: str) -> dict[str, Any]:
    """The meeting, once its draft is there. RuntimeError when drafting failed."""
    pause = 0.5
    while True:
        meeting: dict[str, Any] = ask(http, "GET", f"/meetings/{meeting_id}").json()
        if meeting["state"] not in {"受付", "作成中"}:
            break
        time.sleep(pause)
        pause = min(pause * 1.5, 30.0)
    if meeting["state"] in {"失敗", "取消"}:
        raise RuntimeError(f"{meeting['state']}: {(meeting['job'] or {}).get('error')}")
    return meeting


def sentences(http: httpx2.Client, meeting_id: str) -> Iterator[tuple[str, str, list[str]]]:
    """Whose words, the sentence, and the utterances it rests on."""
    draft = ask(http, "GET", f"/meetings/{meeting_id}/draft").json()
    for section in draft["sections"]:
        for block in section["blocks"]:
            for sentence in block["sentences"]:
                yield block["label"] or block["type"], sentence["text"], sentence["evidence"]


def take_package(http: httpx2.Client, meeting_id: str, record: Path, folder: Path) -> Path:
    """Describe the record, make the package of its public edition, keep it under its own name."""
    now = ask(http, "GET", f"/meetings/{meeting_id}/record")
    described = json.loads(record.read_text(encoding="utf-8"))
    ask(http, "PUT", f"/meetings/{meeting_id}/record", json=described, headers={"If-Match": now.headers["ETag"]})
    made = ask(http, "POST", f"/meetings/{meeting_id}/packages", json={"editions": ["public"]}).json()
    content = ask(http, "GET", f"/packages/{made['id']}/content").content
    if hashlib.sha256(content).hexdigest() != made["sha256"]:
        raise RuntimeError(f"{made['name']} did not arrive as it was made")
    path = folder / str(made["name"])
    path.write_bytes(content)
    return path


def register(http: httpx2.Client, table: Path) -> list[dict[str, Any]]:
    """All lines or none: the first mistake of any line refuses the file, and Refused lists every one."""
    headers = {"Content-Type": "text/csv"}
    lines: list[dict[str, Any]] = ask(
        http, "POST", "/registrations", content=table.read_bytes(), headers=headers
    ).json()["lines"]
    return lines


def main(command: str, *given: str) -> None:
    headers = {"Authorization": f"Bearer {os.environ['GIJIYOSHI_TOKEN']}"}
    with httpx2.Client(base_url=os.environ["GIJIYOSHI_URL"], headers=headers, timeout=60.0, trust_env=False) as http:
        match command, *given:
            case "upload", meeting, transcript:
                meeting_id = upload(http, Path(meeting), Path(transcript))
                wait(http, meeting_id)
                for label, text, evidence in sentences(http, meeting_id):
                    print(f"{label}　{text}［{' '.join(evidence)}］")
                print(meeting_id)
            case "package", meeting_id, record, folder:
                print(take_package(http, meeting_id, Path(record), Path(folder)))
            case "register", table:
                for line in register(http, Path(table)):
                    print(line["line"], line["effect"], line["document_number"], line["title"], *line["warnings"])
            case _:
                sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(*(sys.argv[1:] or [""]))
    except Refused as refused:
        sys.exit(str(refused))
