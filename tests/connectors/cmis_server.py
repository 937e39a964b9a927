"""A CMIS 1.1 repository that speaks the browser binding over real HTTP: a double, not a product.

No CMIS server can be installed from PyPI, npm or Debian (they are all Java web applications), so this one is written
after what is published:

- OASIS CMIS 1.1: services and exceptions (2.2), retention types offered or absent by getTypeChildren (2.1.16), browser
  binding (5): service document, ``repositoryUrl`` and ``rootFolderUrl``, selectors, actions, ``propertyId[0]`` /
  ``propertyValue[0]`` / ``propertyValue[0][0]``, ``succinct``, milliseconds, error object and status codes (5.2.10).
- Apache Chemistry OpenCMIS, server side (CmisBrowserBindingServlet, ControlParser, MultipartParser,
  AbstractBrowserServiceCall): 201 for what is made, ``invalidArgument`` for an unknown property or secondary type,
  fields without a charset read as ISO-8859-1, 401 without JSON; ``cmis:contentStreamHash`` as ``{sha-256}…``.
- Apache Chemistry OpenCMIS, client side (AbstractBrowserBindingService, FormDataWriter): what clients send.
- Nuxeo's documentation of its CMIS service: its addresses, and that paths and titles differ.
- SAP's ``X-CSRF-Token: Fetch`` exchange, as OpenCMIS clients can be told to make it.

Read through by two clients that are not ours, by hand: cmislib 0.7.0 (Python) and cmis 1.0.3 (JavaScript).
"""

import base64
import json
import re
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from cmis_repository import CmisFault, Node, Prop, Repository, Type

Reply = tuple[int, Any]


@dataclass
class Face:
    """How a product looks from outside."""

    service: str = "/chemistry/browser"
    repository: str = "A1"
    """Its id, and the part of its address after ``service``; empty where it has none (Alfresco)."""
    product: str = "OpenCMIS InMemory-Server"
    vendor: str = "Apache Chemistry"
    named_as: str = ""
    """The origin that the server writes into its addresses; empty: its own."""
    succinct: bool = True
    csrf: str = ""
    """The header that must hold a token."""


@dataclass
class Server:
    store: Repository = field(default_factory=Repository)
    face: Face = field(default_factory=Face)
    accounts: dict[str, str] = field(default_factory=lambda: {"gijiyoshi": "ひみつ pass"})
    tokens: set[str] = field(default_factory=set)
    others: dict[str, Repository] = field(default_factory=dict)
    """More repositories beside the one."""
    faults: dict[str, list[Any]] = field(default_factory=dict)
    """By action or selector, one for each time it is asked: a CmisFault; a status; ``lose``: done, but never
    answered; ``hang``: not answered until ``release``; bytes: sent instead; ``half``: half of the content is kept;
    ``expire``: the token of the session is forgotten; a function: called with the store before; None: nothing wrong."""
    asked: list[str] = field(default_factory=list)
    """Actions and selectors in order."""
    hosts: set[str] = field(default_factory=set)
    hanging: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    token: str = ""
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.face.service}"

    def made(self) -> int:
        """How many documents were asked to be made."""
        return self.asked.count("createDocument")

    def extra(self, handler: "Binding", path: str, query: Mapping[str, str], body: bytes) -> Reply | None:
        """What a product serves beside CMIS; None where the address is not one of its own."""
        return None


