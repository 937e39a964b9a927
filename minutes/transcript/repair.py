"""Text of a transcript that lost a byte or two: one broken place must not cost the rest of a meeting."""

import re

from minutes.errors import InputError
from minutes.transcript.encoding import (
    CONTROL,
    MOST_CONTROL,
    Decoded,
    Undecodable,
    bom_encoding,
    decode,
    plausibility,
    refuse_control,
)
from minutes.transcript.fragment import LINE_END
from minutes.transcript.jis import is_iso_2022_jp
from minutes.transcript.model import Notice

_JAPANESE = re.compile("[\u3001-\u30ff\u4e00-\u9fff\uff01-\uff5e]")
_ASCII = re.compile("[ -~]+")
_LEGACY = ("cp932", "euc_jp")
_LOST = "\ufffd"
# Letters that read well for each place that does not: bytes of another encoding seldom make valid UTF-8.
_ENOUGH = dict.fromkeys(_LEGACY, 20)


def decode_transcript(data: bytes) -> tuple[Decoded, tuple[Notice, ...]]:
    """Text of an uploaded transcript; what cannot be read in it is U+FFFD, with a notice for each such line.

    Raises InputError as ``decode`` does where the file is no text, or too much of it cannot be read.
    """
    try:
        decoded = decode(data)
    except Undecodable as error:
        decoded = _repaired(data, error)
    if len(CONTROL.findall(decoded.text)) > MOST_CONTROL * len(decoded.text):
        refuse_control(decoded)
    if not CONTROL.search(decoded.text) and _LOST not in decoded.text:
        return decoded, ()
    # The WebVTT standard gives NUL this meaning; elsewhere it is as good as any.
    text = CONTROL.sub(_LOST, decoded.text)
    return Decoded(text, decoded.encoding), tuple(
        Notice(
            line=number,
            what=f"文字として読めない部分があります（「{_LOST}」で示しています）。",
            remedy="元の録音か書き出し元で、この行の言葉を確かめてください。",
        )
        for number, line in enumerate(LINE_END.split(text), start=1)
        if _LOST in line
    )


def _repaired(data: bytes, error: InputError) -> Decoded:
    if encoding := bom_encoding(data):
        candidates = [encoding]
    elif is_iso_2022_jp(data):
        candidates = ["iso2022_jp"]
    else:
        candidates = ["utf-8", "cp932", "euc_jp"]
    readings = [Decoded(data.decode(encoding, "replace"), encoding) for encoding in candidates]
    fitting = [reading for reading in readings if _reads_well(reading)]
    if not fitting:
        raise error
    if fitting[0].encoding == "utf-8":
        return fitting[0]
    return max(fitting, key=lambda reading: plausibility(reading.text))


def _reads_well(reading: Decoded) -> bool:
    lost, text = reading.text.count(_LOST), reading.text
    if reading.encoding in _LEGACY and plausibility(text) <= 0:
        return False
    # ASCII proves little, since it is the same in every encoding.
    good = len(_JAPANESE.findall(text)) + sum(map(len, _ASCII.findall(text))) / 20
    return lost > 0 and good >= _ENOUGH.get(reading.encoding, 5) * lost
