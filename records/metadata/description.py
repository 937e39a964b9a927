"""What a clerk writes about a record (JSON or YAML), completed from the body's tables: file and item.

Dates may be written as offices write them. 起算日 and 満了日 follow from the fiscal year and the period; where they are
written all the same, they must agree.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
from records.metadata.contradiction import Contradictions
from records.metadata.file import Disposal, FileMetadata, Medium
from records.metadata.fiscal_year import LAST, read_fiscal_year
from records.metadata.item import ItemDescription, Officer, Openness
from records.metadata.retention import counted_from, expires_on, read_period
from records.metadata.retention_table import RetentionTable
from records.metadata.table_csv import refuse

SUBJECT = "文書の記載事項"
_DATES = {"file": ("retention_start", "retention_end"), "item": ("drafted_on", "decided_on", "enforced_on")}
_CHOICES = {"disposal": Disposal, "medium": Medium, "openness": Openness}
_CLASS = ("class_large", "class_mid", "file_title")
_FROM_KIND = ("retention_period", "disposal")
_MISSING = "必要な項目がありません。"
_TITLES = {
    name: field.title
    for model in (FileMetadata, ItemDescription, Officer)
    for name, field in model.model_fields.items()
}


class Description(Value):
    file: FileMetadata
    item: ItemDescription


@dataclass(frozen=True)
class Examined:
    """What is to be said of a description as it is written. ``where`` of a Problem is the field: ``item.decided_on``."""

    description: Description | None
    """None while something is missing or wrong."""
    missing: tuple[Problem, ...]
    faults: tuple[Problem, ...]


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
    return description_of(load_description(data), classification=classification, retention=retention)


def load_description(data: bytes) -> object:
    """The plain data of a JSON or YAML text, not checked yet. Raises InputError."""
    decoded = decode(data)
    refuse_control(decoded)
    return load_structured(decoded.text, SUBJECT)


def description_of(
    given: object, *, classification: ClassificationTable | None = None, retention: RetentionTable | None = None
) -> Description:
    """As ``read_description``, of the plain data itself."""
    examined = examine(given, classification=classification, retention=retention)
    refuse([*examined.faults, *examined.missing])
    assert examined.description is not None
    return examined.description


def examine(
    given: object, *, classification: ClassificationTable | None = None, retention: RetentionTable | None = None
) -> Examined:
    """What is missing and what is wrong, apart: what a clerk has not come to yet is no mistake.

    Raises InputError where it is no description at all: parts or names that there are none of.
    """
    parts = _parts(given)
    faults: list[Problem] = []
    for name, fields in _DATES.items():
        for field in fields:
            _replace(parts[name], name, field, lambda text: read_date(text).isoformat(), faults)
    file, item = parts["file"], parts["item"]
    _replace(file, "file", "fiscal_year", read_fiscal_year, faults)
    _replace(file, "file", "retention_period", read_period, faults)
    missing = [*_from_table(file, retention, faults), *_unreasoned(item)]
    _classify(file, classification, faults)
    _complete_dates(file, faults)
    item.setdefault("drafter", {})
    made, found = _validated(parts)
    told = {each.where for each in (*missing, *faults)}
    if "file.record_kind" in told:
        told |= {f"file.{field}" for field in _FROM_KIND}
    for each in found:
        if each.where not in told:
            (missing if each.what == _MISSING else faults).append(each)
    return Examined(None if missing or faults else made, tuple(missing), tuple(faults))


def _parts(raw: object) -> dict[str, dict[str, Any]]:
    """``file`` and ``item`` as they are written; a field without a value (``number:`` in YAML) counts as not written."""
    given: Mapping[Any, Any] = raw if isinstance(raw, Mapping) else {}
    refuse(
        [
            *(
                Problem("項目の組がありません。", name, "docs/records.md の例のように書いてください。")
                for name in _DATES
                if not isinstance(given.get(name), Mapping)
            ),
            *(
                Problem("この名前の項目はありません。", str(name), "file と item の中に書いてください。")
                for name in given
                if name not in _DATES
            ),
        ]
    )
    return {name: {str(key): value for key, value in given[name].items() if value is not None} for name in _DATES}


def _replace(part: dict[str, Any], name: str, field: str, read: Callable[[str], object], faults: list[Problem]) -> None:
    value = part.get(field)
    if value is None:
        return
    try:
        # A bare number is not taken for a day or a period: 20260209 would be one in the year 1970.
        part[field] = read(str(value))
    except ValueError as error:
        what, _, remedy = str(error).partition("。")
        faults.append(Problem(f"{what}。", f"{name}.{field}", remedy))


def _from_table(file: dict[str, Any], table: RetentionTable | None, faults: list[Problem]) -> Iterator[Problem]:
    kind, where = file.pop("record_kind", None), "file.record_kind"
    if table is None:
        if kind is not None:
            what = "文書の類型が書かれていますが、保存期間表が指定されていません。"
            faults.append(Problem(what, where, "保存期間表を指定してください。"))
        return
    if kind is None:
        what = "保存期間表が指定されていますが、文書の類型がありません。"
        yield Problem(what, where, "保存期間表にある文書の類型を選んでください（record_kind）。")
        return
    try:
        rule = table.rule(str(kind))
    except InputError as error:
        faults.append(Problem(error.what, where, error.remedy))
        return
    for field, name, value in (
        ("retention_period", "保存期間", rule.period),
        ("disposal", "満了時の措置", rule.disposal.value),
    ):
        given = file.setdefault(field, value)
        if given != value:
            what = f"{name}が「{given}」です（保存期間表では「{kind}」は「{value}」）。"
            faults.append(Problem(what, f"file.{field}", "保存期間表に合わせるか、この項目を消してください。"))


def _unreasoned(item: dict[str, Any]) -> Iterator[Problem]:
    openness = item.get("openness")
    if openness in (Openness.PARTLY, Openness.CLOSED) and item.get("openness_reason") is None:
        what = f"公開区分が「{openness}」ですが理由がありません。"
        yield Problem(what, "item.openness_reason", "非公開の理由を書いてください（openness_reason）。")


def _classify(file: dict[str, Any], table: ClassificationTable | None, faults: list[Problem]) -> None:
    names = [file.get(field) for field in _CLASS]
    if table is None or not all(isinstance(name, str) and name.strip() for name in names):
        return
    try:
        entry = table.entry(*(str(name).strip() for name in names))
    except InputError as error:
        faults.append(Problem(error.what, "file.file_title", error.remedy))
        return
    if file.setdefault("class_code", entry.code) not in ("", entry.code):
        what = f"分類記号が「{file['class_code']}」です（文書分類表では「{entry.code}」）。"
        faults.append(Problem(what, "file.class_code", "分類表に合わせるか、この項目を消してください。"))
        return
    file["class_code"] = entry.code


def _complete_dates(file: dict[str, Any], faults: list[Problem]) -> None:
    year, period = file.get("fiscal_year"), file.get("retention_period")
    if not isinstance(year, int) or not isinstance(period, str):
        return
    for field, follows in (("retention_start", counted_from), ("retention_end", expires_on)):
        try:
            day: date | None = follows(period, year)
        except ValueError:
            if year > LAST - 100:
                what = "保存期間の満了日が、扱える暦を超えます。"
                faults.append(Problem(what, "file.fiscal_year", "作成・取得年度を確かめてください。"))
            return
        if day is not None:
            file.setdefault(field, day.isoformat())


def _validated(parts: dict[str, dict[str, Any]]) -> tuple[Description | None, list[Problem]]:
    try:
        return Description.model_validate(parts), []
    except ValidationError as error:
        return None, [each for detail in error.errors(include_url=False) for each in _problems(detail)]


def _problems(detail: ErrorDetails) -> Iterator[Problem]:
    error = detail.get("ctx", {}).get("error")
    if isinstance(error, Contradictions):
        for field, sentence in error.found:
            what, _, remedy = sentence.partition("。")
            yield Problem(f"{what}。", f"{detail['loc'][0]}.{field}", remedy)
    else:
        yield _problem(detail)


def _problem(detail: ErrorDetails) -> Problem:
    where = ".".join(str(each) for each in detail["loc"])
    name = str(detail["loc"][-1]) if detail["loc"] else ""
    match detail["type"]:
        case "missing":
            return Problem(_MISSING, where, f"{_TITLES.get(name, name)}（{name}）を書いてください。")
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
