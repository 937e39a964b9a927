"""Webhooks: signed, tried again under the same id, and led nowhere but to the address in the settings."""

import json
import socket
import threading
import time
from datetime import timedelta

import pytest
from jsonschema import Draft202012Validator
from message_office import ROOT, SPOKEN, Office, hooking, new_office, person, receiving, run_all
from pydantic import SecretStr
from sqlalchemy import Engine, select

from records.connectors.protocol import Receipt
from service.audit import AuditEventName
from service.auth import Role
from service.auth.accounts import principal_of
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import AuditEvent, Job, MeetingRow
from service.deliveries.listing import get_delivery
from service.deliveries.queueing import call_back
from service.deliveries.steering import send_again
from service.errors import Forbidden
from service.jobs.dispatch import Due
from service.notices.outbox import queue_messages
from service.notices.payload import WebhookPayload
from service.settings import Settings
from workers.delivering import Delivering
from workers.dispatcher import run_dispatcher
from workers.runner import Outcome, run_job
from workers.webhook import send_webhook
from workers.works import works


@pytest.fixture
def office(sqlite_engine: Engine) -> Office:
    return new_office(sqlite_engine)


@pytest.fixture(autouse=True)
def no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """These meetings have hardly a draft; what blocks a submission is tested elsewhere."""
    monkeypatch.setattr("service.meetings.transitions.check", lambda *_: ())


def test_a_webhook_is_signed_and_fits_its_schema(office: Office) -> None:
    with receiving() as receiver:
        settings = hooking(receiver.url, public_url="https://gijiyoshi.example.lg.jp")
        office.decide("checker", "submit")
        office.decide("approver", "approve")
        assert queue_messages(office.engine, settings) == 2
        assert run_all(office, settings) == [Outcome.SUCCEEDED] * 2
    schema = json.loads((ROOT / "docs/schema/webhook.schema.json").read_text(encoding="utf-8"))
    assert schema == WebhookPayload.model_json_schema(mode="serialization")
    first, last = (data for _, data in receiver.verified)
    for data in (first, last):
        Draft202012Validator(schema).validate(data)
    assert (first["type"], first["data"]["step_name"]) == ("meeting.submitted", "承認")
    assert (last["type"], last["data"]["state"]) == ("meeting.approved", "承認済")
    assert last["data"]["sha256"] and last["data"]["url"].endswith(office.meeting_id)
    assert SPOKEN not in json.dumps(receiver.verified, ensure_ascii=False)
    assert [each for each, _ in receiver.verified] == [each.id for each in office.deliveries()]


def test_a_failing_receiver_gets_the_same_id_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.webhook.TIMEOUT_SECONDS", 0.5)
    office.decide("checker", "submit")
    with receiving() as receiver:
        settings = hooking(receiver.url)
        queue_messages(office.engine, settings)
        receiver.answers[:] = [500, 302]
        assert run_all(office, settings) == [Outcome.RETRY]
        assert run_all(office, settings) == [Outcome.RETRY]
        receiver.slow = 1.5
        assert run_all(office, settings) == [Outcome.RETRY]
        receiver.slow = 0
        wrong = hooking(receiver.url).model_copy(update={"webhook_secret": SecretStr("whsec_" + "A" * 32)})
        assert run_all(office, wrong) == [Outcome.RETRY]
        assert run_all(office, settings) == [Outcome.SUCCEEDED]
    assert len({each for each, _ in receiver.verified}) == 1 and len(receiver.verified) == 4
    assert office.jobs()[0].attempt == 5 and office.deliveries()[0].delivered_at is not None


def test_a_receiver_that_is_gone_ends_it(office: Office) -> None:
    office.decide("checker", "submit")
    with receiving() as receiver:
        receiver.answers[:] = [410]
        queue_messages(office.engine, hooking(receiver.url))
        assert run_all(office, hooking(receiver.url)) == [Outcome.FAILED]
    assert office.deliveries()[0].failed_at is not None


def test_a_crash_between_sending_and_recording_sends_again_with_the_same_id(office: Office) -> None:
    office.decide("checker", "submit")
    with receiving() as receiver:
        settings = hooking(receiver.url, lease_seconds=0.2)
        queue_messages(office.engine, settings)
        (job,) = office.jobs()

        def crash(engine: Engine, settings_: Settings, delivery: Delivery) -> Receipt:
            send_webhook(engine, settings_, delivery)
            raise SystemExit

        with pytest.raises(SystemExit):
            run_job(office.engine, settings, job.id, lambda _: Delivering(crash))
        assert office.deliveries()[0].delivered_at is None
        time.sleep(0.3)
        assert run_job(office.engine, settings, job.id, works()) is Outcome.SUCCEEDED
    assert len(receiver.verified) == 2 and len({each for each, _ in receiver.verified}) == 1
    assert office.deliveries()[0].delivered_at is not None


