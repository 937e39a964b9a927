"""Everything wrong is refused with status, field and remedy, and leaves nothing behind."""

import base64
import copy
import json
from typing import Any

import pytest
from api_office import MEETING, TRANSCRIPT, UPLOAD_MAX, Office, files


def changed(**values: Any) -> dict[str, Any]:
    return {**copy.deepcopy(MEETING), **values}


PERSON = MEETING["roster"][0]
ITEM = MEETING["agenda"][0]

BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "empty": ({"transcript": b""}, 422, "会議.txt"),
    "binary": ({"transcript": bytes(range(256)) * 40}, 422, "会議.txt"),
    "executable": ({"transcript": b"\x7fELF\x02\x01\x01" + b"\x00" * 500}, 422, "会議.txt"),
    "oversize": ({"transcript": "あ" * UPLOAD_MAX}, 413, "transcript"),
    "undecodable": ({"transcript": b"\x81\xff\xfe\xff\xa0\xff" * 30}, 422, "会議.txt"),
    "malformed VTT": ({"transcript": "WEBVTT\n\n00:00:01.000 --> なに\nこんにちは\n"}, 422, "会議.txt"),
    "no utterance": ({"transcript": "WEBVTT\n\nNOTE ここには発言がない\n"}, 422, "会議.txt"),
    "unknown format": ({"transcript": "これは話者の印のない、ただの文章です。\n二行目です。\n"}, 422, "会議.txt"),
    "roster duplicates": ({"meeting": changed(roster=[PERSON, PERSON])}, 422, "roster[1].id"),
    "unknown presenter": (
        {"meeting": changed(agenda=[{**ITEM, "presenter_ids": ["dare"]}])},
        422,
        "agenda[0].presenter_ids[0]",
    ),
    "agenda gaps": ({"meeting": changed(agenda=[ITEM, {**ITEM, "no": 3}])}, 422, "agenda[1].no"),
    "end before start": ({"meeting": changed(ends_at="2026-05-20T12:30:00+09:00")}, 422, "ends_at"),
    "weekday contradicts": ({"meeting": changed(weekday="木")}, 422, "weekday"),
    "missing offset": ({"meeting": changed(starts_at="2026-05-20T13:30:00")}, 422, "starts_at"),
    "misspelt field": ({"meeting": changed(titel="x")}, 422, "titel"),
    "long title": ({"meeting": changed(title="会" * 301)}, 422, "title"),
    "no JSON or YAML": ({"meeting": b"{\x00"}, 422, ""),
    "huge meeting": ({"meeting": b" " * 1_000_001}, 413, "meeting"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_names_field_and_remedy_and_stores_nothing(office: Office, case: str) -> None:
    parts, status, where = BAD[case]
    before = office.counts()
    answer = office["maker"].post("/api/v1/meetings", files=files(**parts), headers={"Idempotency-Key": "bad-1"})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == status
    assert any(p["where"].startswith(where) for p in problem["problems"]), problem
    assert all(p["what"] and p["remedy"] for p in problem["problems"]), problem
    assert office.counts() == before


JSON_BODY: dict[str, Any] = {"meeting": MEETING, "transcript": {"filename": "k.txt", "text": TRANSCRIPT}}

BAD_JSON: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"{", "body"),
    "deeply nested": (b"[" * 100_000, "body"),
    "a list": (b"[]", "body"),
    "no transcript": (json.dumps({"meeting": MEETING}).encode(), "transcript"),
    "text and base64": (
        json.dumps({**JSON_BODY, "transcript": {"text": "a", "base64": "YQ=="}}).encode(),
        "transcript",
    ),
    "no base64": (json.dumps({**JSON_BODY, "transcript": {"base64": "あ"}}).encode(), "transcript.base64"),
    "lone surrogate": (json.dumps({**JSON_BODY, "transcript": {"text": "\ud800"}}).encode(), "transcript.text"),
    "lone surrogate in title": (json.dumps({**JSON_BODY, "meeting": changed(title="\ud800")}).encode(), "title"),
    "NaN": (json.dumps({**JSON_BODY, "meeting": changed(observers=float("nan"))}).encode(), ""),
    "unknown model": (json.dumps({**JSON_BODY, "model": "gpt-13"}).encode(), "model"),
    "unknown profile": (json.dumps({**JSON_BODY, "profile": "../../etc/passwd"}).encode(), "profile"),
    "unknown field": (json.dumps({**JSON_BODY, "titel": 1}).encode(), ""),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_bad_json_body_is_refused(office: Office, case: str) -> None:
    body, where = BAD_JSON[case]
    before = office.counts()
    answer = office["maker"].post("/api/v1/meetings", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422, answer.text
    assert any(p["where"].startswith(where) and p["remedy"] for p in answer.json()["problems"]), answer.json()
    assert office.counts() == before


def test_json_body_makes_the_same_meeting(office: Office) -> None:
    as_text = office["maker"].post("/api/v1/meetings", json=JSON_BODY)
    assert as_text.status_code == 202, as_text.text
    encoded = base64.b64encode(TRANSCRIPT.encode("cp932")).decode()
    as_bytes = office["maker"].post(
        "/api/v1/meetings", json={**JSON_BODY, "transcript": {"filename": "k.txt", "base64": encoded}}
    )
    assert as_bytes.status_code == 202, as_bytes.text
    one, two = (
        office["maker"].get(f"{answer.headers['location']}/transcript").json() for answer in (as_text, as_bytes)
    )
    assert (one["encoding"], two["encoding"]) == ("utf-8", "cp932")
    assert one["utterances"] == two["utterances"]
    original = office["maker"].get(f"{as_bytes.headers['location']}/transcript?format=original")
    assert original.content == TRANSCRIPT.encode("cp932")


@pytest.mark.parametrize("missing", ["meeting", "transcript"])
def test_a_missing_file_is_named(office: Office, missing: str) -> None:
    parts = files()
    del parts[missing]
    answer = office["maker"].post("/api/v1/meetings", files=parts)
    assert answer.status_code == 422 and answer.json()["problems"][0]["where"] == missing


def test_other_bodies_are_refused(office: Office) -> None:
    answer = office["maker"].post("/api/v1/meetings", content=b"a=1", headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    surplus = {**files(), "secret": ("x", b"y")}
    answer = office["maker"].post("/api/v1/meetings", files=surplus)
    assert answer.status_code in {400, 422} and answer.headers["content-type"] == "application/problem+json"


def test_a_body_over_the_limit_is_cut_off(office: Office) -> None:
    before = office.counts()
    declared = office["maker"].post(
        "/api/v1/meetings", content=b" " * 2_000_000, headers={"Content-Type": "application/json"}
    )
    assert declared.status_code == 413 and declared.json()["problems"][0]["where"] == "body"

    chunked = office["maker"].post(
        "/api/v1/meetings",
        content=(b" " * 100_000 for _ in range(20)),
        headers={"Content-Type": "application/json"},
    )
    assert chunked.status_code == 413 and chunked.json()["category"] == "too_large"
    assert office.counts() == before


def test_the_same_key_makes_one_meeting(office: Office) -> None:
    key = {"Idempotency-Key": f"k-{office.department_id}"}
    first, second = office.upload(**key), office.upload(**key)
    assert second.status_code == 202 and second.headers["location"] == first.headers["location"]
    assert second.json() == {**first.json(), "replayed": True}
    assert len(office["maker"].get("/api/v1/meetings").json()["items"]) == 1

    before = office.counts()
    other = office["maker"].post("/api/v1/meetings", files=files(filename="別.txt"), headers=key)
    assert other.status_code == 422 and other.json()["problems"][0]["where"] == "Idempotency-Key"
    assert office.counts() == before
    # Another person's key is another key.
    assert office["everything"].post("/api/v1/meetings", files=files(), headers=key).json()["replayed"] is False
    for wrong in ("", "x" * 201):
        answer = office.upload(**{"Idempotency-Key": wrong})
        assert answer.status_code == 422 and answer.json()["problems"][0]["where"] == "Idempotency-Key"


def test_who_may_not_upload(office: Office, other_office: Office) -> None:
    before = office.counts()
    for name in ("checker", "approver", "auditor", "admin"):
        assert office[name].post("/api/v1/meetings", files=files()).status_code == 403
    elsewhere = office["maker"].post(
        "/api/v1/meetings", files=files(), data={"department_id": other_office.department_id}
    )
    assert elsewhere.status_code == 404
    anonymous = office["maker"].post("/api/v1/meetings", files=files(), headers={"Authorization": "Bearer gjy_x"})
    assert anonymous.status_code == 401 and anonymous.headers["www-authenticate"] == "Bearer"
    assert office.counts() == before
