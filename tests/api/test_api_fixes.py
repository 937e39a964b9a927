"""Fixes that findings offer, statements left out, and what of the file could not be read."""

from typing import Any

import pytest
from api_office import TRANSCRIPT, Office, files

UNREADABLE = "WEBVTT\n\n00:61.000 --> 00:62.000\n聞こえません\n\n" + "".join(
    f"00:{n:02}.000 --> 00:{n:02}.900\n<v {line[1 : line.index('　')]}>{line.partition('　')[2]}\n\n"
    for n, line in enumerate(TRANSCRIPT.splitlines(), 1)
)
TEXT = "電話での予約(代理を含む)も受け付けるので、電話して下さい。"


def base_of(meeting_id: str) -> str:
    return f"/api/v1/meetings/{meeting_id}"


def sentence_of(office: Office, meeting_id: str, sentence_id: str) -> dict[str, Any]:
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    sentences = (s for section in draft["sections"] for b in section["blocks"] for s in b["sentences"])
    found: dict[str, Any] = next(each for each in sentences if each["id"] == sentence_id)
    return found


@pytest.fixture
def flawed(office: Office) -> tuple[str, str]:
    """A meeting at version 2, and the sentence in which two things are to be mended."""
    meeting_id = office.drafted()
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    sentences = [s for section in draft["sections"] for b in section["blocks"] for s in b["sentences"]]
    sentence_id = str(sentences[1]["id"])
    path = f"{base_of(meeting_id)}/draft/sentences/{sentence_id}"
    assert office["maker"].patch(path, json={"text": TEXT}, headers={"If-Match": '"1"'}).status_code == 200
    return meeting_id, sentence_id


def offered(office: Office, meeting_id: str) -> list[dict[str, Any]]:
    findings = office["maker"].get(f"{base_of(meeting_id)}/findings").json()["findings"]
    assert all((each["fix"] is None) == (each["fixed_text"] is None) for each in findings)
    return [each for each in findings if each["fix"] is not None]


def fix(office: Office, meeting_id: str, *fixes: dict[str, Any], version: int | None = 2, who: str = "maker") -> Any:
    match = {} if version is None else {"If-Match": f'"{version}"'}
    return office[who].post(f"{base_of(meeting_id)}/draft/fixes", json={"fixes": fixes}, headers=match)


def test_a_finding_says_what_its_fix_makes_of_the_sentence(office: Office, flawed: tuple[str, str]) -> None:
    meeting_id, sentence_id = flawed
    made = {each["fix"]["replaced"]: each["fixed_text"] for each in offered(office, meeting_id)}
    assert made == {
        "(代理を含む)": TEXT.replace("(代理を含む)", "（代理を含む）"),
        "下さい": TEXT.replace("下さい", "ください"),
    }
    (wanted,) = [each for each in offered(office, meeting_id) if each["fix"]["replaced"] == "下さい"]
    before = sentence_of(office, meeting_id, sentence_id)
    saved = fix(office, meeting_id, wanted["fix"])
    assert saved.status_code == 200, saved.text
    assert (saved.headers["etag"], saved.json()["version"]) == ('"3"', 3)
    assert saved.json()["change"] == f"修正案の採用（{sentence_id}）"
    assert sentence_of(office, meeting_id, sentence_id) == {**before, "text": wanted["fixed_text"]}
    assert saved.json()["findings"] == office["maker"].get(f"{base_of(meeting_id)}/findings").json()["findings"]
    assert [each["fix"]["replaced"] for each in offered(office, meeting_id)] == ["(代理を含む)"]
    assert office.audited(meeting_id)[-1] == "user:draft:edited"


def test_several_are_taken_at_once(office: Office, flawed: tuple[str, str]) -> None:
    meeting_id, sentence_id = flawed
    fixes = [each["fix"] for each in offered(office, meeting_id)]
    assert fix(office, meeting_id, *fixes).status_code == 200
    mended = TEXT.replace("(代理を含む)", "（代理を含む）").replace("下さい", "ください")
    assert sentence_of(office, meeting_id, sentence_id)["text"] == mended
    assert offered(office, meeting_id) == []


def test_refusals_of_fixes_change_nothing(office: Office, flawed: tuple[str, str]) -> None:
    meeting_id, _ = flawed
    wanted = offered(office, meeting_id)[0]["fix"]
    before = office.counts()
    assert fix(office, meeting_id, wanted, version=None).status_code == 428
    assert fix(office, meeting_id, wanted, version=1).status_code == 412
    assert fix(office, meeting_id, wanted, who="approver").status_code == 403
    for fixes, where in (
        ((), "fixes"),
        ((wanted, {**wanted, "replacement": "別の語"}), "fixes[1]"),
        (({**wanted, "start": wanted["start"] + 1},), "fixes[0]"),
        (({**wanted, "sentence_id": "s9999"},), "fixes[0]"),
    ):
        answer = fix(office, meeting_id, *fixes)
        assert answer.status_code == 422, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["problems"][0]["where"] == where and answer.json()["problems"][0]["remedy"]
    for broken in ({**wanted, "start": -1}, {**wanted, "replacement": "\x00"}, {"sentence_id": "s0001"}):
        assert fix(office, meeting_id, broken).status_code == 422
    assert office.counts() == before


def test_a_statement_is_left_out_as_a_decision(office: Office) -> None:
    meeting_id = office.drafted()
    draft = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    blocks = [b for section in draft["sections"] for b in section["blocks"] if b["attendee_id"] == "mori"]
    block = next(each for each in blocks if each["sentences"])
    path = f"{base_of(meeting_id)}/draft/blocks/{block['id']}/leave-out"
    assert office["maker"].post(path).status_code == 428
    assert office["maker"].post(path.replace(block["id"], "b9999"), headers={"If-Match": '"1"'}).status_code == 422
    saved = office["maker"].post(path, headers={"If-Match": '"1"'})
    assert saved.status_code == 200 and saved.json()["change"] == f"発言の省略（{block['id']}）"
    after = office["maker"].get(f"{base_of(meeting_id)}/draft").json()
    cited = {u for sentence in block["sentences"] for u in sentence["evidence"]}
    reasons = {d["utterance_id"]: d["reason"] for d in after["dispositions"]}
    assert {reasons[each] for each in cited} == {"省略"}
    assert not any(f["rule"] == "G7" for f in saved.json()["findings"])


def test_the_draft_says_what_of_the_file_could_not_be_read(office: Office) -> None:
    made = office["maker"].post("/api/v1/meetings", files=files(transcript=UNREADABLE, filename="k.vtt")).json()
    office.run(made["job_id"])
    draft = office["maker"].get(f"{base_of(made['id'])}/draft").json()
    read = office["maker"].get(f"{base_of(made['id'])}/transcript").json()
    (notice,) = draft["notices"]
    assert notice["place"] == "3行目" and notice["utterance_id"] is None
    assert [(notice["what"], notice["remedy"])] == [(each["what"], each["remedy"]) for each in read["notices"]]
    assert "聞こえません" not in [each["text"] for each in draft["utterances"]]
    public = office["approver"].get(f"{base_of(made['id'])}/exports/public.json")
    assert public.json()["notices"] == []