def test_the_dispatchers_loop_reminds_queues_and_wakes(office: Office) -> None:
    office.decide("checker", "submit")
    with writing(office.engine) as session:
        session.get_one(MeetingRow, office.meeting_id).step_due_at = now() + timedelta(hours=3)
    with receiving() as receiver:
        settings = hooking(receiver.url, dispatch_seconds=0.05)
        stop, woken = threading.Event(), threading.Event()

        def wake(due: Due) -> None:
            assert run_job(office.engine, settings, due.job_id, works()) is Outcome.SUCCEEDED
            woken.set()

        loop = threading.Thread(target=run_dispatcher, args=(office.engine, settings, wake, works(), stop))
        loop.start()
        try:
            assert woken.wait(30)
        finally:
            stop.set()
            loop.join()
    assert [data["type"] for _, data in receiver.verified] == ["meeting.submitted"]
    assert office.kinds("approver") == ["due", "turn"]


def test_what_is_delivered_is_not_sent_again(office: Office) -> None:
    office.decide("checker", "submit")
    with receiving() as receiver:
        settings = hooking(receiver.url)
        queue_messages(office.engine, settings)
        run_all(office, settings)
        with writing(office.engine) as session:
            session.get_one(Job, office.jobs()[0].id).state = "queued"
        assert run_all(office, settings) == [Outcome.SUCCEEDED]
        assert len(receiver.verified) == 1


def test_a_redirect_is_an_answer_and_leads_nowhere(office: Office) -> None:
    office.decide("checker", "submit")
    with receiving() as receiver, receiving() as elsewhere:
        settings = hooking(receiver.url)
        queue_messages(office.engine, settings)
        receiver.location = elsewhere.url
        receiver.answers[:] = [301, 302, 307, 308]
        for _ in range(4):
            assert run_all(office, settings) == [Outcome.RETRY]
        assert elsewhere.verified == [] and len(receiver.verified) == 4
        assert run_all(office, settings) == [Outcome.SUCCEEDED]


def test_what_a_receiver_says_beyond_its_status_is_not_read(office: Office) -> None:
    office.decide("checker", "submit")
    with receiving() as receiver:
        receiver.megabytes, receiver.answers[:] = 200, [500, 200]
        queue_messages(office.engine, hooking(receiver.url))
        assert run_all(office, hooking(receiver.url)) == [Outcome.RETRY]
        assert run_all(office, hooking(receiver.url)) == [Outcome.SUCCEEDED]


@pytest.mark.parametrize("address", ["169.254.169.254", "127.0.0.1", "::1", "0.0.0.0"])
def test_a_name_that_leads_to_this_machine_or_to_metadata_is_not_followed(
    office: Office, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    """As after the name was pointed elsewhere. The one thing replaced is the resolver."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    answer = [(family, socket.SOCK_STREAM, 6, "", (address, 80))]
    office.decide("checker", "submit")
    with receiving() as receiver:
        port = receiver.url.rpartition(":")[2].partition("/")[0]
        settings = hooking(f"http://hooks.example.lg.jp:{port}/hook")
        queue_messages(office.engine, settings)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: answer)
        outcome = run_all(office, settings)
        monkeypatch.undo()
        assert outcome == [Outcome.FAILED] and receiver.verified == []


def test_a_webhook_is_sent_again_by_those_who_see_to_the_connection(office: Office) -> None:
    office.decide("checker", "submit")
    ((place, _),) = office.people["maker"].grants
    with writing(office.engine) as session:
        for login, role in (("auditor", Role.AUDITOR), ("admin", Role.ADMINISTRATOR)):
            account = person(session, login, (place, role))
            office.people[login] = principal_of(session, account)
    with receiving() as receiver:
        settings = hooking(receiver.url)
        queue_messages(office.engine, settings)
        assert run_all(office, settings) == [Outcome.SUCCEEDED]
        (delivery,) = office.deliveries()
        for who in ("maker", "checker", "approver"):
            with pytest.raises(Forbidden):
                send_again(office.engine, office.people[who], delivery.id)
        for who in ("auditor", "admin"):
            send_again(office.engine, office.people[who], delivery.id)
            assert office.deliveries()[0].delivered_at is None
            queue_messages(office.engine, settings)
            assert run_all(office, settings) == [Outcome.SUCCEEDED]
    assert [each for each, _ in receiver.verified] == [delivery.id] * 3
    assert receiver.verified[0][1] == receiver.verified[2][1]
    with reading(office.engine) as session:
        asked = select(AuditEvent.actor).where(AuditEvent.event == AuditEventName.DELIVERY_REPEATED)
        assert list(session.scalars(asked.order_by(AuditEvent.seq))) == ["auditor", "admin"]
        shown = get_delivery(session, office.people["auditor"], delivery.id)
    assert [each.outcome for each in shown.tried] == ["delivered"] * 3 and shown.actions == ("replay",)


def test_without_an_address_webhooks_are_dropped_but_not_those_that_were_tried(office: Office) -> None:
    office.decide("checker", "submit")
    assert queue_messages(office.engine, Settings()) == 0 and office.deliveries() == []
    office.decide("approver", "return", reason="理由")
    with receiving() as receiver:
        receiver.answers[:] = [500]
        queue_messages(office.engine, hooking(receiver.url))
        assert run_all(office, hooking(receiver.url)) == [Outcome.RETRY]
    with writing(office.engine) as session:
        call_back(session, office.deliveries()[0].id)
    assert queue_messages(office.engine, Settings()) == 1
    assert run_all(office, Settings()) == [Outcome.FAILED]
    assert office.deliveries()[0].failed_at is not None
