"""A receiver of Gijiyoshi's webhooks. Nothing unsigned is believed, nothing is handled twice, no answer waits for the work.

    export GIJIYOSHI_WEBHOOK_SECRET=whsec_…
    python receiver.py 8090 events.sqlite3       # GIJIYOSHI_WEBHOOK_URL=http://<this machine>:8090/

Needs Python 3.11 and standardwebhooks. Put TLS before it. Shape of an event: docs/schema/webhook.schema.json.
"""

import json
import os
import sqlite3
import sys
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

VERSION = "1"
MOST_BYTES = 100_000
"""An event is about 1 KB. More than this is read from nobody."""


def handle(event: dict[str, Any]) -> None:
    """What your system does with it. Events come in any order, so anything that depends on the state asks for it:
    GET /api/v1/meetings/{meeting_id}. Types that are not known are left alone; there will be more of them."""
    data = event["data"]
    match event["type"]:
        case "meeting.approved":
            print(f"approved {data['meeting_id']} {data['sha256']} {data['title']}", flush=True)
        case other:
            print(f"seen {other} {data['meeting_id']} {data['state']}", flush=True)


class Inbox:
    """Events by ``webhook-id``: written before they are acknowledged, so that neither side loses one when it dies."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.arrived = threading.Event()
        self._run("CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, body TEXT NOT NULL, done INTEGER NOT NULL)")

    def keep(self, event_id: str, body: str) -> None:
        """Once per id. The same event comes again when the sender did not get our answer."""
        self._run("INSERT INTO events VALUES (?, ?, 0) ON CONFLICT (id) DO NOTHING", event_id, body)
        self.arrived.set()

    def work(self) -> None:
        """For ever. Marked after the work: after a crash the last event is handled again, so ``handle`` must bear that."""
        while True:
            self.arrived.clear()
            for event_id, body in self._run("SELECT id, body FROM events WHERE done = 0 ORDER BY rowid"):
                handle(json.loads(body))
                self._run("UPDATE events SET done = 1 WHERE id = ?", event_id)
            self.arrived.wait()

    def _run(self, statement: str, *values: str) -> list[tuple[str, str]]:
        with closing(sqlite3.connect(self._path, timeout=10)) as connection, connection:
            return connection.execute(statement, values).fetchall()


def server(port: int, webhook: Webhook, inbox: Inbox) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10  # seconds that a silent sender may hold a thread

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > MOST_BYTES:
                self._answer(413)
                return
            body = self.rfile.read(int(length))
            try:
                event = webhook.verify(body, dict(self.headers))  # signature, and not five minutes old or more
            except (WebhookVerificationError, ValueError):  # ValueError: what is no base64 or no JSON at all
                self._answer(401)
                return
            if event["version"] != VERSION:
                self._answer(422)  # It is tried again for a week, which is time to learn the new version.
                return
            inbox.keep(self.headers["webhook-id"], body.decode())
            self._answer(204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *values: object) -> None:
            """The default writes every request to the error stream."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    inbox = Inbox(sys.argv[2])
    listening = server(int(sys.argv[1]), Webhook(os.environ["GIJIYOSHI_WEBHOOK_SECRET"]), inbox)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    # Here and not in the thread: a fault in ``handle`` ends the program, where a supervisor sees it.
    inbox.work()
