"""A JSON transcript: loaded once, then read by the first tool whose shape it has."""

import json
import re
from collections.abc import Callable
from typing import Any

from minutes.errors import InputError
from minutes.transcript.formats import amazon_transcribe, assemblyai, deepgram, diet, own, whisper
from minutes.transcript.fragment import Reading

_JSON = re.compile(r"\s*(?:\{|\[\s*(?:[{\]\[\"]|-?\d+\s*[,\]]\s*(?:$|[\d,])))")
_SHAPES: tuple[tuple[Callable[[Any], bool], Callable[[Any], Reading]], ...] = tuple(
    (shape.fits, shape.read) for shape in (own, amazon_transcribe, deepgram, assemblyai, diet, whisper)
)
_REMEDY = (
    '[{"speaker": "…", "start": 0.0, "end": 1.0, "text": "…"}]、{"segments": […]}、または音声認識サービスが'
    "書き出したままの JSON にしてください。"
)


def is_json(text: str) -> bool:
    return bool(_JSON.match(text))


def read_json(text: str) -> Reading:
    """Raises InputError where the text is no JSON or of a shape that no known tool writes."""
    document = _load(text)
    for fits, read in _SHAPES:
        if fits(document):
            return read(document)
    raise InputError("JSON の形が文字起こしのものではありません。", where="1行目", remedy=_REMEDY)


def _load(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (lines := _one_on_each_line(text)):
            return lines
        raise InputError(
            "JSON として読めません。",
            where=f"{error.lineno}行目{error.colno}文字目",
            remedy="JSON の書き方を確かめるか、書き出し直してください。",
        ) from error
    except (ValueError, RecursionError) as error:
        what = "JSON として読めません（数値が長すぎるか、入れ子が深すぎます）。"
        raise InputError(what, where="1行目", remedy=_REMEDY) from error


def _one_on_each_line(text: str) -> list[Any] | None:
    """JSON Lines: an element on each line. A broken line is an element that cannot be read."""
    elements: list[Any] = []
    for line in text.split("\n"):
        if line.strip():
            try:
                elements.append(json.loads(line))
            except (ValueError, RecursionError):
                elements.append(None)
    return elements if isinstance(elements[0], dict) else None
