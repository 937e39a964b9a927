"""Editing, deciding, and who may not."""

import itertools
import json
from typing import Any

from api_office import Office, files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.db.engine import writing
from service.meetings.states import TRANSITIONS


def base_of(meeting_id: str) -> str:
    return f"/api/v1/meetings/{meeting_id}"


def first_block(draft: dict[str, Any]) -> dict[str, Any]:
    blocks = (b for s in draft["sections"] for b in s["blocks"] if b["sentences"] and b["attendee_id"])
    return next(blocks)


def decide(office: Office, who: str, meeting_id: str, action: str, **body: str) -> Any:
    return office[who].post(f"{base_of(meeting_id)}/transitions", json={"action": action, **body})


def cleared(office: Office) -> str:
    """A meeting without anything that blocks it."""
    meeting_id = office.drafted()
    answer = office["checker"].post(
        f"{base_of(meeting_id)}/speakers",
        json={"label": "話者３", "attendee_id": "mori"},
        headers={"If-Match": '"1"'},
    )
    assert answer.status_code == 200, answer.text
    return meeting_id


def test_an_edit_is_a_new_version_that_keeps_the_evidence(office: Office) -> None:
    meeting_id = office.drafted()
    address = f"{base_of(meeting_id)}/draft"
    draft = office["maker"].get(address).json()
    sentence = first_block(draft)["sentences"][0]
    path = f"{address}/sentences/{sentence['id']}"

    missing = office["maker"].patch(path, json={"text": "別の文。"})
    assert missing.status_code == 428 and missing.json()["problems"][0]["where"] == "If-Match"
    for wrong in ('"2"', "*", 'W/"1"', '"1", "2"', "x"):
        stale = office["maker"].patch(path, json={"text": "別の文。"}, headers={"If-Match": wrong})
        assert stale.status_code == 412, wrong
    saved = office["maker"].patch(path, json={"text": sentence["text"] + "なお、"}, headers={"If-Match": '"1"'})
    assert saved.status_code == 200, saved.text
    assert saved.headers["etag"] == '"2"' and saved.json()["version"] == 2
    assert saved.json()["change"] == f"文の修正（{sentence['id']}）"
    again = office["checker"].patch(path, json={"text": "遅れた文。"}, headers={"If-Match": '"1"'})
    assert again.status_code == 412 and "第2版" in again.json()["detail"]

    after = first_block(office["maker"].get(address).json())["sentences"][0]
    assert after == {**sentence, "text": sentence["text"] + "なお、"}
    old = office["maker"].get(f"{base_of(meeting_id)}/versions/1").json()
    assert old == draft
    assert [v["version"] for v in office["maker"].get(f"{base_of(meeting_id)}/versions").json()] == [2, 1]
    assert office["maker"].get(f"{base_of(meeting_id)}/versions/3").status_code == 404
    assert office["maker"].get(f"{base_of(meeting_id)}/versions/{10**30}").status_code == 422


def test_the_checks_run_again_on_every_edit(office: Office) -> None:
    meeting_id = cleared(office)
    address = f"{base_of(meeting_id)}/draft"
    sentence = first_block(office["maker"].get(address).json())["sentences"][0]
    wrong = office["maker"].patch(
        f"{address}/sentences/{sentence['id']}",
        json={"text": "来年度から、九百九十九件の枠を設ける。"},
        headers={"If-Match": '"2"'},
    )
    errors = [f for f in wrong.json()["findings"] if f["severity"] == "error"]
    assert any(f["place"]["sentence_id"] == sentence["id"] for f in errors)
    assert office["maker"].get(f"{base_of(meeting_id)}/findings").json()["findings"] == wrong.json()["findings"]
    refused = decide(office, "maker", meeting_id, "submit")
    assert refused.status_code == 409
    assert {p["where"] for p in refused.json()["problems"]} == {sentence["id"]}


