"""What a CMIS repository says of itself, its types and its objects, read from JSON without trust in its form."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

FOLDER, DOCUMENT = "cmis:folder", "cmis:document"


@dataclass(frozen=True)
class Repository:
    id: str
    name: str
    product: str
    """Vendor, product and version, as far as they are said."""
    url: str
    root_url: str
    """Both as the server writes them: of whatever host, or relative."""


@dataclass(frozen=True)
class PropertyDefinition:
    type: str
    """``string``, ``datetime``, ``integer`` …"""
    several: bool
    settable: bool
    """Whether a value may be given when an object is created."""
    required: bool
    preset: bool
    """Whether the repository has a value of its own where none is given."""
    most_characters: int | None


@dataclass(frozen=True)
class TypeDefinition:
    id: str
    base: str
    creatable: bool
    versionable: bool
    with_content: bool
    properties: Mapping[str, PropertyDefinition]


@dataclass(frozen=True)
class CmisObject:
    properties: Mapping[str, Any]
    may_create: bool | None = None
    """Of a folder: whether this user may create documents in it; None where it is not said."""

    @cached_property
    def id(self) -> str:
        return self.text("cmis:objectId")

    @cached_property
    def name(self) -> str:
        return self.text("cmis:name")

    @property
    def is_folder(self) -> bool:
        return self.text("cmis:baseTypeId") == FOLDER

    @property
    def length(self) -> int | None:
        length = self.properties.get("cmis:contentStreamLength")
        return length if isinstance(length, int) and length >= 0 else None

    @property
    def sha256(self) -> str | None:
        """From ``cmis:contentStreamHash``, an extension of the standard: ``{sha-256}`` and digits, among others."""
        offered = self.properties.get("cmis:contentStreamHash")
        for each in offered if isinstance(offered, list) else [offered]:
            algorithm, closed, digits = each.removeprefix("{").partition("}") if isinstance(each, str) else ("", "", "")
            if closed and algorithm.strip().lower().replace("-", "") == "sha256":
                return "".join(digits.split()).lower()
        return None

    def text(self, property_id: str) -> str:
        return text_of(self.properties, property_id)


def text_of(said: Mapping[str, Any], key: str) -> str:
    value = said.get(key)
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) else ""


def part_of(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def repositories_of(said: Mapping[str, Any]) -> list[Repository]:
    """Those of a service document that can be spoken to; none where it is something else."""
    found = []
    for key, info in said.items():
        if isinstance(info, dict) and text_of(info, "rootFolderUrl") and text_of(info, "repositoryUrl"):
            named = (text_of(info, part) for part in ("vendorName", "productName", "productVersion"))
            found.append(
                Repository(
                    id=text_of(info, "repositoryId") or key,
                    name=text_of(info, "repositoryName")[:100],
                    product=" ".join(part[:100] for part in named if part),
                    url=text_of(info, "repositoryUrl"),
                    root_url=text_of(info, "rootFolderUrl"),
                )
            )
    return found


def type_of(said: Mapping[str, Any]) -> TypeDefinition:
    defined = part_of(said, "propertyDefinitions")
    return TypeDefinition(
        id=text_of(said, "id"),
        base=text_of(said, "baseId"),
        creatable=said.get("creatable") is not False,
        versionable=said.get("versionable") is True,
        with_content=said.get("contentStreamAllowed") != "notallowed",
        properties={key: _property_of(each) for key, each in defined.items() if isinstance(each, dict)},
    )


def _property_of(said: Mapping[str, Any]) -> PropertyDefinition:
    most = said.get("maxLength")
    return PropertyDefinition(
        type=text_of(said, "propertyType") or "string",
        several=said.get("cardinality") == "multi",
        settable=said.get("updatability") in ("readwrite", "oncreate"),
        required=said.get("required") is True,
        preset=said.get("defaultValue") not in (None, [], ""),
        most_characters=most if isinstance(most, int) and most > 0 else None,
    )


def object_of(said: Mapping[str, Any]) -> CmisObject:
    """In either form: ``succinctProperties``, or ``properties`` with a description of each, which some servers send
    whatever was asked for."""
    plain = said.get("succinctProperties")
    if not isinstance(plain, dict):
        described = part_of(said, "properties").items()
        plain = {key: each.get("value") for key, each in described if isinstance(each, dict)}
    may = part_of(said, "allowableActions").get("canCreateDocument")
    return CmisObject(plain, may if isinstance(may, bool) else None)
