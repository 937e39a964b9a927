"""Which characters an OpenType font can draw: its ``cmap`` table, formats 4 and 12 (OpenType specification, cmap)."""

import struct
from functools import cache
from pathlib import Path


@cache
def drawable(font: Path) -> frozenset[int]:
    """Code points with a glyph. Raises ValueError for a file without a Unicode character map."""
    data = font.read_bytes()
    tables = {
        tag: offset
        for tag, _, offset, _ in struct.iter_unpack(">4sIII", data[12 : 12 + 16 * struct.unpack_from(">H", data, 4)[0]])
    }
    if b"cmap" not in tables:
        raise ValueError("the font has no cmap table")
    start = tables[b"cmap"]
    count = struct.unpack_from(">H", data, start + 2)[0]
    found: set[int] = set()
    for _, _, offset in struct.iter_unpack(">HHI", data[start + 4 : start + 4 + 8 * count]):
        at = start + offset
        match struct.unpack_from(">H", data, at)[0]:
            case 4:
                found |= _segments(data, at)
            case 12:
                found |= _groups(data, at)
    if not found:
        raise ValueError("the font has no Unicode character map")
    return frozenset(found)


def _segments(data: bytes, at: int) -> set[int]:
    doubled = struct.unpack_from(">H", data, at + 6)[0]
    ends = struct.unpack_from(f">{doubled // 2}H", data, at + 14)
    starts = struct.unpack_from(f">{doubled // 2}H", data, at + 16 + doubled)
    return {
        code for first, last in zip(starts, ends, strict=True) if first != 0xFFFF for code in range(first, last + 1)
    }


def _groups(data: bytes, at: int) -> set[int]:
    count = struct.unpack_from(">I", data, at + 12)[0]
    groups = struct.iter_unpack(">III", data[at + 16 : at + 16 + 12 * count])
    return {code for first, last, _ in groups for code in range(first, last + 1)}