def test_block_edit_and_its_refusals(office: Office) -> None:
    meeting_id = office.drafted()
    address = f"{base_of(meeting_id)}/draft"
    block = first_block(office["maker"].get(address).json())
    path = f"{address}/blocks/{block['id']}"
    match = {"If-Match": '"1"'}
    before = office.counts()
    for body, where in (
        ({"sentences": [{"text": ""}]}, "sentences[0]"),
        ({"sentences": [{"text": "あ\x07い"}]}, "sentences[0].text"),
        ({"sentences": [{"text": "あ" * 4001}]}, "sentences[0].text"),
        ({"sentences": [{"id": "s9999", "text": "文。"}]}, "sentences[0].id"),
        ({"sentences": [{"text": "文。", "evidence": ["u9999"]}]}, "sentences[0].evidence"),
        ({"sentences": [{"text": "文。"}] * 501}, "sentences"),
    ):
        answer = office["maker"].put(path, json=body, headers=match)
        assert answer.status_code == 422, answer.text
        assert answer.json()["problems"][0]["where"] == where
    for text_of in ({"text": "\ud800"}, {"text": "あ", "evidence": ["\udfff"]}, {"text": "あ", "id": "\x00"}):
        body = json.dumps({"sentences": [text_of]})
        answer = office["maker"].put(path, content=body, headers={**match, "Content-Type": "application/json"})
        assert answer.status_code == 422, answer.text
    assert office["maker"].put(f"{address}/blocks/b9999", json={"sentences": []}, headers=match).status_code == 422
    assert office.counts() == before
    kept = {**block["sentences"][0], "text": block["sentences"][0]["text"]}
    saved = office["maker"].put(path, json={"sentences": [kept]}, headers=match)
    assert saved.status_code == 200, saved.text
    assert first_block(office["maker"].get(address).json())["sentences"] == [kept]


def test_submitted_and_approved_text_does_not_change(office: Office) -> None:
    meeting_id = cleared(office)
    address = f"{base_of(meeting_id)}/draft"
    sentence = first_block(office["maker"].get(address).json())["sentences"][0]["id"]

    def edit() -> Any:
        return office["maker"].patch(
            f"{address}/sentences/{sentence}", json={"text": "直し。"}, headers={"If-Match": '"2"'}
        )

    assert decide(office, "maker", meeting_id, "submit").status_code == 200
    assert edit().status_code == 409
    no_reason = decide(office, "approver", meeting_id, "return", reason="  ")
    assert no_reason.status_code == 422 and no_reason.json()["problems"][0]["where"] == "reason"
    returned = decide(office, "approver", meeting_id, "return", reason="答弁の年度を確かめてください。")
    assert returned.json()["state"] == "確認待ち"
    assert returned.json()["return_reason"] == "答弁の年度を確かめてください。"
    assert decide(office, "maker", meeting_id, "check_speakers").json()["state"] == "発言者確認"
    assert decide(office, "maker", meeting_id, "submit").json()["return_reason"] is None
    approved = decide(office, "approver", meeting_id, "approve")
    assert approved.status_code == 200
    refused = edit()
    assert refused.status_code == 409 and "承認された" in refused.json()["detail"]
    for action in ("submit", "return", "cancel", "approve", "run_again", "check_speakers"):
        assert decide(office, "everything", meeting_id, action, reason="x").status_code == 409


