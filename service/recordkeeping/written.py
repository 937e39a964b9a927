"""What a person wrote of a record, kept as it was written: ``file`` and ``item`` with the fields that have a value."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from minutes.errors import InputError, Problem
from records.metadata import FileMetadata, ItemDescription, Officer
from records.metadata.table_csv import refuse

LONGEST = 2000
RECORD_KIND = "record_kind"
FIELDS: Mapping[str, tuple[str, ...]] = {
    "file": (*FileMetadata.model_fields, RECORD_KIND),
    "item": tuple(ItemDescription.model_fields),
}
_OFFICER = tuple(Officer.model_fields)


def written(given: object) -> dict[str, dict[str, Any]]:
    """Without what is empty, so that nothing is told from ``null`` and from a blank field alike.

    Raises InputError for parts and fields that there are none of, and for what cannot be kept: lists, control
    characters, texts that are too long.
    """
    raw: Mapping[Any, Any] = given if isinstance(given, Mapping) else {}
    problems = [
        Problem("この名前の項目はありません。", str(name)[:60], "file と item の中に書いてください。")
        for name in raw
        if name not in FIELDS
    ]
    found: dict[str, dict[str, Any]] = {}
    for part, fields in FIELDS.items():
        inner = raw.get(part)
        if inner is not None and not isinstance(inner, Mapping):
            raise InputError("値の組ではありません。", where=part, remedy="項目の名前と値を書いてください。")
        found[part] = dict(_values(part, fields, inner or {}, problems))
    refuse(problems)
    return found


def _values(
    part: str, fields: tuple[str, ...], given: Mapping[Any, Any], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    for name, value in given.items():
        where = f"{part}.{str(name)[:60]}"
        if name not in fields:
            what = "この名前の項目はありません。"
            problems.append(Problem(what, where, "項目名のつづりを確かめるか、取り除いてください。"))
        elif name == "drafter" and isinstance(value, Mapping):
            inner = dict(_values(where, _OFFICER, value, problems))
            if inner:
                yield name, inner
        elif isinstance(value, str):
            text = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
            if len(text) > LONGEST or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text.replace("\n", "")):
                remedy = f"{LONGEST}文字以内の文で書いてください。"
                problems.append(Problem("長すぎるか、使えない文字があります。", where, remedy))
            elif text:
                yield name, text
        elif isinstance(value, bool | int):
            yield name, value
        elif value is not None:
            problems.append(Problem("値の形が正しくありません。", where, "文字で書いてください。"))
