"""Long text kept small. See docs/decisions/0015-drafts-compressed.md."""

import zlib
from typing import Any

from sqlalchemy import LargeBinary, TypeDecorator

_LEVEL = 3
"""A draft of 1.2 MB in 8 ms to a fifth; level 6 takes 20 ms for another eighth."""


class CompressedText(TypeDecorator[str]):
    """Text for the program, its UTF-8 as a zlib stream (RFC 1950) in the database. SQL cannot look into it."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return None if value is None else zlib.compress(value.encode(), _LEVEL)

    def process_result_value(self, value: bytes | None, dialect: Any) -> str | None:
        return None if value is None else zlib.decompress(value).decode()