def test_separation_of_duties(office: Office) -> None:
    # The one who registered it.
    made = office["everything"].post("/api/v1/meetings", files=files()).json()
    office.run(made["job_id"])
    office["checker"].post(
        f"{base_of(made['id'])}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    assert decide(office, "maker", made["id"], "submit").status_code == 200
    refused = decide(office, "everything", made["id"], "approve")
    assert refused.status_code == 403 and refused.json()["category"] == "separation_of_duties"
    assert "登録した本人" in refused.json()["detail"]
    assert "approve" not in office["everything"].get(base_of(made["id"])).json()["allowed_actions"]

    # The one who edited last.
    second = office.drafted()
    office["everything"].post(
        f"{base_of(second)}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    decide(office, "maker", second, "submit")
    assert "最後に修正した本人" in decide(office, "everything", second, "approve").json()["detail"]

    # The one who asked for it; and those without the role.
    third = cleared(office)
    decide(office, "everything", third, "submit")
    assert "承認を依頼した本人" in decide(office, "everything", third, "approve").json()["detail"]
    for name in ("maker", "checker", "auditor", "admin"):
        assert decide(office, name, third, "approve").status_code == 403
    assert decide(office, "approver", third, "approve").status_code == 200


def test_an_approver_who_saw_an_older_version_is_refused(office: Office) -> None:
    meeting_id = cleared(office)
    decide(office, "maker", meeting_id, "submit")
    stale = office["approver"].post(
        f"{base_of(meeting_id)}/transitions", json={"action": "approve"}, headers={"If-Match": '"1"'}
    )
    assert stale.status_code == 412


def test_cancel_before_and_while_running_and_run_again(office: Office) -> None:
    made = office.upload().json()
    cancelled = office["maker"].post(f"/api/v1/jobs/{made['job_id']}/cancel")
    assert cancelled.status_code == 202 and cancelled.json()["state"] == "cancelled"
    assert office["maker"].get(base_of(made["id"])).json()["state"] == "取消"
    assert office["maker"].post(f"/api/v1/jobs/{made['job_id']}/cancel").status_code == 409

    running = office.upload().json()
    from service.jobs import leases
    from service.meetings.drafting import mark_cancelled, mark_drafting, mark_failed

    claim = leases.claim(office.engine, running["job_id"], "worker", 60)
    assert claim is not None
    with writing(office.engine) as session:
        assert mark_drafting(session, running["id"])
    asked = decide(office, "maker", running["id"], "cancel")
    assert asked.json()["state"] == "作成中" and asked.json()["job"]["cancel_requested_at"]
    with writing(office.engine) as session:
        leases.cancel(session, claim)
        assert mark_cancelled(session, running["id"])
    assert office["maker"].get(base_of(running["id"])).json()["state"] == "取消"

    failing = office.upload().json()
    claim = leases.claim(office.engine, failing["job_id"], "worker", 60)
    assert claim is not None
    with writing(office.engine) as session:
        leases.fail(session, claim, category="internal", public="作成できませんでした。")
        assert mark_failed(session, failing["id"], "internal")
    failed = office["maker"].get(base_of(failing["id"])).json()
    assert failed["state"] == "失敗" and failed["job"]["error"] == "作成できませんでした。"
    assert failed["allowed_actions"] == ["cancel", "run_again"]
    again = office["maker"].post(f"/api/v1/jobs/{failing['job_id']}/run-again")
    assert again.status_code == 202 and again.json()["state"] == "queued"
    assert again.json()["id"] != failing["job_id"]
    assert office["maker"].get(base_of(failing["id"])).json()["state"] == "受付"
    assert office["maker"].post(f"/api/v1/jobs/{failing['job_id']}/run-again").status_code == 409
    office.run(again.json()["id"])
    assert office["maker"].get(base_of(failing["id"])).json()["state"] == "確認待ち"


def test_other_departments_see_nothing(office: Office, other_office: Office) -> None:
    meeting_id = office.drafted()
    job_id = office["maker"].get(base_of(meeting_id)).json()["job"]["id"]
    stranger = other_office["everything"]
    for path in ("", "/draft", "/versions", "/versions/1", "/findings", "/transcript", "/exports/full.json", "/events"):
        assert stranger.get(base_of(meeting_id) + path).status_code == 404, path
    assert stranger.get(f"/api/v1/jobs/{job_id}").status_code == 404
    assert stranger.post(f"/api/v1/jobs/{job_id}/cancel").status_code == 404
    assert decide(other_office, "everything", meeting_id, "cancel").status_code == 404
    assert stranger.get("/api/v1/meetings").json()["items"] == []
    refused = stranger.patch(
        f"{base_of(meeting_id)}/draft/sentences/s0001", json={"text": "x"}, headers={"If-Match": "1"}
    )
    assert refused.status_code == 404


def test_audit_is_for_auditors(office: Office) -> None:
    meeting_id = office.upload().json()["id"]
    for name in ("maker", "checker", "approver", "admin"):
        assert office[name].get("/api/v1/audit").status_code == 403
    page = office["auditor"].get("/api/v1/audit", params={"subject": f"meeting:{meeting_id}"}).json()
    assert [e["event"] for e in page["items"]] == ["user:meeting:accepted"] and page["next_after"] is None
    first = office["auditor"].get("/api/v1/audit", params={"limit": 1}).json()
    following = office["auditor"].get("/api/v1/audit", params={"limit": 1, "after": first["next_after"]}).json()
    assert following["items"][0]["previous_hash"] == first["items"][0]["hash"]


def test_me(office: Office) -> None:
    me = office["maker"].get("/api/v1/me").json()
    assert [g["role"] for g in me["grants"]] == ["登録者"] and me["scopes"] == ["approve", "read", "write"]


def test_a_failing_commit_is_not_a_success(office: Office) -> None:
    """Deferred constraints fail at COMMIT; the answer must not have been sent before."""
    engine = office.engine
    blocker = {
        "sqlite": (
            "CREATE TABLE commit_fails (id TEXT REFERENCES department(id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER commit_trap AFTER INSERT ON meeting BEGIN INSERT INTO commit_fails VALUES ('none'); END",
            "DROP TRIGGER commit_trap",
        ),
        "postgresql": (
            "CREATE TABLE commit_fails (id varchar(36) REFERENCES department(id) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE FUNCTION trap() RETURNS trigger AS $$ BEGIN INSERT INTO commit_fails VALUES ('none'); RETURN NEW;"
            " END $$ LANGUAGE plpgsql; CREATE TRIGGER commit_trap AFTER INSERT ON meeting FOR EACH ROW"
            " EXECUTE FUNCTION trap()",
            "DROP TRIGGER commit_trap ON meeting",
        ),
    }[engine.dialect.name]
    with writing(engine) as session:
        session.execute(text(blocker[0]))
        session.execute(text(blocker[1]))
    try:
        before = office.counts()
        answer = office.upload()
        assert answer.status_code == 500
        assert answer.headers["content-type"] == "application/problem+json"
        assert "FOREIGN" not in answer.text.upper()
        assert office.counts() == before
    finally:
        with writing(engine) as session:
            session.execute(text(blocker[2]))
            session.execute(text("DROP TABLE commit_fails"))
    assert office.upload().status_code == 202


ACTIONS = ("check_speakers", "submit", "approve", "return", "cancel", "run_again")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(list(itertools.product(("maker", "checker", "approver"), ACTIONS))), max_size=8))
def test_only_listed_transitions_happen_and_each_is_audited(office: Office, steps: list[tuple[str, str]]) -> None:
    meeting_id = cleared(office)
    table = {(source.value, t.name.value): t.target.value for t in TRANSITIONS for source in t.sources}
    for who, action in steps:
        seen = office[who].get(base_of(meeting_id)).json()
        audited = len(office.audited(meeting_id))
        answer = decide(office, who, meeting_id, action, reason="理由")
        after = office[who].get(base_of(meeting_id)).json()
        if answer.status_code == 200:
            assert action in seen["allowed_actions"]
            assert after["state"] == table[(seen["state"], action)]
            assert len(office.audited(meeting_id)) == audited + 1
            assert after["row_version"] == seen["row_version"] + 1
        else:
            assert action not in seen["allowed_actions"]
            assert after == seen and len(office.audited(meeting_id)) == audited
