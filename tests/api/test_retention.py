"""原データの廃棄: what goes, what stays, and what the log can prove afterwards."""

from datetime import timedelta
from typing import Any

import pytest
from api_office import Office, files
from sqlalchemy import update
from test_api_chain import as_person, base_of, decide

from minutes.disposal import without_talk
from minutes.public import public_view
from minutes.render import render
from service.audit import verify
from service.db.base import now
from service.db.engine import reading, writing
from service.db.tables import Body, MeetingRow
from service.errors import Conflict, Forbidden, NotFound
from service.meetings.bodies import BodyFields, Offered, add_body
from service.meetings.proof import prove_meeting
from service.meetings.queries import current_draft
from service.profiles.revisions import profile_named
from service.retention.certificate import certificate_of
from service.retention.disposal import dispose
from service.retention.holding import hold, release
from service.retention.schedule import schedule_of

SAID = "落札の見込みは三社で"
"""Said in the closed item and in no sentence of the draft."""


def body_of(office: Office, keep_days: int | None) -> str:
    with writing(office.engine) as session:
        fields = BodyFields(f"会議体{keep_days}", "tokyo_cio", chain="standard", keep_days=keep_days)
        offered = Offered.by(office.app.state.settings)
        return add_body(session, office.department_id, fields, offered=offered, actor="test").id


def approved_in(office: Office, body_id: str | None) -> str:
    """A meeting of that body, approved the day before yesterday; somebody had commented on what was said."""
    data = {"body": body_id} if body_id else {}
    sent = office["maker"].post("/api/v1/meetings", files=files(), data=data)
    assert sent.status_code == 202, sent.text
    office.run(sent.json()["job_id"])
    meeting_id = str(sent.json()["id"])
    known = office["everything"].post(
        f"{base_of(meeting_id)}/speakers", json={"label": "話者３", "attendee_id": "mori"}, headers={"If-Match": "1"}
    )
    assert known.status_code == 200, known.text
    talk = office["maker"].get(f"{base_of(meeting_id)}/draft").json()["utterances"]
    place = next(each["id"] for each in talk if SAID in each["text"])
    said = office["maker"].post(f"{base_of(meeting_id)}/comments", json={"place": place, "text": "三社で正しいか"})
    assert said.status_code == 201, said.text
    assert decide(office, "maker", meeting_id, "submit").status_code == 200
    assert decide(office, "approver", meeting_id, "approve").status_code == 200
    with writing(office.engine) as session:
        moment = now() - timedelta(days=2)
        session.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(approved_at=moment))
    return meeting_id


def seen(office: Office, meeting_id: str) -> dict[str, Any]:
    base = base_of(meeting_id)
    return {
        "public": office["approver"].get(f"{base}/exports/public.txt").content,
        "full": office["approver"].get(f"{base}/exports/full.docx").content,
        "sections": office["approver"].get(f"{base}/draft").json()["sections"],
        "versions": [each["sha256"] for each in office["approver"].get(f"{base}/versions").json()],
    }


def test_what_was_said_goes_and_the_record_with_its_proof_stays(office: Office) -> None:
    meeting_id = approved_in(office, body_of(office, 1))
    base = base_of(meeting_id)
    before = seen(office, meeting_id)
    assert SAID in office["approver"].get(f"{base}/transcript").text
    assert office["auditor"].get("/api/v1/search", params={"q": SAID}).json()["items"]
    dispose(office.engine, as_person(office, "admin"), meeting_id)

    assert seen(office, meeting_id) == before
    for address in ("/transcript", "/transcript?format=original"):
        gone = office["approver"].get(base + address)
        assert (gone.status_code, gone.json()["category"]) == (410, "gone")
    assert office["auditor"].get(f"{base}/model-calls").status_code == 410
    for address in ("/draft", "/versions/1", "/exports/full.json", "/findings", "/comments"):
        assert SAID not in office["auditor"].get(base + address).text, address
    assert not office["auditor"].get("/api/v1/search", params={"q": SAID}).json()["items"]
    assert office["maker"].post(f"{base}/corrections", json={"reason": "年度の誤り"}).status_code == 409
    with reading(office.engine) as session:
        assert verify(session).ok and prove_meeting(session, meeting_id).ok
        row = session.get_one(MeetingRow, meeting_id)
        told = certificate_of(session, row)
    assert told.transcript_sha256 == row.transcript_sha256 and told.transcript_bytes > 500
    assert [whole for _, whole, _ in told.versions] == list(reversed(before["versions"]))
    assert told.by.startswith("admin-") and told.quotes == 1
    assert "三社で正しいか" in office["auditor"].get(f"{base}/comments").text


