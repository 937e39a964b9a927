"""What a CMIS repository keeps, and the rules it keeps it by: the state behind the double in cmis_server.py."""

import hashlib
import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

STATUS = {
    "invalidArgument": 400,
    "notSupported": 405,
    "objectNotFound": 404,
    "permissionDenied": 403,
    "runtime": 500,
    "constraint": 409,
    "contentAlreadyExists": 409,
    "filterNotValid": 400,
    "nameConstraintViolation": 409,
    "storage": 500,
    "streamNotSupported": 403,
    "updateConflict": 409,
    "versioning": 409,
}
"""CMIS 1.1, 5.2.10."""

KEPT, DESTROYED, HOLD = "cmis:rm_clientMgtRetention", "cmis:rm_destructionRetention", "cmis:rm_hold"


class CmisFault(Exception):
    def __init__(self, exception: str, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.exception = exception
        self.status = STATUS[exception] if status is None else status


@dataclass(frozen=True)
class Prop:
    type: str = "string"
    several: bool = False
    updatability: str = "readwrite"
    required: bool = False
    most: int | None = None


@dataclass(frozen=True)
class Type:
    id: str
    base: str
    properties: dict[str, Prop] = field(default_factory=dict)
    versionable: bool = False
    creatable: bool = True
    content: str = "allowed"


READ_ONLY = Prop(updatability="readonly")
COMMON = {
    "cmis:objectId": replace(READ_ONLY, type="id"),
    "cmis:baseTypeId": replace(READ_ONLY, type="id"),
    "cmis:objectTypeId": Prop(type="id", updatability="oncreate", required=True),
    "cmis:secondaryObjectTypeIds": Prop(type="id", several=True),
    "cmis:name": Prop(required=True, most=255),
    "cmis:description": Prop(most=2000),
    "cmis:changeToken": READ_ONLY,
    "cmis:creationDate": replace(READ_ONLY, type="datetime"),
}
_STREAM = {
    "cmis:contentStreamLength": replace(READ_ONLY, type="integer"),
    "cmis:contentStreamMimeType": READ_ONLY,
    "cmis:contentStreamFileName": READ_ONLY,
}
CITY = Type(
    "city:record",
    "cmis:document",
    {
        **COMMON,
        **_STREAM,
        "city:documentNumber": Prop(),
        "city:fileTitle": Prop(required=True, most=40),
        "city:retentionEnd": Prop("datetime"),
        "city:year": Prop("integer"),
        "city:personal": Prop("boolean"),
        "city:keywords": Prop(several=True),
        "city:state": READ_ONLY,
    },
    versionable=True,
)
DOCUMENT = Type("cmis:document", "cmis:document", {**COMMON, **_STREAM})
FOLDER = Type("cmis:folder", "cmis:folder", {**COMMON, "cmis:path": READ_ONLY})
TITLED = Type("P:cm:titled", "cmis:secondary", {"cm:title": Prop()})
_RETENTION = {"cmis:rm_startOfRetention": Prop("datetime"), "cmis:rm_expirationDate": Prop("datetime")}
RETENTION = (
    Type(KEPT, "cmis:secondary", _RETENTION),
    Type(DESTROYED, "cmis:secondary", {**_RETENTION, "cmis:rm_destructionDate": Prop("datetime")}),
    Type(HOLD, "cmis:secondary", {"cmis:rm_holdIds": Prop("id", several=True)}),
)
PLAIN_TYPES = (DOCUMENT, FOLDER, CITY, TITLED)


@dataclass
class Node:
    id: str
    type: str
    base: str
    name: str
    segment: str
    """What stands for it in a path: the name, but where the product makes one of its own."""
    parents: list[str]
    properties: dict[str, Any]
    content: bytes | None = None
    media_type: str = ""
    file_name: str = ""
    token: int = 1


@dataclass
class Repository:
    types: Sequence[Type] = PLAIN_TYPES
    on_clash: str = "contentAlreadyExists"
    """The exception, or ``rename``: the standard allows the repository to choose another name (2.2.4.1.3)."""
    clash_status: int | None = None
    own_segments: bool = False
    """Paths are made of shortened names, and a name may be given twice (Nuxeo)."""
    hashes: bool = False
    read_only: bool = False
    most_bytes: int | None = None
    nodes: dict[str, Node] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)
        self.root = self._add("cmis:folder", "cmis:folder", "", [])

    def type(self, type_id: str) -> Type:
        found = next((each for each in self.types if each.id == type_id), None)
        if found is None:
            raise CmisFault("objectNotFound", f"Type '{type_id}' is unknown!")
        return found

    def node(self, node_id: str) -> Node:
        if node_id not in self.nodes:
            raise CmisFault("objectNotFound", f"Unknown object id: {node_id}")
        return self.nodes[node_id]

    def at(self, path: str) -> Node:
        node = self.root
        for part in filter(None, path.split("/")):
            found = next((each for each in self.children(node.id) if each.segment == part), None)
            if found is None:
                raise CmisFault("objectNotFound", f"Unknown path: {path}")
            node = found
        return node

    def children(self, node_id: str) -> list[Node]:
        return [each for each in self.nodes.values() if node_id in each.parents]

    def path(self, node: Node) -> str:
        parts = []
        while node.parents:
            parts.append(node.segment)
            node = self.nodes[node.parents[0]]
        return "/" + "/".join(reversed(parts))

    def folder(self, path: str) -> Node:
        """For the tests: with all above it."""
        node = self.root
        for part in filter(None, path.split("/")):
            found = next((each for each in self.children(node.id) if each.name == part), None)
            node = found or self._add("cmis:folder", "cmis:folder", part, [node.id])
        return node

    def put(self, path: str, content: bytes) -> Node:
        """For the tests: a document that was there before."""
        parent, _, name = path.rpartition("/")
        made = self._add("cmis:document", "cmis:document", name, [self.folder(parent).id])
        made.content, made.media_type = content, "application/octet-stream"
        return made

    def documents(self) -> dict[str, bytes]:
        return {self.path(each): each.content for each in self.nodes.values() if each.content is not None}

    def create(
        self,
        base: str,
        parent: Node,
        properties: dict[str, list[str]],
        content: tuple[str, str, bytes] | None,
        versioning_state: str | None,
    ) -> Node:
        if parent.base != "cmis:folder":
            raise CmisFault("invalidArgument", "Parent is not a folder!")
        if self.read_only:
            raise CmisFault("permissionDenied", "No write permission!")
        kind = self.type(_one(properties, "cmis:objectTypeId"))
        name = _one(properties, "cmis:name")
        if kind.base != base or not kind.creatable:
            raise CmisFault("constraint", "Type is not creatable here!")
        if base == "cmis:document":
            state = versioning_state or ("major" if kind.versionable else "none")
            if (state == "none") == kind.versionable:
                raise CmisFault("constraint", "Versioning state does not match the type!")
        values = self._values(kind, properties)
        if "/" in name or not name or len(name) > 255:
            raise CmisFault("nameConstraintViolation", "Name is not valid!")
        if content is not None and self.most_bytes is not None and len(content[2]) > self.most_bytes:
            raise CmisFault("storage", "Disk quota exceeded!")
        if not self.own_segments and any(each.name == name for each in self.children(parent.id)):
            if self.on_clash != "rename":
                raise CmisFault(self.on_clash, "An object with this name already exists!", self.clash_status)
            name = f"{name}-1"
        made = self._add(kind.id, base, name, [parent.id])
        made.properties = values
        if content is not None:
            made.file_name, made.media_type, made.content = content
        return made

    def delete(self, node: Node) -> None:
        until = node.properties.get("cmis:rm_expirationDate")
        if until is not None and until > time.time() * 1000:
            raise CmisFault("constraint", "Document is under retention!")
        if self.children(node.id):
            raise CmisFault("constraint", "Folder is not empty!")
        del self.nodes[node.id]

    def said(self, node: Node) -> dict[str, Any]:
        """Its properties."""
        known = {
            "cmis:objectId": node.id,
            "cmis:baseTypeId": node.base,
            "cmis:objectTypeId": node.type,
            "cmis:name": node.name,
            "cmis:changeToken": str(node.token),
            "cmis:secondaryObjectTypeIds": None,
            **node.properties,
        }
        if node.base == "cmis:folder":
            return {**known, "cmis:path": self.path(node)}
        known["cmis:contentStreamLength"] = None if node.content is None else len(node.content)
        known["cmis:contentStreamMimeType"] = node.media_type
        known["cmis:contentStreamFileName"] = node.file_name
        if self.hashes and node.content is not None:
            digests = (
                f"{{{name}}}{hashlib.new(name.replace('-', ''), node.content).hexdigest()}"
                for name in ("md5", "sha-256")
            )
            known["cmis:contentStreamHash"] = list(digests)
        return known

    def _add(self, type_id: str, base: str, name: str, parents: list[str]) -> Node:
        number = next(self._numbers)
        segment = f"{name[:12]}.{number}" if self.own_segments and parents and number > 3 else name
        made = Node(f"{number:08x}-0000-4000-8000-000000000000", type_id, base, name, segment, parents, {})
        self.nodes[made.id] = made
        return made

    def _values(self, kind: Type, properties: dict[str, list[str]]) -> dict[str, Any]:
        secondary = [self.type(each) for each in properties.get("cmis:secondaryObjectTypeIds", [])]
        if any(each.base != "cmis:secondary" for each in secondary):
            raise CmisFault("constraint", "Not a secondary type!")
        known = {key: each for one in (kind, *secondary) for key, each in one.properties.items()}
        values: dict[str, Any] = {}
        for key, given in properties.items():
            if key in ("cmis:name", "cmis:objectTypeId"):
                continue
            if key not in known:
                raise CmisFault("invalidArgument", f"{key} is unknown!")
            if known[key].updatability not in ("readwrite", "oncreate"):
                raise CmisFault("constraint", f"{key} is read-only!")
            values[key] = _typed(key, known[key], given)
        for key, each in known.items():
            if each.required and key not in properties:
                raise CmisFault("constraint", f"{key} is required!")
        return values


def _one(properties: dict[str, list[str]], key: str) -> str:
    given = properties.get(key)
    if not given:
        raise CmisFault("invalidArgument", f"{key} must be set!")
    return given[0]


def _typed(key: str, kind: Prop, given: list[str]) -> Any:
    if kind.most is not None and any(len(each) > kind.most for each in given):
        raise CmisFault("constraint", f"{key} is too long!")
    try:
        values: list[Any] = [_READ.get(kind.type, str)(each) for each in given]
    except (KeyError, ValueError):
        raise CmisFault("invalidArgument", f"{key} has an invalid value!") from None
    return values if kind.several else values[0]


_READ: dict[str, Any] = {"integer": int, "datetime": int, "boolean": {"true": True, "false": False}.__getitem__}
