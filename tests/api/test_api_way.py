"""The way of one meeting through the API, from upload to approved files."""

import hashlib
import io
import json
from urllib.parse import unquote

import docx
from api_office import Office


def test_from_upload_to_approved_exports(office: Office) -> None:
    answer = office.upload()
    assert answer.status_code == 202
    made = answer.json()
    assert made["state"] == "受付" and made["replayed"] is False
    assert answer.headers["location"] == f"/api/v1/meetings/{made['id']}"
    base = answer.headers["location"]

    assert office["maker"].get(f"{base}/draft").status_code == 404
    assert office["maker"].get(f"/api/v1/jobs/{made['job_id']}").json()["state"] == "queued"
    office.run(made["job_id"])
    job = office["maker"].get(f"/api/v1/jobs/{made['job_id']}").json()
    assert (job["state"], job["meeting_id"], job["attempt"]) == ("succeeded", made["id"], 1)

    meeting = office["maker"].get(base).json()
    assert (meeting["state"], meeting["current_version"], meeting["approval"]) == ("確認待ち", 1, None)
    assert meeting["meeting"]["title"] == "デジタル推進会議"
    transcript = office["maker"].get(f"{base}/transcript").json()
    assert [u["id"] for u in transcript["utterances"]] == [f"u{n:04}" for n in range(1, 7)]

    draft = office["maker"].get(f"{base}/draft")
    assert draft.headers["etag"] == '"1"'
    assert {u["id"] for u in draft.json()["utterances"]} == {d["utterance_id"] for d in draft.json()["dispositions"]}

    # 話者３ is nobody on the roster: that blocks the way until someone says who it was.
    blocked = office["maker"].post(f"{base}/transitions", json={"action": "submit"})
    assert blocked.status_code == 409 and blocked.json()["category"] == "findings"
    assert blocked.json()["problems"]
    assert meeting["blocking"] > 0 and "submit" not in meeting["allowed_actions"]
    assigned = office["checker"].post(
        f"{base}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": '"1"'}
    )
    assert assigned.status_code == 200, assigned.text
    assert assigned.headers["etag"] == '"2"'
    errors = [f for f in assigned.json()["findings"] if f["severity"] == "error"]
    assert errors == []

    submitted = office["maker"].post(f"{base}/transitions", json={"action": "submit"}, headers={"If-Match": '"2"'})
    assert submitted.status_code == 200 and submitted.json()["state"] == "承認待ち"
    approved = office["approver"].post(f"{base}/transitions", json={"action": "approve"})
    assert approved.status_code == 200, approved.text
    approval = approved.json()["approval"]
    assert approved.json()["state"] == "承認済" and approval["version"] == 2
    assert approval["sha256"] == office["maker"].get(f"{base}/versions").json()[0]["sha256"]
    assert approved.json()["allowed_actions"] == []
    assert approval["sha256"] == hashlib.sha256(office["maker"].get(f"{base}/draft").content).hexdigest()

    exported = office["approver"].get(f"{base}/exports/public.docx")
    assert exported.status_code == 200
    name = unquote(exported.headers["content-disposition"].partition("UTF-8''")[2])
    assert name == "デジタル推進会議_議事要旨_公開版.docx"
    text = "\n".join(p.text for p in docx.Document(io.BytesIO(exported.content)).paragraphs)
    assert "窓口の予約制" in text and "一億二千万" not in text and "落札" not in text

    assert office.audited(made["id"]) == [
        "user:meeting:accepted",
        "system:draft:created",
        "user:draft:speaker-assigned",
        "user:meeting:submitted",
        "user:meeting:approved",
        "user:export:public",
    ]


def test_every_format_and_edition(office: Office) -> None:
    base = f"/api/v1/meetings/{office.drafted()}"
    starts = {"docx": b"PK", "pdf": b"%PDF", "html": b"<!DOCTYPE html>", "json": b"{", "txt": b""}
    for edition, word in (("public", "公開版"), ("full", "保存版")):
        for kind, start in starts.items():
            made = office["checker"].get(f"{base}/exports/{edition}.{kind}")
            assert made.status_code == 200, (edition, kind, made.text)
            assert made.content.lower().startswith(start.lower())
            name = unquote(made.headers["content-disposition"].partition("UTF-8''")[2])
            assert name == f"デジタル推進会議_議事要旨_素案_{word}.{kind}"
    public = office["checker"].get(f"{base}/exports/public.json").text
    full = office["checker"].get(f"{base}/exports/full.json").text
    assert "一億二千万" in full and "一億二千万" not in public
    # 登録者 takes the public edition only; 管理者 none.
    assert office["maker"].get(f"{base}/exports/public.txt").status_code == 200
    assert office["maker"].get(f"{base}/exports/full.txt").status_code == 403
    assert office["admin"].get(f"{base}/exports/public.txt").status_code == 403
    unknown = office["maker"].get(f"{base}/exports/public.xlsx")
    assert unknown.status_code == 422 and unknown.json()["problems"][0]["where"] == "format"


def test_no_file_before_the_first_draft(office: Office) -> None:
    made = office.upload().json()
    refused = office["maker"].get(f"/api/v1/meetings/{made['id']}/exports/public.txt")
    assert refused.status_code == 409 and "素案がまだありません" in refused.json()["detail"]


def test_events_tell_the_state_first_and_end_with_the_draft(office: Office) -> None:
    meeting_id = office.drafted()
    with office["maker"].stream("GET", f"/api/v1/meetings/{meeting_id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = [line for line in stream.iter_lines() if line]
    assert [line for line in lines if line.startswith("event:")] == ["event: progress", "event: end"]
    data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert all(d["state"] == "確認待ち" and d["job"]["state"] == "succeeded" for d in data)
    ids = {line for line in lines if line.startswith("id:")}
    assert len(ids) == 1
    assert office["maker"].get("/api/v1/meetings/unknown/events").status_code == 404


def test_list_filters_and_pages(office: Office) -> None:
    made = [office.upload().json()["id"] for _ in range(3)]
    first = office["maker"].get("/api/v1/meetings", params={"limit": 2}).json()
    assert [m["id"] for m in first["items"]] == made[:0:-1]
    second = office["maker"].get("/api/v1/meetings", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [m["id"] for m in second["items"]] == [made[0]] and second["next_cursor"] is None

    def found(**params: str) -> int:
        return len(office["maker"].get("/api/v1/meetings", params=params).json()["items"])

    assert found(state="受付") == 3 and found(state="承認済") == 0
    assert found(q="推進") == 3 and found(q="%") == 0 and found(q="_") == 0
    assert found(department=office.department_id) == 3 and found(department="other") == 0
    assert office["maker"].get("/api/v1/meetings", params={"state": "変"}).json()["problems"][0]["where"] == "state"
    for cursor in ("x", "あ", "=", "AAAA"):
        wrong = office["maker"].get("/api/v1/meetings", params={"cursor": cursor})
        assert wrong.status_code == 422 and wrong.json()["problems"][0]["where"] == "cursor"
