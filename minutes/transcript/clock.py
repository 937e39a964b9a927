"""Times as transcripts write them: 1:02:03.5, 00:00:03,120, 12:05, 0時3分5秒, 93.4."""

import re

_CLOCK = re.compile(r"(?:(\d{1,6})[:：])?(\d{1,6})[:：]([0-5]?\d)(?:[.,](\d{1,9}))?", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,3})時間?)?(?:(\d{1,4})分)?(?:(\d{1,5})(?:\.(\d{1,9}))?秒)?", re.ASCII)
_SECONDS = re.compile(r"\d{1,9}(?:\.\d{1,9})?", re.ASCII)
_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[T \u3000]+", re.ASCII)
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def seconds(written: str) -> float | None:
    """Seconds of a time of any of these forms; None where it is none of them."""
    bare = _DATE.sub("", written.strip().strip("[]()（）［］〔〕【】").translate(_WIDE).strip(), count=1)
    if _SECONDS.fullmatch(bare):
        return float(bare)
    match = _CLOCK.fullmatch(bare) or (_WORDS.fullmatch(bare) if bare else None)
    return in_seconds(*match.group(1, 2, 3, 4)) if match else None


def in_seconds(hours: str | None, minutes: str | None, whole: str | None, fraction: str | None) -> float:
    """In whole thousandths first: 13.6 must not become 13.600000000000001."""
    thousandths = int((fraction or "0")[:3].ljust(3, "0"))
    return (int(hours or 0) * 3_600_000 + int(minutes or 0) * 60_000 + int(whole or 0) * 1000 + thousandths) / 1000
