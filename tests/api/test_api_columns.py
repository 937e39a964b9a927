"""A table whose headings no program knows: the caller names the columns, and every reading uses them."""

import base64
import io
import json
from typing import Any

import openpyxl
import pytest
from api_office import MEETING, Office, files

from service.db.engine import writing
from service.jobs import leases
from service.meetings.drafting import mark_drafting, mark_failed

ROWS = [
    ("だれが", "なにを", "いつ"),
    ("小野部長", "それでは議題の１、窓口の予約制についてに入ります。", "0:00:05"),
    ("森課長", "予約制にすると、高齢の方が窓口に来られなくなるおそれはないでしょうか。", "0:00:20"),
    ("小野部長", "電話での予約も受け付けます。来年度から、平日の午前に予約なしの枠を二十件設けます。", "0:00:41"),
]
CSV = "".join(",".join(row) + "\n" for row in ROWS)
COLUMNS = "話者=だれが,発言=なにを,開始=いつ"


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in ROWS:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def send(office: Office, columns: str | None, transcript: bytes | str = CSV, **headers: str) -> Any:
    data = {} if columns is None else {"columns": columns}
    sent = files(transcript=transcript, filename="記録.csv")
    return office["maker"].post("/api/v1/meetings", files=sent, data=data, headers=headers)


@pytest.mark.parametrize("transcript", [CSV.encode("cp932"), xlsx()], ids=["csv", "xlsx"])
def test_a_table_is_read_by_the_columns_that_the_caller_names(office: Office, transcript: bytes) -> None:
    accepted = send(office, COLUMNS, transcript)
    assert accepted.status_code == 202, accepted.text
    address = f"/api/v1/meetings/{accepted.json()['id']}"
    assert office["maker"].get(address).json()["transcript_columns"] == COLUMNS
    read = office["maker"].get(f"{address}/transcript").json()
    expected = [(who, said, start) for (who, said, _), start in zip(ROWS[1:], (5.0, 20.0, 41.0), strict=True)]
    assert [(u["label"], u["text"], u["start"]) for u in read["utterances"]] == expected
    office.run(accepted.json()["job_id"])
    draft = office["maker"].get(f"{address}/draft").json()
    assert [(u["label"], u["text"], u["start"]) for u in draft["utterances"]] == expected


def test_a_program_sends_them_in_json(office: Office) -> None:
    body = {"meeting": MEETING, "transcript": {"base64": base64.b64encode(CSV.encode()).decode()}, "columns": COLUMNS}
    accepted = office["maker"].post("/api/v1/meetings", json=body)
    assert accepted.status_code == 202, accepted.text
    read = office["maker"].get(f"/api/v1/meetings/{accepted.json()['id']}/transcript").json()
    assert [u["label"] for u in read["utterances"]] == [who for who, _, _ in ROWS[1:]]


def test_without_them_the_table_is_refused_and_says_how(office: Office) -> None:
    for transcript in (CSV, xlsx()):
        answer = send(office, None, transcript)
        assert answer.status_code == 422 and "列を指定" in answer.json()["problems"][0]["remedy"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ("だれが", "列の指定「だれが」が分かりません"),
        ("役職=だれが,発言=なにを", "列の指定「役職=だれが」が分かりません"),
        ("話者=だれが", "発言の列の指定がありません"),
        ("話者=だれが,発言=発話", "表の見出しにありません"),
        ("話者=だれが,発言=" + "な" * 600, "列の指定を読めません"),
        ("話者=だれが,発言=な\x07に", "列の指定を読めません"),
    ],
)
def test_a_bad_map_is_refused_by_its_field_and_nothing_is_stored(office: Office, columns: str, words: str) -> None:
    before = office.counts()
    body = {"meeting": MEETING, "transcript": {"filename": "記録.csv", "text": CSV}, "columns": columns}
    for answer in (send(office, columns), office["maker"].post("/api/v1/meetings", json=body)):
        assert answer.status_code == 422
        (problem,) = answer.json()["problems"]
        assert problem["where"] == "columns" and words in problem["what"] and problem["remedy"]
    assert office.counts() == before


def test_half_a_character_is_no_map(office: Office) -> None:
    body = json.dumps({"meeting": MEETING, "transcript": {"text": CSV}, "columns": "発言=\ud800"})
    answer = office["maker"].post("/api/v1/meetings", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422 and answer.json()["problems"][0]["where"] == "columns"


def test_a_rerun_reads_the_same_way(office: Office) -> None:
    made = send(office, COLUMNS).json()
    claim = leases.claim(office.engine, made["job_id"], "worker", 60)
    assert claim is not None
    with writing(office.engine) as session:
        assert mark_drafting(session, made["id"])
        leases.fail(session, claim, category="internal", public="作成できませんでした。")
        assert mark_failed(session, made["id"], "internal")
    again = office["maker"].post(f"/api/v1/jobs/{made['job_id']}/run-again")
    office.run(again.json()["id"])
    draft = office["maker"].get(f"/api/v1/meetings/{made['id']}/draft").json()
    assert [u["label"] for u in draft["utterances"]] == [who for who, _, _ in ROWS[1:]]


def test_other_columns_are_another_request(office: Office) -> None:
    key = {"Idempotency-Key": f"columns-{office.department_id}"}
    first = send(office, COLUMNS, **key)
    assert send(office, COLUMNS, **key).json()["id"] == first.json()["id"]
    assert send(office, "話者=1,発言=2", **key).status_code == 422
