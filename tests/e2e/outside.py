"""What stands outside the service and speaks with it: the example of a receiver, and a front that is busy at first."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
from live_service import ROOT, free_port, wait_for

EXAMPLES = ROOT / "docs" / "examples"
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo="


@dataclass(frozen=True)
class Receiver:
    """docs/examples/receiver.py as its own process."""

    url: str
    inbox: Path
    log: Path

    def handled(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines()


@contextmanager
def receiving(folder: Path) -> Iterator[Receiver]:
    port = free_port()
    made = Receiver(f"http://127.0.0.1:{port}/", folder / "events.sqlite3", folder / "receiver.log")
    with made.log.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [sys.executable, str(EXAMPLES / "receiver.py"), str(port), str(made.inbox)],
            env=os.environ | {"GIJIYOSHI_WEBHOOK_SECRET": SECRET, "PYTHONUTF8": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for(lambda: process.poll() is not None or _listens(port), seconds=20, what="the receiver listens")
        yield made
        assert process.poll() is None, made.handled()
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Front:
    """A proxy before the service. Of each kind of request it refuses the first, loses the answer of the second, then passes on."""

    url: str = ""
    seen: dict[str, int] = field(default_factory=dict)


@contextmanager
def busy_front(behind: str) -> Iterator[Front]:
    front = Front()

    class Handler(BaseHTTPRequestHandler):
        def _pass(self) -> None:
            number = front.seen[self.command] = front.seen.get(self.command, 0) + 1
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if number == 1:
                self.send_response(503)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            answer = httpx2.request(
                self.command, behind + self.path, content=body, headers=dict(self.headers), timeout=60, trust_env=False
            )
            if number == 2:
                self.close_connection = True
                return
            self.send_response(answer.status_code)
            for name in ("Content-Type", "ETag", "Location"):
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_PUT = _pass

        def log_message(self, format: str, *values: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    front.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield front
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
