"""An office whose messages leave it: a real SMTP server, a receiver that verifies signatures."""

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

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic import SecretStr
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session as DatabaseSession
from standardwebhooks import Webhook, WebhookVerificationError

from minutes.document import MinutesDocument
from minutes.meeting_input import parse_meeting
from service.auth import Principal, Role
from service.auth.accounts import find_or_create_department, principal_of
from service.auth.secrets import NO_PASSWORD
from service.db.account_tables import Account, RoleGrant
from service.db.base import now
from service.db.delivery_tables import Delivery
from service.db.engine import reading, writing
from service.db.tables import Job, MeetingRow
from service.jobs.requests import JobKind
from service.meetings.drafting import save_first_draft
from service.meetings.transitions import transition
from service.notices.reading import notices
from service.settings import Settings
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


def person(session: DatabaseSession, login: str, *grants: tuple[str, Role]) -> Account:
    """Somebody who needs no password here, because hashing one takes longer than most of these tests."""
    account = Account(login=login, display_name=login, password_hash=NO_PASSWORD, must_change_password=False)
    session.add(account)
    session.flush()
    session.add_all(RoleGrant(account_id=account.id, department_id=place, role=str(role)) for place, role in grants)
    session.flush()
    return account


def new_office(engine: Engine) -> Office:
    """Four people and a meeting in 確認待ち, with no message waiting."""
    roles = {"maker": Role.REGISTRAR, "checker": Role.CHECKER, "approver": Role.APPROVER, "second": Role.APPROVER}
    meeting = parse_meeting((ROOT / "samples/meeting.json").read_bytes())
    document = MinutesDocument.model_validate_json(_document(meeting.model_dump_json()))
    with writing(engine) as session:
        place = find_or_create_department(session, "総務課")
        accounts = {name: person(session, name, (place.id, role)) for name, role in roles.items()}
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
        session.execute(delete(Delivery))
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


@contextmanager
def mail_server() -> Iterator[Post]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    handler.port = controller.port
    try:
        yield handler
    finally:
        controller.stop()


@dataclass
class Receiver:
    """An HTTP server that verifies each webhook; ``answers`` are given first, one for each request."""

    url: str = ""
    verified: list[tuple[str, Any]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    slow: float = 0.0
    location: str = ""
    """Where a redirect points."""
    megabytes: int = 0
    """Of the body of each answer."""


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
                if kept.location:
                    self.send_header("location", kept.location)
                self.end_headers()
                for _ in range(kept.megabytes):
                    self.wfile.write(b"x" * 1_000_000)
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


def free_port() -> int:
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
