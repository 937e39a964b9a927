"""Fields of JSON elements as a transcript needs them; a field of the wrong kind is a notice, not the end."""

import math
import re
from typing import Any

from minutes.transcript.clock import seconds
from minutes.transcript.fragment import LINE_END, Findings, Fragment, join_lines

_UNSTORABLE = re.compile("[\ud800-\udfff\0]")
_REMEDY = "書き出し元の JSON を確かめてください。"


def objects(data: Any, key: str) -> list[dict[str, Any]]:
    """The objects in the list ``data[key]``; nothing where there is no such list."""
    found = data.get(key) if isinstance(data, dict) else None
    return [element for element in found if isinstance(element, dict)] if isinstance(found, list) else []


def at_path(data: Any, *keys: str | int) -> Any:
    """``data[a][b]…``; None where the way breaks off."""
    for key in keys:
        if isinstance(key, str):
            data = data.get(key) if isinstance(data, dict) else None
        else:
            data = data[key] if isinstance(data, list) and len(data) > key else None
    return data


def add_element(
    found: Findings,
    number: int,
    element: object,
    *,
    text: str = "text",
    label: str = "speaker",
    start: str = "start",
    end: str = "end",
    per_second: int = 1,
) -> None:
    """One element of a list of segments as a fragment; the names of its fields and the unit of its times vary."""
    if not isinstance(element, dict) or not isinstance(element.get(text), str):
        found.notice(number, f"{text}（文字列）がないため、読めませんでした。", _REMEDY)
        return
    spoken = words(element[text], number, found)
    begin = time(element.get(start), start, number, found, per_second)
    finish = time(element.get(end), end, number, found, per_second)
    if begin is not None and finish is not None and finish < begin:
        found.notice(number, f"{end} が {start} より前です。", "終了時刻を使わずに読みました。")
        finish = None
    found.fragments.append(Fragment(name(element.get(label), label, number, found), spoken, number, begin, finish))


def words(value: str, number: int, found: Findings) -> str:
    """Text on one line, with U+FFFD for what no file can store."""
    if _UNSTORABLE.search(value):
        found.notice(number, "文字として扱えない符号があります（「\ufffd」で示しています）。", _REMEDY)
        value = _UNSTORABLE.sub("\ufffd", value)
    return join_lines(LINE_END.split(value))


def name(value: object, key: str, number: int, found: Findings) -> str | None:
    """A speaker's label; tools give a name, a letter or a number."""
    if value is None:
        return None
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return _UNSTORABLE.sub("\ufffd", str(value)).strip() or None
        except ValueError:  # an integer too long to print
            pass
    found.notice(number, f"{key} が文字列ではありません。", f"話者なしとして読みました。{_REMEDY}")
    return None


def time(value: object, key: str, number: int, found: Findings, per_second: int = 1) -> float | None:
    """Seconds of a time given as a number, or as a number or a clock in a string."""
    if value is None:
        return None
    given = seconds(value) if isinstance(value, str) else value
    if isinstance(given, int | float) and not isinstance(given, bool):
        try:
            result = float(given) / per_second
        except OverflowError:
            result = math.inf
        if math.isfinite(result) and result >= 0:
            return result
    found.notice(number, f"{key} が0以上の時刻ではありません。", f"時刻なしとして読みました。{_REMEDY}")
    return None
