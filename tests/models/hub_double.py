"""A model hub on a real socket: what huggingface_hub asks for when it looks at a model and gets its files.

Large files are answered as the hub answers them, by a redirect to another address. ``faults`` says what goes wrong.
"""

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34


@dataclass
class Hub:
    model: str
    files: Mapping[str, bytes]
    card: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)
    """By the path of a file, or ``listing``. A status: refused with it. ``cut``: the first answer ends in its middle;
    ``cut always``: every one does; ``swap``: other bytes, as many; ``short``: one byte less than listed; ``huge``: said to be larger than any disk."""
    asked: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    token: str | None = None
    """Wanted for everything but the other address."""
    shown_elsewhere: list[str] = field(default_factory=list)
    """Tokens that came to the other address."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def got(self, path: str) -> int:
        """How often the content of a file was asked for."""
        return sum(method == "GET" and place.endswith(f"/{path}") for method, place in self.asked)

    def listing(self) -> dict[str, Any]:
        siblings = []
        for path, content in self.files.items():
            size = 10**18 if self.faults.get(path) == "huge" else len(content)
            entry: dict[str, Any] = {"rfilename": path, "size": size, "blobId": hashlib.sha1(content).hexdigest()}
            if is_large(path):
                entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": size, "pointerSize": 134}
            siblings.append(entry)
        return {"id": self.model, "sha": COMMIT, "cardData": dict(self.card), "siblings": siblings}


def is_large(path: str) -> bool:
    return path.endswith((".safetensors", ".gguf", ".bin"))


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def answer(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append((self.command, path))
        self.hub.agents.add(self.headers.get("user-agent", ""))
        shown = self.headers.get("authorization", "").removeprefix("Bearer ")
        if path.startswith("/cdn/"):
            self.hub.shown_elsewhere += [shown] if shown else []
        elif self.hub.token is not None and shown != self.hub.token:
            self.refuse(401, "GatedRepo")
            return
        api, resolve, cdn = f"/api/models/{self.hub.model}", f"/{self.hub.model}/resolve/{COMMIT}/", "/cdn/"
        if path in (api, f"{api}/revision/main", f"{api}/revision/{COMMIT}"):
            self.list()
        elif path.startswith(f"{api}/revision/"):
            self.refuse(404, "RevisionNotFound")
        elif path.startswith("/api/models/"):
            self.refuse(401 if "secret" in path else 404, "" if "secret" in path else "RepoNotFound")
        elif path.startswith((resolve, cdn)):
            name = path.removeprefix(resolve).removeprefix(cdn)
            fault = self.hub.faults.get(name, "")
            if fault.isdecimal():
                self.refuse(int(fault))
            elif name not in self.hub.files:
                self.refuse(404, "EntryNotFound")
            elif path.startswith(resolve) and is_large(name):
                self.redirect(name)
            else:
                self.give(name, fault)
        else:
            self.refuse(404)

    def list(self) -> None:
        fault = self.hub.faults.get("listing", "")
        if fault.isdecimal():
            self.refuse(int(fault), "GatedRepo" if fault == "403" else "")
        else:
            body = b"<html>" if fault == "page" else json.dumps(self.hub.listing()).encode()
            self.say(200, {"Content-Type": "application/json"}, body)

    def redirect(self, name: str) -> None:
        content = self.hub.files[name]
        headers = {
            "Location": f"http://localhost:{self.hub.port}/cdn/{name}",
            "X-Repo-Commit": COMMIT,
            "X-Linked-Size": str(len(content)),
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
        }
        self.say(302, headers, b"")

    def give(self, name: str, fault: str) -> None:
        content = self.hub.files[name]
        begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha1(content).hexdigest()}"'}
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        content = content[:-1] if fault == "short" else content
        body = bytes(255 - each for each in content[begin:]) if fault == "swap" else content[begin:]
        cut = fault == "cut always" or (fault == "cut" and self.hub.got(name) == 1)
        self.say(206 if begin else 200, headers, body, cut=cut and self.command == "GET")

    def refuse(self, status: int, code: str = "") -> None:
        self.say(status, {"X-Error-Code": code} if code else {}, b"{}")

    def say(self, status: int, headers: Mapping[str, str], body: bytes, *, cut: bool = False) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        return None


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Answering,), {"hub": hub}))
    hub.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
