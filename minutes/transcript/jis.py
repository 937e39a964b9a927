"""ISO-2022-JP, and EUC-JP with the characters that vendors added (①, ㈱, 髙): what Python's own codecs leave out."""

import re

_SHIFT = re.compile(rb"\x1b(\$[@B]|\$\(D|\([BJHI])([^\x1b\r\n]*)")
_HIGH = bytes(b | 0x80 for b in range(256))
_PAIR = re.compile(rb"\x8f[\xa1-\xfe]{2}|[\xa1-\xfe]{2}|\x8e[\xa1-\xdf]|[\x00-\x7f]+|.", re.DOTALL)


def is_iso_2022_jp(data: bytes) -> bool:
    """Seven-bit bytes that shift to Japanese by an escape."""
    return data.isascii() and bool(re.search(rb"\x1b(?:\$[@B]|\$\(D|\(I)", data))


def decode_iso_2022_jp(data: bytes) -> str:
    """Raises UnicodeDecodeError. The end of a line ends a shift, so that a lost escape costs its line only."""
    text: list[str] = []
    at = 0
    for match in _SHIFT.finditer(data):
        text.append(data[at : match.start()].decode("ascii"))
        text.append(_shifted(match[1], match[2], data, match.start(2)))
        at = match.end()
    text.append(data[at:].decode("ascii"))
    return "".join(text)


def decode_euc_jp(data: bytes) -> str:
    """EUC-JP with the rows 13 and 89 to 92 that vendors filled. Raises UnicodeDecodeError."""
    try:
        return data.decode("euc_jp")
    except UnicodeDecodeError as error:
        good, start = data[: error.start].decode("euc_jp"), error.start
    text = [good]
    for match in _PAIR.finditer(data, start):
        try:
            text.append(match[0].decode("euc_jp"))
        except UnicodeDecodeError as error:
            text.append(_vendor(match[0], data, match.start(), error))
    return "".join(text)


def _shifted(escape: bytes, run: bytes, data: bytes, start: int) -> str:
    if escape in (b"(B", b"(J", b"(H"):
        return run.decode("ascii")
    wide = run.translate(_HIGH)
    if escape == b"(I":
        return wide.decode("cp932")
    if len(run) % 2:
        raise UnicodeDecodeError("iso2022_jp", data, start + len(run) - 1, start + len(run), "half a character")
    if escape == b"$(D":
        wide = b"".join(b"\x8f" + wide[n : n + 2] for n in range(0, len(wide), 2))
    try:
        return decode_euc_jp(wide)
    except UnicodeDecodeError as error:
        at = start + min(error.start, len(run) - 1)
        raise UnicodeDecodeError("iso2022_jp", data, at, at + 1, error.reason) from error


def _vendor(pair: bytes, data: bytes, start: int, error: UnicodeDecodeError) -> str:
    if len(pair) == 2 and pair[0] >= 0xA1:
        row, cell = pair[0] & 0x7F, pair[1] & 0x7F
        lead = (row + 1) // 2 + (0x70 if row < 0x5F else 0xB0)
        trail = cell + (0x1F if cell < 0x60 else 0x20) if row % 2 else cell + 0x7E
        try:
            return bytes((lead, trail)).decode("cp932")
        except UnicodeDecodeError:
            pass
    raise UnicodeDecodeError("euc_jp", data, start, start + len(pair), error.reason) from error