class Binding(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # head and body in one piece: two small ones wait for each other
    server_state: Server

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(b"".join(self._chunks()))

    def _chunks(self) -> Iterator[bytes]:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            yield self.rfile.read(int(self.headers.get("content-length", "0")))
            return
        while size := int(self.rfile.readline().split(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _serve(self, body: bytes) -> None:
        state = self.server_state
        state.hosts.add(self.headers.get("host", ""))
        split = urlsplit(self.path)
        path, query = unquote(split.path), dict(parse_qsl(split.query, keep_blank_values=True))
        form, content = read_form(self.headers.get("content-type", ""), body) if self.command == "POST" else ({}, None)
        what = form.get("cmisaction") or query.get("cmisselector") or self.address(path)
        state.asked.append(what)
        fault = state.faults[what].pop(0) if state.faults.get(what) else None
        if fault == "half" and content is not None:
            content = (content[0], content[1], content[2][: len(content[2]) // 2])
        if fault == "expire":
            state.token = ""
        if callable(fault):
            fault(state.store)
        reply = self._answer(fault, path, query, form, content, body)
        if fault == "hang":
            state.hanging.set()
            state.release.wait(30)
        if fault in ("lose", "hang"):
            self.close_connection = True
        elif isinstance(fault, bytes):
            self.say(200, fault, "text/html" if fault.lstrip().startswith(b"<") else "application/json")
        else:
            status, said = reply
            data = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
            self.say(status, data, "application/octet-stream" if isinstance(said, bytes) else "application/json")

    def address(self, path: str) -> str:
        """How an address without selector or action is called in ``asked`` and ``faults``."""
        return "repositories" if path == self.server_state.face.service else path.rpartition("/")[2]

    def _answer(
        self,
        fault: Any,
        path: str,
        query: Mapping[str, str],
        form: Mapping[str, str],
        content: tuple[str, str, bytes] | None,
        body: bytes,
    ) -> Reply:
        state = self.server_state
        try:
            if isinstance(fault, CmisFault):
                raise fault
            if isinstance(fault, int):
                return fault, {}
            extra = state.extra(self, path, query, body)
            if extra is not None:
                return extra
            if not self.signed_in():
                return 401, b"<html>Authorization Required</html>"
            if (
                self.command == "POST"
                and state.face.csrf
                and self.headers.get(state.face.csrf, "") != (state.token or "-")
            ):
                return 403, b"CSRF"
            return self._cmis(path, query, form, content)
        except CmisFault as refused:
            return refused.status, {"exception": refused.exception, "message": str(refused)}

    def signed_in(self) -> bool:
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        if kind == "Bearer":
            return value in self.server_state.tokens
        try:
            user, _, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return False
        return self.server_state.accounts.get(user) == password or (not password and user in self.server_state.tokens)

    def _cmis(
        self,
        path: str,
        query: Mapping[str, str],
        form: Mapping[str, str],
        content: tuple[str, str, bytes] | None,
    ) -> Reply:
        state, face = self.server_state, self.server_state.face
        if path.rstrip("/") == face.service and "cmisselector" not in query:
            return 200, {key: self._info(key) for key in (face.repository or "-default-", *state.others)}
        place = path.removeprefix(f"{face.service}/{face.repository}".rstrip("/"))
        if place == path or (place and not place.startswith("/")):
            raise CmisFault("objectNotFound", "Unknown repository!")
        if not place:
            return 200, self._of_repository(query)
        if not re.match("/root(/|$)", place):
            raise CmisFault("notSupported", "Unknown operation")
        named = query.get("objectId") or form.get("objectId")
        node = state.store.node(named) if named else state.store.at(place.removeprefix("/root"))
        if self.command == "POST":
            return self._change(node, form, content)
        return self._look(node, query)

    def _info(self, key: str) -> dict[str, Any]:
        face = self.server_state.face
        origin = face.named_as or f"http://127.0.0.1:{self.server_state.port}"
        url = f"{origin}{face.service}" if not face.repository else f"{origin}{face.service}/{key}"
        return {
            "repositoryId": key,
            "repositoryName": f"記録 {key}",
            "repositoryDescription": "",
            "vendorName": face.vendor,
            "productName": face.product,
            "productVersion": "1.1",
            "cmisVersionSupported": "1.1",
            "rootFolderId": self.server_state.store.root.id,
            "repositoryUrl": url,
            "rootFolderUrl": f"{url}/root",
            "capabilities": {"capabilityMultifiling": False, "capabilityUnfiling": False},
            "latestChangeLogToken": None,
            "changesIncomplete": False,
            "changesOnType": [],
            "principalIdAnonymous": "anonymous",
            "principalIdAnyone": "anyone",
            "thinClientURI": None,
        }

    def _of_repository(self, query: Mapping[str, str]) -> Any:
        store = self.server_state.store
        match query.get("cmisselector"):
            case "typeDefinition":
                return type_said(store.type(query["typeId"]))
            case "typeChildren":
                base = query.get("typeId")
                listed = [type_said(each) for each in store.types if each.base == base and each.id != base]
                return {"types": listed, "hasMoreItems": False, "numItems": len(listed)}
            case "repositoryInfo":
                key = self.server_state.face.repository or "-default-"
                return {key: self._info(key)}
        raise CmisFault("notSupported", "Unknown operation")

    def _look(self, node: Node, query: Mapping[str, str]) -> Reply:
        store = self.server_state.store
        match query.get("cmisselector") or ("children" if node.base == "cmis:folder" else "content"):
            case "object":
                return 200, self._said(node, query)
            case "children":
                begin, most = int(query.get("skipCount", "0")), int(query.get("maxItems", "1000"))
                listed = store.children(node.id)
                page = listed[begin : begin + most]
                return 200, {
                    "objects": [{"object": self._said(each, query)} for each in page],
                    "hasMoreItems": begin + most < len(listed),
                    "numItems": len(listed),
                }
            case "content" if node.content is not None:
                return 200, node.content
            case "content":
                raise CmisFault("constraint", "Document has no content!")
        raise CmisFault("notSupported", "Unknown operation")

    def _change(self, node: Node, form: Mapping[str, str], content: tuple[str, str, bytes] | None) -> Reply:
        store = self.server_state.store
        match form.get("cmisaction"):
            case "createDocument":
                made = store.create("cmis:document", node, read_properties(form), content, form.get("versioningState"))
                return 201, self._said(made, form)
            case "createFolder":
                return 201, self._said(store.create("cmis:folder", node, read_properties(form), None, None), form)
            case "delete":
                store.delete(node)
                return 200, b""
        raise CmisFault("notSupported", "Unknown operation")

    def _said(self, node: Node, asked: Mapping[str, str]) -> dict[str, Any]:
        store = self.server_state.store
        properties = store.said(node)
        made: dict[str, Any] = (
            {"succinctProperties": properties}
            if self.server_state.face.succinct and asked.get("succinct") == "true"
            else {"properties": {key: self._described(key, value) for key, value in properties.items()}}
        )
        if asked.get("includeAllowableActions", "").lower() == "true":
            made["allowableActions"] = {
                "canCreateDocument": node.base == "cmis:folder" and not store.read_only,
                "canGetContentStream": node.content is not None,
            }
        return made

    def _described(self, key: str, value: Any) -> dict[str, Any]:
        kinds = (each.properties[key] for each in self.server_state.store.types if key in each.properties)
        kind = next(kinds, Prop(several=isinstance(value, list)))
        cardinality = "multi" if kind.several else "single"
        return {"id": key, "queryName": key, "type": kind.type, "cardinality": cardinality, "value": value}

    def say(self, status: int, data: bytes, media_type: str) -> None:
        state = self.server_state
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        csrf = state.face.csrf
        if csrf and self.headers.get(csrf, "").lower() == "fetch" and status == 200:
            state.token = secrets.token_hex(8)
            self.send_header(csrf, state.token)
        elif csrf and status == 403:
            self.send_header(csrf, "Required")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        return None


def read_form(media_type: str, body: bytes) -> tuple[dict[str, str], tuple[str, str, bytes] | None]:
    """The fields, and the file name, media type and bytes of the content; read by Python's MIME parser."""
    if not media_type.startswith("multipart/"):
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)), None
    whole = BytesParser().parsebytes(f"Content-Type: {media_type}\r\n\r\n".encode() + body)
    fields: dict[str, tuple[bytes, str | None]] = {}
    content = None
    for part in whole.get_payload():
        assert isinstance(part, Message)
        data = part.get_payload(decode=True)
        assert isinstance(data, bytes)
        if (name := part.get_filename()) is not None:
            content = (name, part.get_content_type(), data)
            continue
        fields[str(part.get_param("name", header="content-disposition"))] = data, part.get_content_charset()
    usual = fields.get("_charset_", (b"iso-8859-1", None))[0].decode()
    return {key: data.decode(charset or usual) for key, (data, charset) in fields.items()}, content


def read_properties(form: Mapping[str, str]) -> dict[str, list[str]]:
    """By property id; the numbers must have no gaps."""
    properties: dict[str, list[str]] = {}
    for index in range(sum(key.startswith("propertyId[") for key in form)):
        if f"propertyId[{index}]" not in form:
            raise CmisFault("invalidArgument", "propertyId has gaps!")
        several = sum(key.startswith(f"propertyValue[{index}][") for key in form)
        listed = [f"propertyValue[{index}][{each}]" for each in range(several)] or [f"propertyValue[{index}]"]
        properties[form[f"propertyId[{index}]"]] = [form[key] for key in listed]
    return properties


def type_said(kind: Type) -> dict[str, Any]:
    return {
        "id": kind.id,
        "baseId": kind.base,
        "creatable": kind.creatable and kind.base != "cmis:secondary",
        "versionable": kind.versionable,
        "contentStreamAllowed": kind.content,
        "propertyDefinitions": {key: _property_said(key, each) for key, each in kind.properties.items()},
    }


def _property_said(key: str, each: Prop) -> dict[str, Any]:
    said = {
        "id": key,
        "propertyType": each.type,
        "cardinality": "multi" if each.several else "single",
        "updatability": each.updatability,
        "required": each.required,
    }
    return said if each.most is None else {**said, "maxLength": each.most}


@contextmanager
def serving(state: Server) -> Iterator[Server]:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Binding,), {"server_state": state}))
    httpd.daemon_threads = False
    state.port = httpd.server_port
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield state
    finally:
        state.release.set()
        httpd.shutdown()
        thread.join()
        httpd.server_close()