def test_a_file_database_holds_no_word_of_it(office: Office) -> None:
    if office.engine.dialect.name != "sqlite":
        pytest.skip("a PostgreSQL server clears its pages by itself, later")
    meeting_id = approved_in(office, body_of(office, 1))
    with writing(office.engine) as session:
        other = "五百万円の違約金は、このほかに話されていません".encode()
        session.execute(update(MeetingRow).where(MeetingRow.id == meeting_id).values(transcript=other * 9))
    stored = office.app.state.settings.data_dir / "api.sqlite3"
    dispose(office.engine, as_person(office, "admin"), meeting_id)
    files = [stored, *stored.parent.glob("api.sqlite3-wal")]
    assert not any(other in each.read_bytes() for each in files)


def test_a_rest_that_was_changed_afterwards_is_told(office: Office) -> None:
    meeting_id = approved_in(office, body_of(office, 0))
    dispose(office.engine, as_person(office, "admin"), meeting_id)
    with writing(office.engine) as session:
        saved, document = current_draft(session, session.get_one(MeetingRow, meeting_id)) or (None, None)
        assert saved is not None and document is not None
        session.merge(saved).document = document.model_copy(update={"notes": ()}).model_dump_json() + " "
    with reading(office.engine) as session:
        assert not prove_meeting(session, meeting_id).ok


@pytest.mark.parametrize("keep_days", [2, 30, None])
def test_before_its_day_or_without_a_rule_nothing_goes(office: Office, keep_days: int | None) -> None:
    meeting_id = approved_in(office, body_of(office, keep_days))
    with pytest.raises(Conflict):
        dispose(office.engine, as_person(office, "admin"), meeting_id)
    assert office["approver"].get(f"{base_of(meeting_id)}/transcript").status_code == 200


def test_work_under_way_a_meeting_without_body_and_a_second_time_are_refused(office: Office) -> None:
    admin = as_person(office, "admin")
    open_one = office.drafted()
    with pytest.raises(Conflict, match="終わっていません"):
        dispose(office.engine, admin, open_one)
    with pytest.raises(Conflict):
        dispose(office.engine, admin, approved_in(office, None))
    done = approved_in(office, body_of(office, 1))
    dispose(office.engine, admin, done)
    with pytest.raises(Conflict, match="すでに"):
        dispose(office.engine, admin, done)
    with pytest.raises(Conflict, match="すでに"):
        hold(office.engine, admin, done, "開示請求のため")


def test_a_hold_keeps_it_until_it_is_lifted(office: Office) -> None:
    admin = as_person(office, "admin")
    meeting_id = approved_in(office, body_of(office, 1))
    with reading(office.engine) as session:
        assert [each.id for each in schedule_of(session, admin).due] == [meeting_id]
    hold(office.engine, admin, meeting_id, "開示請求の対象のため")
    with reading(office.engine) as session:
        listed = schedule_of(session, admin)
    assert (listed.due, [each.hold_reason for each in listed.held]) == ((), ["開示請求の対象のため"])
    with pytest.raises(Conflict, match="開示請求"):
        dispose(office.engine, admin, meeting_id)
    release(office.engine, admin, meeting_id)
    dispose(office.engine, admin, meeting_id)
    with reading(office.engine) as session:
        assert [each.id for each in schedule_of(session, admin).disposed] == [meeting_id]


def test_only_an_administrator_of_the_department_disposes(office: Office, other_office: Office) -> None:
    meeting_id = approved_in(office, body_of(office, 1))
    for name in ("maker", "checker", "approver", "auditor"):
        with pytest.raises(Forbidden):
            dispose(office.engine, as_person(office, name), meeting_id)
        with pytest.raises(Forbidden):
            hold(office.engine, as_person(office, name), meeting_id, "x")
    with pytest.raises(NotFound):
        dispose(office.engine, as_person(other_office, "admin"), meeting_id)
    with reading(office.engine) as session:
        assert schedule_of(session, as_person(other_office, "admin")).due == ()


def test_the_chain_and_the_days_of_a_body_are_its_own(office: Office) -> None:
    with writing(office.engine) as session:
        fields = BodyFields("審議会", "tokyo_cio", chain="council", keep_days=30)
        add_body(session, office.department_id, fields, offered=Offered.by(office.app.state.settings), actor="test")
    sent = office["maker"].post("/api/v1/meetings", files=files(), data={"body": "審議会"})
    chain = office["auditor"].get(f"{base_of(sent.json()['id'])}/chain").json()
    assert chain["id"] == "council" and len(chain["steps"]) > 2
    with reading(office.engine) as session:
        assert session.query(Body).filter_by(name="審議会", department_id=office.department_id).one().keep_days == 30


def test_what_is_published_rests_on_nothing_that_goes(office: Office) -> None:
    meeting_id = office.drafted()
    with reading(office.engine) as session:
        found = current_draft(session, session.get_one(MeetingRow, meeting_id))
        assert found is not None
        document = found[1]
        profile = profile_named(session, document.profile)
    left = without_talk(document)
    assert not any(each.text for each in left.utterances)
    assert render(public_view(left), profile, "txt") == render(public_view(document), profile, "txt")
