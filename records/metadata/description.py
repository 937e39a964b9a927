"""What a clerk writes about a record (JSON or YAML), completed from the body's tables: file and item.

Dates may be written as offices write them. 起算日 and 満了日 follow from the fiscal year and the period; where they are
written all the same, they must agree.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from minutes.era import read_date
from minutes.errors import InputError, Problem
from minutes.structured_text import load_structured
from minutes.transcript.encoding import decode, refuse_control
from minutes.value import Value
from records.metadata.classification import ClassificationTable
from records.metadata.file import Disposal, FileMetadata, Medium
from records.metadata.fiscal_year import read_fiscal_year
from records.metadata.item import ItemDescription, Openness
from records.metadata.retention import counted_from, expires_on, read_period
from records.metadata.retention_table import RetentionTable
from records.metadata.table_csv import refuse

SUBJECT = "文書の記載事項"
_DATES = {"file": ("retention_start", "retention_end"), "item": ("drafted_on", "decided_on", "enforced_on")}
_CHOICES = {"disposal": Disposal, "medium": Medium, "openness": Openness}


class Description(Value):
    file: FileMetadata
    item: ItemDescription


def read_description(
    data: bytes,
    *,
    classification: ClassificationTable | None = None,
    retention: RetentionTable | None = None,
) -> Description:
    """The description, checked. With tables, classification and period must be as they say; ``record_kind`` of the
    file takes period and measure from the retention table.

    Raises InputError with one Problem per mistake; ``where`` is the field, e.g. ``item.decided_on``.
    """
    parts = _parts(data)
    problems: list[Problem] = []
    for name, fields in _DATES.items():
        for field in fields:
            _replace(parts[name], name, field, lambda text: read_date(text).isoformat(), problems)
    file = parts["file"]
    _replace(file, "file", "fiscal_year", read_fiscal_year, problems)
    _replace(file, "file", "retention_period", read_period, problems)
    _from_table(file, retention, problems)
    refuse(problems)
    _complete_dates(file)
    made = _validated(parts)
    return made.model_copy(update={"file": _classified(made.file, classification)})


def _parts(data: bytes) -> dict[str, dict[str, Any]]:
    """``file`` and ``item`` as they are written; a field without a value (``number:`` in YAML) counts as not written."""
    decoded = decode(data)
    refuse_control(decoded)
    raw = load_structured(decoded.text, SUBJECT)
    given = raw if isinstance(raw, dict) else {}
    refuse(
        [
            *(
                Problem("項目の組がありません。", name, "docs/records.md の例のように書いてください。")
                for name in _DATES
                if not isinstance(given.get(name), dict)
            ),
            *(
                Problem("この名前の項目はありません。", str(name), "file と item の中に書いてください。")
                for name in given
                if name not in _DATES
            ),
        ]
    )
    return {name: {str(key): value for key, value in given[name].items() if value is not None} for name in _DATES}


def _replace(
    part: dict[str, Any], name: str, field: str, read: Callable[[str], object], problems: list[Problem]
) -> None:
    value = part.get(field)
    if value is None:
        return
    try:
        # A bare number is not taken for a day or a period: 20260209 would be one in the year 1970.
        part[field] = read(str(value))
    except ValueError as error:
        what, _, remedy = str(error).partition("。")
        problems.append(Problem(f"{what}。", f"{name}.{field}", remedy))


def _from_table(file: dict[str, Any], table: RetentionTable | None, problems: list[Problem]) -> None:
    kind = file.pop("record_kind", None)
    if (kind is None) != (table is None):
        what, remedy = (
            ("文書の類型が書かれていますが、保存期間表が指定されていません。", "保存期間表を指定してください。")
            if table is None
            else (
                "保存期間表が指定されていますが、文書の類型がありません。",
                "record_kind に表の文書の類型を書いてください。",
            )
        )
        problems.append(Problem(what, "file.record_kind", remedy))
    if kind is None or table is None:
        return
    rule = table.rule(str(kind))
    for field, name, value in (
        ("retention_period", "保存期間", rule.period),
        ("disposal", "満了時の措置", rule.disposal.value),
    ):
        given = file.setdefault(field, value)
        if given != value:
            what = f"{name}が「{given}」です（保存期間表では「{kind}」は「{value}」）。"
            problems.append(Problem(what, f"file.{field}", "保存期間表に合わせるか、この項目を消してください。"))


def _complete_dates(file: dict[str, Any]) -> None:
    year, period = file.get("fiscal_year"), file.get("retention_period")
    if not isinstance(year, int) or not isinstance(period, str):
        return
    for field, follows in (("retention_start", counted_from), ("retention_end", expires_on)):
        day: date | None = follows(period, year)
        if day is not None:
            file.setdefault(field, day.isoformat())


def _validated(parts: dict[str, dict[str, Any]]) -> Description:
    try:
        return Description.model_validate(parts)
    except ValidationError as error:
        refuse(_problem(detail) for detail in error.errors(include_url=False))
        raise  # pydantic has a detail for every error


def _problem(detail: ErrorDetails) -> Problem:
    where = ".".join(str(each) for each in detail["loc"])
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return Problem("必要な項目がありません。", where, f"{name} を書いてください。")
        case "extra_forbidden":
            return Problem("この名前の項目はありません。", where, "項目名のつづりを確かめるか、取り除いてください。")
        case "enum":
            return Problem(
                "決められた値ではありません。", where, f"{'、'.join(_CHOICES[name])} のどれかにしてください。"
            )
        case "value_error":
            what, _, remedy = str(detail["ctx"]["error"]).partition("。")
            return Problem(f"{what}。", where, remedy)
        case "string_too_short":
            return Problem("空欄です。", where, "値を書いてください。")
        case "string_too_long":
            return Problem("長すぎます。", where, f"{detail['ctx']['max_length']}文字以内にしてください。")
        case _:
            return Problem("値の形が正しくありません。", where, "docs/records.md の例に合わせてください。")


def _classified(file: FileMetadata, table: ClassificationTable | None) -> FileMetadata:
    if table is None:
        return file
    entry = table.entry(file.class_large, file.class_mid, file.file_title)
    if file.class_code and file.class_code != entry.code:
        raise InputError(
            f"分類記号が「{file.class_code}」です（文書分類表では「{entry.code}」）。",
            where="file.class_code",
            remedy="分類表に合わせるか、この項目を消してください。",
        )
    return file.model_copy(update={"class_code": entry.code})
