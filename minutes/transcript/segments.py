"""JSON transcripts: ``[{speaker, start, end, text}]`` and WhisperX ``{"segments": [...]}``."""

import json
import math
import re
from typing import Any

from minutes.errors import InputError
from minutes.transcript.fragment import LINE_END, Fragment, Reading, join_lines

_UNSTORABLE = re.compile("[\ud800-\udfff\0]")
_SHAPE = '[{"speaker": "…", "start": 0.0, "end": 1.0, "text": "…"}] または {"segments": […]} の形にしてください。'


def read_segments(text: str) -> Reading:
    """Segments of a JSON file; an unreadable element is a problem, a file of another shape raises InputError."""
    try:
        data: Any = json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            "JSON として読めません。",
            where=f"{error.lineno}行目{error.colno}文字目",
            remedy="JSON の書き方を確かめてください。",
        ) from error
    except (ValueError, RecursionError) as error:
        what = "JSON として読めません（数値が長すぎるか、入れ子が深すぎます）。"
        raise InputError(what, where="1行目", remedy=_SHAPE) from error
    if isinstance(data, dict):
        data = data.get("segments")
    if not isinstance(data, list):
        raise InputError("JSON の形が文字起こしのものではありません。", where="1行目", remedy=_SHAPE)
    fragments: list[Fragment] = []
    problems: list[tuple[int, str]] = []
    for number, element in enumerate(data, start=1):
        if not isinstance(element, dict) or not isinstance(element.get("text"), str):
            problems.append((number, f"{number}番目の要素に text（文字列）がないため、読めませんでした。"))
            continue
        spoken = element["text"]
        if _UNSTORABLE.search(spoken):
            problems.append((number, f"{number}番目の text の、文字として扱えない符号を「\ufffd」に置き換えました。"))
            spoken = _UNSTORABLE.sub("\ufffd", spoken)
        spoken = join_lines(LINE_END.split(spoken))
        if not spoken:
            continue
        label = _label(element.get("speaker"), number, problems)
        start = _time(element.get("start"), "start", number, problems)
        end = _time(element.get("end"), "end", number, problems)
        if start is not None and end is not None and end < start:
            problems.append((number, f"{number}番目の end が start より前です。終了時刻を使いません。"))
            end = None
        fragments.append(Fragment(label, spoken, number, start, end))
    return Reading(tuple(fragments), tuple(problems))


def _label(value: object, number: int, problems: list[tuple[int, str]]) -> str | None:
    if value is None:
        return None
    if isinstance(value, str | int) and not isinstance(value, bool):
        try:
            return _UNSTORABLE.sub("\ufffd", str(value)).strip() or None
        except ValueError:  # an integer too long to print
            pass
    problems.append((number, f"{number}番目の speaker が文字列ではないため、話者なしとして読みました。"))
    return None


def _time(value: object, name: str, number: int, problems: list[tuple[int, str]]) -> float | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            seconds = float(value)
        except OverflowError:
            seconds = math.inf
        if math.isfinite(seconds) and seconds >= 0:
            return seconds
    problems.append((number, f"{number}番目の {name} が0以上の秒数ではないため、時刻なしとして読みました。"))
    return None
