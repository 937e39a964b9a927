"""A zip without compression, whose every byte follows from its files and one time (APPNOTE 6.3, stored members).

Compression would make the bytes depend on the zlib of the machine; and where every byte follows from the content, a
changed byte anywhere shows when the file is written anew and compared.
"""

import struct
import zlib
from collections.abc import Mapping
from datetime import datetime

_UTF8 = 0x0800
_VERSION = 20
_UNIX = 3 << 8
_REGULAR = 0o100644 << 16


def write_zip(files: Mapping[str, bytes], at: datetime) -> bytes:
    """``files`` by path, in this order; ``at`` as the local time of every member, in even seconds."""
    day = (max(at.year, 1980) - 1980) << 9 | at.month << 5 | at.day
    time = at.hour << 11 | at.minute << 5 | at.second // 2
    body, directory = bytearray(), bytearray()
    for path, content in files.items():
        name = path.encode()
        common = struct.pack(
            "<HHHHHIIIHH", _VERSION, _UTF8, 0, time, day, zlib.crc32(content), len(content), len(content), len(name), 0
        )
        directory += b"PK\x01\x02" + struct.pack("<H", _UNIX | _VERSION) + common
        directory += struct.pack("<HHHII", 0, 0, 0, _REGULAR, len(body)) + name
        body += b"PK\x03\x04" + common + name + content
    count = len(files)
    end = struct.pack("<HHHHIIH", 0, 0, count, count, len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)
