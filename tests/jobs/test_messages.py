"""Notices that leave the service: a real SMTP server, a receiver that verifies signatures, and what may go wrong."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from jsonschema import Draft202012Validator
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, select
from standardwebhooks import Webhook, WebhookVerificationError

from minutes.document import MinutesDocument
from minutes.meeting_input import parse_meeting
from service.auth import Principal, Role
from service.auth.accounts import create_account, find_or_create_department, principal_of
from service.db.approval_tables import Notice
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import Account, Job, MeetingRow, now
from service.jobs.dispatch import Due
from service.jobs.requests import JobKind
from service.meetings.comments import comment, reply
from service.meetings.drafting import save_first_draft
from service.meetings.transitions import transition
from service.notices.outbox import queue_messages, remind
from service.notices.payload import WebhookPayload
from service.notices.reading import choose_mail, notices, open_notice, read_all, unread
from service.settings import Settings
from workers.delivering import Delivering, send_webhook
from workers.dispatcher import run_dispatcher
from workers.runner import Outcome, run_job
from workers.works import works

ROOT = Path(__file__).parents[2]
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="
SPOKEN = "本文の秘密の一文"


@dataclass
class Office:
    engine: Engine
    people: dict[str, Principal]
    meeting_id: str

    def decide(self, who: str, action: str, **more: Any) -> None:
        transition(self.engine, self.people[who], self.meeting_id, action, **more)

    def kinds(self, who: str) -> list[str]:
        with reading(self.engine) as session:
            return [notice.kind for notice, _ in notices(session, self.people[who])]

    def jobs(self) -> list[Job]:
        with reading(self.engine) as session:
            query = select(Job).where(Job.kind.in_((JobKind.MAIL, JobKind.WEBHOOK))).order_by(Job.id)
            return list(session.scalars(query))

    def deliveries(self) -> list[Delivery]:
        with reading(self.engine) as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.id)))


@pytest.fixture
def office(engine: Engine) -> Office:
    roles = {"maker": Role.REGISTRAR, "checker": Role.CHECKER, "approver": Role.APPROVER, "second": Role.APPROVER}
    meeting = parse_meeting((ROOT / "samples/meeting.json").read_bytes())
    document = MinutesDocument.model_validate_json(_document(meeting.model_dump_json()))
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        accounts = {
            name: create_account(
                session,
                login=name,
                display_name=name,
                password="Mikan-no-ki-27",
                grants=[(place.id, role)],
                actor="test",
            )
            for name, role in roles.items()
        }
        row = MeetingRow(
            department_id=place.id,
            title=meeting.title,
            starts_at=meeting.starts_at,
            meeting_json=meeting.model_dump_json(),
            profile="tokyo_cio",
            model="extractive",
            state="受付",
            transcript_name="m.vtt",
            transcript_sha256="0" * 64,
            transcript=b"WEBVTT\n",
            created_by=accounts["maker"].id,
        )
        session.add(row)
        session.flush()
        save_first_draft(session, row.id, document)
        people = {name: principal_of(session, account) for name, account in accounts.items()}
        return Office(engine, people, row.id)


def _document(meeting_json: str) -> str:
    meeting = json.loads(meeting_json)
    first = meeting["agenda"][0]
    who = meeting["roster"][0]["id"]
    said = {
        "id": "u0001", "label": "x", "attendee_id": who, "confidence": 1.0, "reason": "", "agenda_no": first["no"],
        "kind": "挨拶", "closed": False, "text": SPOKEN, "start": None, "end": None,
    }  # fmt: skip
    return json.dumps(
        {
            "meeting": meeting,
            "profile": "tokyo_cio",
            "provenance": {
                "model": {"name": "extractive", "revision": "1", "parameters": {}, "note": ""},
                "program_version": "0",
                "input_sha256": "0" * 64,
            },
            "utterances": [said],
            "turns": [{"id": "t0001", "utterance_ids": ["u0001"], "attendee_id": who, "kind": "挨拶"}],
            "exchanges": [],
            "sections": [
                {"agenda_no": item["no"], "heading": item["title"], "disclosure": item["disclosure"]}
                for item in meeting["agenda"]
            ],
            "dispositions": [{"utterance_id": "u0001", "kind": "left_out", "reason": "要約"}],
        }
    )


@pytest.fixture(autouse=True)
def no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    """These meetings have hardly a draft; what blocks a submission is tested elsewhere."""
    monkeypatch.setattr("service.meetings.transitions.check", lambda *_: ())


@dataclass
class Post:
    """A mail server that keeps what it gets; ``answers`` are given first, one for each message."""

    port: int = 0
    got: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.answers:
            return self.answers.pop(0)
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[Post]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=_free_port())
    controller.start()
    handler.port = controller.port
    yield handler
    controller.stop()


@dataclass
class Receiver:
    """An HTTP server that verifies each webhook; ``answers`` are given first, one for each request."""

    url: str = ""
    verified: list[tuple[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0


@contextmanager
def receiving() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            try:
                data = Webhook(SECRET).verify(body, dict(self.headers))
            except WebhookVerificationError:
                self.send_response(401)
                self.end_headers()
                return
            time.sleep(kept.slow)
            code = kept.answers.pop(0) if kept.answers else 204
            kept.verified.append((self.headers["webhook-id"], data))
            try:
                self.send_response(code)
                self.end_headers()
            except ConnectionError:
                pass  # who asked has gone, as a slow receiver has to expect

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    try:
        yield kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def mailing(port: int) -> Settings:
    return Settings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_security="none",
        smtp_from="gijiyoshi@example.lg.jp",
        public_url="https://gijiyoshi.example.lg.jp",
    )


def hooking(url: str, **more: Any) -> Settings:
    return Settings(webhook_url=url, webhook_secret=SecretStr(SECRET), **more)


def run_all(office: Office, settings: Settings) -> list[Outcome]:
    """Do every job that is waiting, due or not."""
    outcomes = []
    for job in office.jobs():
        if job.state == "queued":
            with writing(office.engine) as session:
                session.get_one(Job, job.id).not_before = now() - timedelta(seconds=1)
            outcomes.append(run_job(office.engine, settings, job.id, works()))
    return outcomes


def test_who_is_told(office: Office) -> None:
    assert office.kinds("maker") == office.kinds("checker") == ["turn"] and office.kinds("approver") == []
    office.decide("checker", "submit")
    assert office.kinds("approver") == office.kinds("second") == ["turn"]
    office.decide("approver", "return", reason="理由")
    assert office.kinds("checker") == ["returned", "turn"] and office.kinds("maker") == ["returned", "turn"]
    office.decide("checker", "submit")
    office.decide("second", "approve")
    assert office.kinds("maker")[0] == office.kinds("checker")[0] == "approved"
    with reading(office.engine) as session:
        assert unread(session, office.people["checker"]) == 3
        own = notices(session, office.people["checker"])[0][0].id
        foreign = notices(session, office.people["maker"])[0][0].id
    assert open_notice(office.engine, office.people["checker"], own).meeting_id == office.meeting_id
    with pytest.raises(Exception, match="お知らせはありません"):
        open_notice(office.engine, office.people["checker"], foreign)
    read_all(office.engine, office.people["checker"])
    with reading(office.engine) as session:
        assert unread(session, office.people["checker"]) == 0
        assert unread(session, office.people["maker"]) == 3


def test_before_a_due_date_once(office: Office) -> None:
    office.decide("checker", "submit")
    assert remind(office.engine) == 0
    with writing(office.engine) as session:
        session.get_one(MeetingRow, office.meeting_id).step_due_at = now() + timedelta(days=1)
    for _ in range(3):
        remind(office.engine)
    assert office.kinds("approver") == ["due", "turn"] and office.kinds("checker") == ["turn"]


def test_mail_goes_to_those_who_want_it_and_holds_no_text(office: Office, post: Post) -> None:
    settings = mailing(post.port)
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    choose_mail(office.engine, office.people["second"], address="bucho@example.lg.jp", wanted=False)
    office.decide("checker", "submit")
    assert queue_messages(office.engine, settings) == 1
    assert queue_messages(office.engine, settings) == 0
    assert run_all(office, settings) == [Outcome.SUCCEEDED]
    (message,) = post.got
    assert message["To"] == "kacho@example.lg.jp" and "「承認」をお願いします" in message["Subject"]
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    assert f"https://gijiyoshi.example.lg.jp/meetings/{office.meeting_id}" in text
    assert SPOKEN not in str(message)


def test_without_a_server_nothing_is_queued_and_nothing_kept_for_later(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    assert queue_messages(office.engine, Settings()) == 0
    assert office.deliveries() == []
    assert queue_messages(office.engine, mailing(post.port)) == 0
    assert office.kinds("approver") == ["turn"]


def test_mail_is_tried_again_and_given_up_where_the_server_refuses_for_good(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    down = mailing(_free_port())
    queue_messages(office.engine, down)
    assert run_all(office, down) == [Outcome.RETRY]
    assert office.jobs()[0].not_before > now() - timedelta(seconds=1)
    post.answers[:] = ["451 later", "554 no"]
    assert run_all(office, mailing(post.port)) == [Outcome.RETRY]
    assert run_all(office, mailing(post.port)) == [Outcome.FAILED]
    assert office.jobs()[0].error_category == "refused" and office.deliveries()[0].failed_at is not None
    assert post.got == []


def test_no_mail_goes_in_clear_where_encryption_is_asked_for(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    settings = mailing(post.port).model_copy(update={"smtp_security": "starttls"})
    queue_messages(office.engine, settings)
    assert run_all(office, settings) == [Outcome.RETRY]
    assert post.got == []


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


def test_a_mention_goes_out_by_mail_and_webhook_without_a_word_of_it(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    talk = comment(office.engine, office.people["checker"], office.meeting_id, text=f"@approver {SPOKEN}でよいですか。")
    reply(office.engine, office.people["approver"], office.meeting_id, talk, text=f"{SPOKEN}でよいです。")
    assert (office.kinds("approver")[0], office.kinds("checker")[0]) == ("mentioned", "replied")
    with receiving() as receiver:
        settings = mailing(post.port).model_copy(
            update={"webhook_url": receiver.url, "webhook_secret": SecretStr(SECRET)}
        )
        assert queue_messages(office.engine, settings) == 2
        assert run_all(office, settings) == [Outcome.SUCCEEDED] * 2
    (mail,) = post.got
    assert "コメントで、あなたの名前が挙がりました" in str(mail["Subject"]) and office.meeting_id in mail.get_content()
    ((_, hook),) = receiver.verified
    assert (hook["type"], hook["data"]["meeting_id"]) == ("meeting.mentioned", office.meeting_id)
    assert SPOKEN not in mail.get_content() + json.dumps(hook, ensure_ascii=False)


def test_a_failing_receiver_gets_the_same_id_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.delivering.TIMEOUT_SECONDS", 0.5)
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

        def crash(settings_: Settings, delivery: Delivery, told: Any) -> None:
            send_webhook(settings_, delivery, told)
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


def test_an_inactive_account_gets_no_mail(office: Office, post: Post) -> None:
    choose_mail(office.engine, office.people["approver"], address="kacho@example.lg.jp", wanted=True)
    office.decide("checker", "submit")
    with writing(office.engine) as session:
        session.get_one(Account, office.people["approver"].account_id).active = False
    assert queue_messages(office.engine, mailing(post.port)) == 0
    with reading(office.engine) as session:
        assert all(each.queued_at is not None for each in session.scalars(select(Notice)))


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"smtp_host": "mail"}, "SMTP_FROM"),
        ({"webhook_url": "ftp://x"}, "WEBHOOK_URL"),
        ({"webhook_url": "https://x/y"}, "WEBHOOK_SECRET"),
        ({"webhook_url": "https://x/y", "webhook_secret": "whsec_short"}, "WEBHOOK_SECRET"),
    ],
)
def test_half_set_up_does_not_start(values: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        Settings(**values)
