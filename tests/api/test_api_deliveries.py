"""Deliveries over REST: asked for, listed, held back, called off and sent again; destinations without their secrets."""

import hashlib
from typing import Any

import pytest
from api_office import Office
from sqlalchemy import select
from test_api_chain import as_person
from test_retention import approved_in, body_of

from service.audit import AuditEventName, record
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.record_tables import Destination, RecordPackage
from service.db.tables import AuditEvent, MeetingRow
from service.errors import Conflict
from service.health import readiness
from service.meetings.queries import get_meeting
from service.notices.telling import announce
from service.retention.certificate import certificate_of
from service.retention.disposal import dispose


def destination_in(office: Office, **more: Any) -> str:
    given: dict[str, Any] = {
        "name": "文書管理",
        "editions": ["公開版", "保存版"],
        "encoding": "utf-8",
        "naming": "ja",
        "contents": "zip",
    }
    with writing(office.engine) as session:
        made = Destination(
            department_id=office.department_id,
            kind="folder",
            config={"folder": "/srv/x", "marker": ""},
            secret="gAAAA-sealed",
            created_by=office.accounts["admin"],
            **given | more,
        )
        session.add(made)
        session.flush()
        return made.id


def package_in(office: Office, meeting_id: str, *editions: str) -> str:
    content = f"PK {meeting_id} {editions}".encode()
    with writing(office.engine) as session:
        made = RecordPackage(
            meeting_id=meeting_id,
            version=1,
            editions=list(editions),
            encoding="utf-8",
            naming="ja",
            name=f"{meeting_id}_v1.zip",
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            fingerprint="0" * 64,
            content=content,
            made_by=office.accounts["checker"],
        )
        session.add(made)
        session.flush()
        return made.id


def test_a_delivery_from_asking_to_the_second_time(office: Office, other_office: Office) -> None:
    meeting_id = office.drafted()
    destination, package = destination_in(office), package_in(office, meeting_id, "公開版")
    address = f"/api/v1/meetings/{meeting_id}/deliveries"
    body = {"package_id": package, "destination_id": destination}
    asked = office["maker"].post(address, json=body)
    assert asked.status_code == 202, asked.text
    made = asked.json()
    assert (made["state"], made["way"], made["allowed_actions"]) == ("waiting", "package", ["pause", "cancel"])
    assert office["checker"].post(address, json=body).json()["id"] == made["id"]
    own = f"/api/v1/deliveries/{made['id']}"
    assert office["maker"].get(own).json() == made
    for step, state in (("pause", "paused"), ("resume", "waiting"), ("cancel", "cancelled"), ("replay", "waiting")):
        assert office["checker"].post(f"{own}/{step}").json()["state"] == state
    refused = office["checker"].post(f"{own}/replay")
    assert (refused.status_code, refused.json()["category"]) == (409, "conflict")
    listed = office["auditor"].get("/api/v1/deliveries", params={"meeting_id": meeting_id, "way": "package"}).json()
    assert [each["id"] for each in listed["items"]] == [made["id"]] and listed["next_cursor"] is None
    assert office["auditor"].post(f"{own}/pause").status_code == 403
    assert office["approver"].get("/api/v1/deliveries").status_code == 403
    for person in ("maker", "auditor"):
        assert other_office[person].get(own).status_code == 404
        assert other_office[person].post(f"{own}/cancel").status_code == 404
        assert made["id"] not in other_office[person].get("/api/v1/deliveries").text
    events = office.audited(meeting_id)
    assert events[-5:] == [
        "user:delivery:requested",
        "user:delivery:paused",
        "user:delivery:resumed",
        "user:delivery:cancelled",
        "user:delivery:repeated",
    ]


def test_what_is_asked_wrongly_is_refused_with_a_sentence(office: Office, other_office: Office) -> None:
    meeting_id = office.drafted()
    narrow, package = destination_in(office, editions=["公開版"]), package_in(office, meeting_id, "公開版", "保存版")
    address = f"/api/v1/meetings/{meeting_id}/deliveries"

    def asked(who: str, **body: str) -> tuple[int, str]:
        answer = office[who].post(address, json={"package_id": package, "destination_id": narrow} | body)
        return answer.status_code, answer.json()["problems"][0]["where"]

    assert asked("checker") == (403, "package_id")
    assert asked("maker")[0] == 403  # the 保存版 is not theirs to send
    assert asked("checker", destination_id="none") == (404, "destination_id")
    assert asked("checker", package_id="none") == (404, "package_id")
    assert asked("checker", destination_id=destination_in(other_office)) == (404, "destination_id")
    foreign = package_in(office, office.drafted(), "公開版")
    assert asked("checker", package_id=foreign) == (404, "package_id")
    for wrong in ({"state": "lost"}, {"way": "pigeon"}, {"cursor": "x"}, {"limit": 0}):
        assert office["maker"].get("/api/v1/deliveries", params=wrong).status_code == 422, wrong


