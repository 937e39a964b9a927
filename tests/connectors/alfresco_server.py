"""Alfresco with Governance Services, as far as deliveries see it, over real HTTP: a double, not the product.

Alfresco cannot be installed here (Java, from Maven or as an image). Its behaviour is taken from:

- Alfresco's gs-core-api.yaml (alfresco-community-repo, amps/ags): addresses, bodies, status codes, error object.
- RecordsEntityResource, FilesEntityResource: declaring takes a file that is no record (422 for a record), moves it to
  the unfiled records and leaves a link where it was; filing a filed record only links it, and twice into one folder is
  refused; completing twice, or with a mandatory property missing, or on hold, is refused (422).
- RecordUtils: a record is renamed ``name (identifier).ending``, in every folder where it is seen.
- DeclareDocumentAsRecordTests: 201 for a declaration, 403 for a user who may only read.
- Alfresco's documentation of tickets: ``POST …/tickets``, then the ticket alone in Base64 after ``Basic``.
- The addresses of its CMIS browser binding, whose service document has one repository, ``-default-``, at the same
  address as the service.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cmis_repository import CITY, DOCUMENT, FOLDER, TITLED, Node, Repository
from cmis_server import Binding, Face, Reply, Server

API = "/alfresco/api/-default-/public"
GS = f"{API}/gs/versions/1/"
TICKETS = f"{API}/authentication/versions/1/tickets"


class GsFault(Exception):
    def __init__(self, status: int, summary: str) -> None:
        super().__init__(summary)
        self.status = status


@dataclass
class Alfresco(Server):
    store: Repository = field(default_factory=lambda: Repository(types=(DOCUMENT, FOLDER, CITY, TITLED)))
    face: Face = field(
        default_factory=lambda: Face(
            service=f"{API}/cmis/versions/1.1/browser",
            repository="",
            product="Alfresco Community",
            vendor="Alfresco",
            named_as="http://alfresco-inside:8080",
        )
    )
    installed: bool = True
    """Whether there are Governance Services and a records site."""
    may_declare: bool = True
    may_file: bool = True
    on_hold: bool = False
    mandatory: set[str] = field(default_factory=set)
    """Properties that a record needs before it is complete."""
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By node id: identifier, original name, where it lies, whether it is completed."""
    closed: set[str] = field(default_factory=set)
    plan: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Categories and record folders by id: name, parent, kind."""

    def __post_init__(self) -> None:
        self.store.folder("/Sites/kaigi/documentLibrary/議事要旨")
        for number in range(250):
            self.add("plan", f"分類{number}", "rma:recordCategory")
        top = self.add("plan", "会議", "rma:recordCategory")
        middle = self.add(top, "審議会等", "rma:recordCategory")
        self.target = self.add(middle, "令和7年度", "rma:recordFolder")
        self.other = self.add(middle, "令和6年度", "rma:recordFolder")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/alfresco"

    def add(self, parent: str, name: str, kind: str) -> str:
        made = f"{len(self.plan):08x}-1111-4000-8000-000000000000"
        self.plan[made] = {"id": made, "name": name, "nodeType": kind, "parentId": parent}
        return made

    def filed(self) -> dict[str, str]:
        """Names of the records in the target folder, and whether each is complete."""
        return {
            self.store.nodes[key].name: "完了" if each["completed"] else "未完了"
            for key, each in self.records.items()
            if each["parent"] == self.target
        }

    def extra(self, handler: Binding, path: str, query: Mapping[str, str], body: bytes) -> Reply | None:
        if path == TICKETS:
            return self._ticket(json.loads(body))
        if not path.startswith(GS):
            return None
        if not handler.signed_in():
            return 401, problem(401, "Authentication failed")
        try:
            return self._governance(handler.command, path.removeprefix(GS).split("/"), query, body)
        except GsFault as fault:
            return fault.status, problem(fault.status, str(fault))

    def _ticket(self, given: dict[str, str]) -> Reply:
        if self.accounts.get(given["userId"]) != given["password"]:
            return 403, problem(403, "Login failed")
        ticket = "TICKET_ed4981b4bbb15fc2713f7caaffd23982d0dd4e5c"
        self.tokens.add(ticket)
        return 201, {"entry": {"id": ticket, "userId": given["userId"]}}

    def _governance(self, method: str, parts: list[str], query: Mapping[str, str], body: bytes) -> Reply:
        if not self.installed:
            raise GsFault(404, "Not found")
        match method, parts:
            case "GET", ["file-plans", "-filePlan-", "categories"]:
                return 200, self._listed("plan", query)
            case "GET", ["record-categories", node, "children"] if node in self.plan:
                return 200, self._listed(node, query)
            case "GET", ["record-folders", node] if self.plan.get(node, {}).get("nodeType") == "rma:recordFolder":
                return 200, {"entry": {**self.plan[node], "isClosed": node in self.closed}}
            case "GET", ["records", node]:
                return 200, self._entry(node)
            case "POST", ["files", node, "declare"]:
                return 201, self._declare(self.store.nodes.get(node))
            case "POST", ["records", node, "file"]:
                return 200, self._file(node, json.loads(body)["targetParentId"])
            case "POST", ["records", node, "complete"]:
                return 200, self._complete(node)
        raise GsFault(404, "The entity was not found")

    def _listed(self, parent: str, query: Mapping[str, str]) -> dict[str, Any]:
        begin, most = int(query.get("skipCount", "0")), int(query.get("maxItems", "100"))
        entries = [{"entry": each} for each in self.plan.values() if each["parentId"] == parent]
        page = entries[begin : begin + most]
        more = begin + most < len(entries)
        return {"list": {"pagination": {"count": len(page), "hasMoreItems": more}, "entries": page}}

    def _entry(self, node: str) -> dict[str, Any]:
        if node not in self.store.nodes:
            raise GsFault(404, "The entity was not found")
        if node not in self.records:
            raise GsFault(400, "The given id is not a record")
        record = self.records[node]
        return {
            "entry": {
                "id": node,
                "name": self.store.nodes[node].name,
                "nodeType": "cm:content",
                "parentId": record["parent"],
                "isCompleted": record["completed"],
                "aspectNames": ["rma:record", "cm:titled"],
                "properties": {"rma:identifier": record["identifier"], "rma:origionalName": record["original"]},
            }
        }

    def _declare(self, node: Node | None) -> dict[str, Any]:
        if node is None:
            raise GsFault(404, "The entity was not found")
        if not self.may_declare:
            raise GsFault(403, "Permission was denied")
        if node.id in self.records or node.content is None:
            raise GsFault(422, f"Cannot create record, because {node.id} is already a record.")
        identifier = f"2026-{len(self.records) + 1:010d}"
        self.records[node.id] = {
            "identifier": identifier,
            "original": node.name,
            "parent": "unfiled",
            "completed": False,
        }
        stem, dot, ending = node.name.rpartition(".")
        node.name = f"{stem} ({identifier}){dot}{ending}" if stem else f"{node.name} ({identifier})"
        node.segment = node.name
        return self._entry(node.id)

    def _file(self, node: str, target: str) -> dict[str, Any]:
        self._entry(node)
        if self.plan.get(target, {}).get("nodeType") != "rma:recordFolder":
            raise GsFault(400, "The target is not a record folder")
        if not self.may_file:
            raise GsFault(403, "Permission was denied")
        if target in self.closed:
            raise GsFault(422, "The record folder is closed")
        if self.records[node]["parent"] == target:
            raise GsFault(422, "Cannot link a record to the same record folder more than once")
        if self.records[node]["parent"] == "unfiled":
            self.records[node]["parent"] = target
        else:
            self.records[node].setdefault("links", []).append(target)
        return self._entry(node)

    def _complete(self, node: str) -> dict[str, Any]:
        self._entry(node)
        if self.on_hold:
            raise GsFault(422, "The record is frozen.")
        if self.records[node]["completed"]:
            raise GsFault(422, "The record is already completed.")
        if self.mandatory - set(self.store.nodes[node].properties):
            raise GsFault(422, "The record has missing mandatory properties.")
        self.records[node]["completed"] = True
        return self._entry(node)


def problem(status: int, summary: str) -> dict[str, Any]:
    return {
        "error": {
            "errorKey": summary,
            "statusCode": status,
            "briefSummary": f"0525000{status % 100} {summary}",
            "stackTrace": "For security reasons the stack trace is no longer displayed",
            "descriptionURL": "https://api-explorer.alfresco.com",
        }
    }
