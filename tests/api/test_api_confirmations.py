"""発言者確認 and 代理 as another program drives them."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from api_office import Office
from docx import Document

from minutes.era import JST


def base_of(meeting_id: str) -> str:
    return f"/api/v1/meetings/{meeting_id}"


def in_days(days: int) -> str:
    return (datetime.now(JST).date() + timedelta(days=days)).isoformat()


@pytest.fixture
def asking(office: Office) -> str:
    """A meeting in 発言者確認, every speaker of it known."""
    meeting_id = office.drafted()
    known = office["maker"].post(
        f"{base_of(meeting_id)}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    assert known.status_code == 200, known.text
    moved = office["maker"].post(f"{base_of(meeting_id)}/transitions", json={"action": "check_speakers"})
    assert moved.status_code == 200, moved.text
    return f"{base_of(meeting_id)}/confirmations"


def mori(office: Office, asking: str) -> dict[str, Any]:
    return dict(office["maker"].get(f"{asking}/mori").json())


def test_a_speaker_is_asked_by_a_link_that_opens_once_made_and_ends_when_withdrawn(office: Office, asking: str) -> None:
    made = office["maker"].post(f"{asking}/mori/link", json={"last": in_days(5)})
    assert made.status_code == 201, made.text
    address = "/confirm/" + made.json()["url"].rpartition("/confirm/")[2]
    assert mori(office, asking)["state"] == "照会中"
    assert "ご自身の発言" in office["maker"].get(address, headers={"Authorization": ""}).text
    ended = office["maker"].delete(f"{asking}/mori/link")
    assert ended.status_code == 200
    assert office["maker"].get(address, headers={"Authorization": ""}).status_code == 404
    assert office["maker"].delete(f"{asking}/mori/link").status_code == 404


@pytest.mark.parametrize(("last", "status"), [(-1, 422), (0, 201), (120, 201), (121, 422)])
def test_the_last_day_is_within_reach(office: Office, asking: str, last: int, status: int) -> None:
    assert office["maker"].post(f"{asking}/mori/link", json={"last": in_days(last)}).status_code == status


def test_an_answer_is_entered_and_its_proposal_decided_on(office: Office, asking: str) -> None:
    own = mori(office, asking)["own"]
    assert all(each["text"] and each["standing"] == "未回答" and each["answer"] is None for each in own)
    wanted = "市民センターでも、同じ運用にしてほしい。"
    sent = [
        {"block_id": own[0]["block_id"], "seen": own[0]["sha256"]},
        {"block_id": own[1]["block_id"], "seen": own[1]["sha256"], "proposed": wanted, "remark": "語尾のみ"},
    ]
    answered = office["maker"].post(f"{asking}/mori/answers", json={"answers": sent})
    assert answered.status_code == 200, answered.text
    first, second = answered.json()["own"]
    assert (first["standing"], second["standing"]) == ("済", "採否未定")
    assert second["answer"]["proposed"] == wanted and second["answer"]["way"] == "hand"
    where = f"{asking}/mori/proposals/{second['answer']['id']}"
    draft = asking.removesuffix("/confirmations")
    version = office["maker"].get(draft).json()["current_version"]
    assert office["maker"].post(where, json={"decision": "taken"}).status_code == 428
    stale = office["maker"].post(where, json={"decision": "taken"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    no_reason = office["maker"].post(where, json={"decision": "declined"}, headers={"If-Match": f'"{version}"'})
    assert no_reason.status_code == 422 and no_reason.json()["problems"][0]["where"] == "reason"
    taken = office["maker"].post(where, json={"decision": "taken"}, headers={"If-Match": f'"{version}"'})
    assert taken.status_code == 200, taken.text
    assert [each["standing"] for each in taken.json()["own"]] == ["済", "済"]
    assert taken.json()["own"][1]["text"] == wanted
    assert office["maker"].get(draft).json()["current_version"] == version + 1
    again = office["maker"].post(where, json={"decision": "taken"}, headers={"If-Match": f'"{version + 1}"'})
    assert again.status_code == 409


def test_an_answer_to_other_words_than_those_of_the_draft_is_refused_whole(office: Office, asking: str) -> None:
    own = mori(office, asking)["own"]
    sent = [
        {"block_id": own[0]["block_id"], "seen": own[0]["sha256"]},
        {"block_id": own[1]["block_id"], "seen": "0" * 64},
    ]
    refused = office["maker"].post(f"{asking}/mori/answers", json={"answers": sent})
    assert refused.status_code == 409 and refused.json()["problems"][0]["where"] == own[1]["block_id"]
    assert [each["standing"] for each in mori(office, asking)["own"]] == ["未回答", "未回答"]
    nobody = office["maker"].get(f"{asking}/nobody")
    assert nobody.status_code == 404


def test_a_sheet_goes_out_and_its_answers_come_back(office: Office, asking: str) -> None:
    sheet = office["maker"].post(f"{asking}/mori/sheet", json={"last": in_days(7)})
    assert sheet.status_code == 200
    document = Document(BytesIO(sheet.content))
    rows = document.tables[-1].rows[1:]
    assert len(rows) == 2
    rows[0].cells[3].text = "○"
    filled = BytesIO()
    document.save(filled)
    taken = office["maker"].post(f"{asking}/mori/sheet/answers", files={"sheet": ("答.docx", filled.getvalue())})
    assert taken.status_code == 200, taken.text
    assert taken.json()["answered"] == 1
    assert [each["what"] for each in taken.json()["problems"]] == ["回答がありません。"]
    assert {each["way"] for own in mori(office, asking)["own"] if (each := own["answer"])} == {"sheet"}


def test_an_approver_names_a_deputy_and_ends_it(office: Office) -> None:
    here = f"/api/v1/departments/{office.department_id}/deputies"
    people = {each["name"]: each["id"] for each in office["approver"].get(here).json()}
    assert set(people) == {"maker", "checker", "auditor", "everything"}
    wanted = {
        "department_id": office.department_id,
        "deputy_id": people["checker"],
        "first": in_days(0),
        "last": in_days(3),
    }
    assert office["maker"].post("/api/v1/delegations", json=wanted).status_code == 403
    made = office["approver"].post("/api/v1/delegations", json=wanted)
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["mine"]) == ("有効", True)
    (seen,) = office["checker"].get("/api/v1/delegations").json()
    assert (seen["id"], seen["mine"], seen["deputy"]) == (made.json()["id"], False, "checker")
    assert office["checker"].delete(f"/api/v1/delegations/{seen['id']}").status_code == 404
    assert office["approver"].delete(f"/api/v1/delegations/{seen['id']}").json()["state"] == "取消済"
    late = office["approver"].post("/api/v1/delegations", json={**wanted, "last": in_days(-1), "first": in_days(-2)})
    assert late.status_code == 422 and late.json()["problems"][0]["where"] == "last"