def test_pages_of_the_list(office: Office) -> None:
    meeting_id = office.drafted()
    package = package_in(office, meeting_id, "公開版")
    for name in ("a", "b", "c"):
        body = {"package_id": package, "destination_id": destination_in(office, name=name)}
        assert office["maker"].post(f"/api/v1/meetings/{meeting_id}/deliveries", json=body).status_code == 202
    seen, cursor = [], None
    while True:
        given = {"way": "package", "limit": 2} | ({"cursor": cursor} if cursor else {})
        page = office["maker"].get("/api/v1/deliveries", params=given).json()
        seen += [each["destination"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["c", "b", "a"]


def test_destinations_are_read_without_their_secrets(office: Office, other_office: Office) -> None:
    destination = destination_in(office)
    (listed,) = office["maker"].get("/api/v1/destinations").json()
    assert listed == office["auditor"].get(f"/api/v1/destinations/{destination}").json()
    assert (listed["has_secret"], listed["config"]) == (True, {"folder": "/srv/x", "marker": ""})
    assert "sealed" not in office["maker"].get("/api/v1/destinations").text
    assert office["approver"].get("/api/v1/destinations").status_code == 403
    # A token never administers, so an administrator's token sees no destination either.
    assert office["admin"].get("/api/v1/destinations").status_code == 403
    assert other_office["maker"].get(f"/api/v1/destinations/{destination}").status_code == 404


def test_a_webhook_is_replayed_by_an_auditor_and_its_id_stays(office: Office) -> None:
    meeting_id = office.drafted()
    with writing(office.engine) as session:
        row = get_meeting(session, as_person(office, "maker"), meeting_id)
        announce(session, row, "meeting.registered", None)
        session.flush()
        hook = session.scalars(
            select(Delivery).where(Delivery.meeting_id == meeting_id).order_by(Delivery.id.desc())
        ).first()
        assert hook is not None
        hook.delivered_at = now()
        hook_id = hook.id
    own = f"/api/v1/deliveries/{hook_id}"
    assert office["maker"].post(f"{own}/replay").status_code == 403
    again = office["auditor"].post(f"{own}/replay")
    assert again.status_code == 200, again.text
    assert (again.json()["id"], again.json()["state"], again.json()["what"]) == (
        hook_id,
        "waiting",
        "meeting.registered",
    )


def test_packages_go_with_the_talk_and_only_when_none_is_on_its_way(office: Office) -> None:
    meeting_id = approved_in(office, body_of(office, 1))
    full, public = package_in(office, meeting_id, "公開版", "保存版"), package_in(office, meeting_id, "公開版")
    with reading(office.engine) as session:
        whole = session.get_one(RecordPackage, full).sha256
    body = {"package_id": full, "destination_id": destination_in(office)}
    asked = office["checker"].post(f"/api/v1/meetings/{meeting_id}/deliveries", json=body).json()
    admin = as_person(office, "admin")
    with pytest.raises(Conflict, match="引渡しの途中"):
        dispose(office.engine, admin, meeting_id)
    office["checker"].post(f"/api/v1/deliveries/{asked['id']}/cancel")
    dispose(office.engine, admin, meeting_id)
    with reading(office.engine) as session:
        for each in (full, public):
            assert session.scalar(select(RecordPackage.content).where(RecordPackage.id == each)) is None
        kept, other = session.get_one(RecordPackage, full), session.get_one(RecordPackage, public)
        told = certificate_of(session, session.get_one(MeetingRow, meeting_id))
    assert kept.sha256 == whole and told.packages == (
        (kept.name, whole, kept.size),
        (other.name, other.sha256, other.size),
    )
    gone = office["checker"].post(f"/api/v1/deliveries/{asked['id']}/replay")
    assert (gone.status_code, gone.json()["category"]) == (410, "gone")
    assert office["checker"].post(f"/api/v1/meetings/{meeting_id}/deliveries", json=body).status_code == 410


def test_a_certificate_of_before_there_were_packages_is_still_read(office: Office) -> None:
    meeting_id = approved_in(office, body_of(office, 1))
    dispose(office.engine, as_person(office, "admin"), meeting_id)
    disposed = select(AuditEvent).where(AuditEvent.event == AuditEventName.TRANSCRIPT_DISPOSED)
    with writing(office.engine) as session:
        event = session.scalars(disposed.order_by(AuditEvent.seq.desc())).first()
        assert event is not None
        old = {key: value for key, value in event.detail.items() if key != "packages"}
        record(session, actor="test", event=AuditEventName.TRANSCRIPT_DISPOSED, subject=event.subject, detail=old)
    with reading(office.engine) as session:
        assert certificate_of(session, session.get_one(MeetingRow, meeting_id)).packages == ()


def test_the_health_page_counts_what_waits_and_what_failed(office: Office) -> None:
    settings = office.app.state.settings
    before = readiness(office.engine, settings, now(), broker=None)
    meeting_id = office.drafted()
    drafted = readiness(office.engine, settings, now(), broker=None)
    assert drafted.deliveries_waiting == before.deliveries_waiting + 3  # received, drafting, drafted
    with writing(office.engine) as session:
        first, second, third = session.scalars(
            select(Delivery).where(Delivery.meeting_id == meeting_id).order_by(Delivery.id)
        )
        first.failed_at, second.failed_at, third.delivered_at = now(), now(), now()
        second.cancelled_at = now()
    after = readiness(office.engine, settings, now(), broker=None)
    assert after.deliveries_waiting == before.deliveries_waiting
    assert after.deliveries_failed == before.deliveries_failed + 1
