"""What a POST of the CMIS browser binding carries (CMIS 1.1, 5.4): numbered controls and at most one content."""

import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

PropertyValues = Mapping[str, str | Sequence[str]]
"""By property id; a sequence for a property of several values."""


@dataclass(frozen=True)
class Content:
    name: str
    media_type: str
    data: bytes


def controls(action: str, properties: PropertyValues, **others: str) -> list[tuple[str, str]]:
    """``cmisaction``, the properties as ``propertyId[0]`` …, and what else the action takes."""
    listed = [("cmisaction", action), *others.items()]
    for index, (property_id, value) in enumerate(properties.items()):
        listed.append((f"propertyId[{index}]", property_id))
        if isinstance(value, str):
            listed.append((f"propertyValue[{index}]", value))
        else:
            listed += [(f"propertyValue[{index}][{place}]", each) for place, each in enumerate(value)]
    return listed


def multipart(fields: Iterable[tuple[str, str]], content: Content | None = None) -> tuple[str, bytes]:
    """The media type and the body.

    Every field says that it is UTF-8, and ``_charset_`` says it for all: a server that hears of neither reads
    Japanese as Latin-1.
    """
    boundary = f"gijiyoshi{secrets.token_hex(16)}"  # guessed by no content
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n'
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{value}\r\n".encode()
        for name, value in (("_charset_", "utf-8"), *fields)
    ]
    if content is not None:
        head = (
            f"--{boundary}\r\nContent-Disposition: form-data; {_file_name(content.name)}\r\n"
            f"Content-Type: {content.media_type}\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        )
        parts += [head.encode(), content.data, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(parts)


def _file_name(name: str) -> str:
    """As OpenCMIS writes it, on which nearly every CMIS server stands: RFC 2231 where the name is not plain ASCII."""
    if re.fullmatch(r"[A-Za-z0-9._()-]+", name):
        return f'name="content"; filename="{name}"'
    return f"name=\"content\"; filename*=UTF-8''{quote(name, safe='')}"
