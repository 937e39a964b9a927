"""ETag and If-Match: the entity tag of a draft is its version number in quotes, that of a record's description its row
version."""

import re
from typing import Annotated

from fastapi import Depends, Header

from service.errors import PreconditionFailed, PreconditionRequired

_TAG = re.compile(r'"(\d{1,9})"|(\d{1,9})')


def etag(version: int) -> str:
    return f'"{version}"'


def _parse(value: str) -> int:
    found = _TAG.fullmatch(value.strip())
    if found is None:
        # A weak tag, a list or "*" never equals one strong version tag.
        raise PreconditionFailed(
            "If-Match の値が版の番号ではありません。",
            where="If-Match",
            remedy='GET で得た ETag（例："3"）をそのまま渡してください。',
        )
    return int(found.group(1) or found.group(2))


def _optional(
    if_match: Annotated[
        str | None, Header(description='見ていた版の ETag。例：`"3"`', examples=['"3"'], max_length=100)
    ] = None,
) -> int | None:
    return None if if_match is None else _parse(if_match)


def _required(version: Annotated[int | None, Depends(_optional)]) -> int:
    if version is None:
        raise PreconditionRequired(
            "If-Match がありません。",
            where="If-Match",
            remedy="GET で得た ETag を If-Match に付けてください。ほかの人の変更を上書きしないためです。",
        )
    return version


OptionalVersion = Annotated[int | None, Depends(_optional)]
RequiredVersion = Annotated[int, Depends(_required)]
