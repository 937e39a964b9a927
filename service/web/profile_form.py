"""What a person types of a profile, and the profile it means: one flat form there and back.

Nothing is judged here that the profile itself judges; what it says of a field comes back under the name of the field.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from pydantic import ValidationError

from minutes.errors import InputError, Problem
from minutes.lint.table import HARD, RULES
from minutes.profile import BUDGET_KINDS, HEADER_PARTS, Profile
from minutes.profiles.faults import faults_of
from service.web.profile_fields import BUDGET_NAMES, FIELDS, HEADER_NAMES, ChoiceField

Form = Mapping[str, Sequence[str]]
"""Values by field name, in the order typed."""

TERM = ("word", "reading", "near", "never_meant")
WORD = ("wrong", "right", "kind")
ROWS = {"term": TERM, "word": WORD}
ROWS_LIMIT = 500
"""Rows of one table: more terms than any body has asked for, few enough to read through."""
NAME_OF_PERSON = "氏名"
COLUMNS = {
    "word": "語",
    "reading": "読み",
    "near": "手掛かりの語",
    "never_meant": "必ず直す語",
    "wrong": "誤",
    "right": "正",
    "percent": "割合",
    "least": "最短",
    "most": "最長",
}
SWITCHES = tuple(rule for rule in RULES if rule.id not in HARD)

_PERCENT = re.compile(r"\d{1,3}(?:\.\d{1,30})?")
_BETWEEN = re.compile(r"[、,，\s]+")


def form_of(profile: Profile) -> dict[str, list[str]]:
    """The form as it shows this profile."""
    data = profile.model_dump(mode="json")
    form = {field.name: [_text(_at(data, field.name))] for field in FIELDS}
    for part in HEADER_PARTS:
        header = profile.layout.header
        form[f"header.{part}"] = [str(header.index(part) + 1) if part in header else ""]
    for kind in BUDGET_KINDS:
        budget = profile.budgets.get(kind)
        values = ("", "", "") if budget is None else (_percent(budget.ratio), str(budget.least), str(budget.most))
        for column, value in zip(("percent", "least", "most"), values, strict=True):
            form[f"budgets.{kind}.{column}"] = [value]
    form["rules"] = [rule.id for rule in SWITCHES if rule.id not in profile.wording.without]
    for column in TERM:
        form[f"term.{column}"] = [_listed(getattr(term, column)) for term in profile.glossary]
    form["word.wrong"] = [word.wrong for word in profile.house_words]
    form["word.right"] = [word.right for word in profile.house_words]
    form["word.kind"] = [NAME_OF_PERSON if word.name else "" for word in profile.house_words]
    return form


def tidied(posted: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """What was posted, without the rows of tables that were left empty."""
    form: dict[str, list[str]] = {}
    for name, value in posted:
        form.setdefault(name, []).append(value)
    for table, columns in ROWS.items():
        # The kind of a word is chosen from a list and says nothing without the word.
        typed = len(columns) - (table == "word")
        filled = [row for row in rows_of(form, table) if any(cell.strip() for cell in row[:typed])]
        for number, column in enumerate(columns):
            form[f"{table}.{column}"] = [row[number] for row in filled]
    return form


def rows_of(form: Form, table: str) -> list[tuple[str, ...]]:
    """The rows of a table as they were typed."""
    return list(zip_longest(*(form.get(f"{table}.{column}", ()) for column in ROWS[table]), fillvalue=""))


def profile_of_form(form: Form, profile_id: str) -> Profile:
    """The profile that the form means. Raises InputError with a Problem for each faulty field, named as in the form."""
    problems: list[Problem] = []
    data: dict[str, Any] = {"id": profile_id, "layout": {}, "wording": {}}
    for field in FIELDS:
        _put(data, field.name, _number(form, field.name) if field.name == "wording.longest" else _one(form, field.name))
    data["layout"]["header"] = _header(form, problems)
    data["budgets"] = dict(_budgets(form, problems))
    followed = form.get("rules", ())
    data["wording"]["without"] = [rule.id for rule in SWITCHES if rule.id not in followed]
    data["glossary"] = [
        {"word": word.strip(), "reading": reading.strip(), "near": _words(near), "never_meant": _words(never)}
        for word, reading, near, never in _limited(form, "term", problems)
    ]
    data["house_words"] = [
        {"wrong": wrong.strip(), "right": right.strip(), "name": kind == NAME_OF_PERSON}
        for wrong, right, kind in _limited(form, "word", problems)
    ]
    try:
        profile = Profile.model_validate(data)
    except ValidationError as error:
        told = {each.where for each in problems}
        faults = ((_place(fault.path), fault) for fault in faults_of(error))
        problems += [Problem(fault.what, place, fault.remedy) for place, fault in faults if place not in told]
    if problems:
        raise InputError("書式の入力に誤りがあります。", problems=problems)
    return profile


def label_of(place: str) -> str:
    """Words for a field named in a Problem."""
    parts = place.split(".")
    if parts[0] == "budgets":
        return f"長さの目安（{BUDGET_NAMES.get(parts[1], parts[1])}）の{COLUMNS.get(parts[2], '')}"
    if parts[0] in ROWS:
        table = "用語" if parts[0] == "term" else "書き換える語"
        return f"{table} {int(parts[1]) + 1}行目の{COLUMNS[parts[2]]}"
    if parts[0] == "header":
        return f"頭書きの{HEADER_NAMES[parts[1]][0]}"
    names = {field.name: field.label for field in FIELDS}
    return names.get(place, {"id": "識別名", "reason": "変更の理由", "department": "使う所属"}.get(place, ""))


def _header(form: Form, problems: list[Problem]) -> list[str]:
    places: dict[int, str] = {}
    for part in HEADER_PARTS:
        typed = _number(form, f"header.{part}")
        if not typed:
            continue
        if typed not in {str(n) for n in range(1, len(HEADER_PARTS) + 1)}:
            remedy = f"「出さない」か、1から{len(HEADER_PARTS)}までを選んでください。"
            problems.append(Problem("選べない順番です。", f"header.{part}", remedy))
        elif int(typed) in places:
            other = HEADER_NAMES[places[int(typed)]][0]
            problems.append(
                Problem(f"「{other}」と同じ順番です。", f"header.{part}", "項目ごとに違う順番を選んでください。")
            )
        else:
            places[int(typed)] = part
    return [places[each] for each in sorted(places)]


def _budgets(form: Form, problems: list[Problem]) -> Iterator[tuple[str, dict[str, Any]]]:
    for kind in BUDGET_KINDS:
        names = {column: f"budgets.{kind}.{column}" for column in ("percent", "least", "most")}
        typed = {column: _number(form, name) for column, name in names.items()}
        if not any(typed.values()):
            continue
        percent = typed["percent"].removesuffix("%")
        ratio = 1.0
        if _PERCENT.fullmatch(percent) and 0 < Decimal(percent) <= 100:
            ratio = float(Decimal(percent) / 100)
        else:
            what = "割合が数ではないか、範囲の外です。" if percent else "割合がありません。"
            problems.append(Problem(what, names["percent"], "0より大きく100までの数で書いてください（例：60）。"))
        bounds = {column: typed[column] for column in ("least", "most")}
        for column in [each for each, value in bounds.items() if not value]:
            problems.append(
                Problem("字数がありません。", names[column], "1以上の整数で書くか、行の3つの欄を空にしてください。")
            )
            bounds[column] = "1" if column == "least" else str(10**9)
        yield kind, {"ratio": ratio, **bounds}


def _limited(form: Form, table: str, problems: list[Problem]) -> list[tuple[str, ...]]:
    rows = rows_of(form, table)
    if len(rows) > ROWS_LIMIT:
        place = f"{table}.{ROWS_LIMIT}.{ROWS[table][0]}"
        problems.append(Problem("行が多すぎます。", place, f"{ROWS_LIMIT}行以内にしてください。"))
    return rows[:ROWS_LIMIT]


def _place(path: tuple[str | int, ...]) -> str:
    """The field of the form that a path of the profile belongs to."""
    match path:
        case ("budgets", kind, "ratio", *_):
            return f"budgets.{kind}.percent"
        case ("budgets", kind, str(bound), *_):
            return f"budgets.{kind}.{bound}"
        case ("budgets", kind):
            return f"budgets.{kind}.least"
        case ("budgets",):
            return "budgets.default.percent"
        case ("glossary", row, *column):
            return f"term.{row}.{column[0] if column else 'near'}"
        case ("house_words", row, *column):
            return f"word.{row}.{column[0] if column else 'wrong'}"
        case _:
            return ".".join(str(each) for each in path)


def _one(form: Form, name: str) -> str:
    return next(iter(form.get(name, ())), "").strip()


def _number(form: Form, name: str) -> str:
    """Digits as a person may type them: full-width ones too."""
    return unicodedata.normalize("NFKC", _one(form, name))


def _words(cell: str) -> list[str]:
    return [each for each in _BETWEEN.split(cell) if each]


def _listed(value: str | tuple[str, ...]) -> str:
    return value if isinstance(value, str) else "、".join(value)


def _percent(ratio: float) -> str:
    percent = format(Decimal(repr(ratio)) * 100, "f")
    return percent.rstrip("0").rstrip(".") if "." in percent else percent


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _at(data: Any, name: str) -> Any:
    for part in name.split("."):
        data = data[part]
    return data


def _put(data: dict[str, Any], name: str, value: str) -> None:
    *way, last = name.split(".")
    for part in way:
        data = data[part]
    data[last] = value


def shown(field_name: str, value: str) -> str:
    """A value of the form in the words of the form."""
    field = next(each for each in FIELDS if each.name == field_name)
    if not isinstance(field, ChoiceField):
        return value
    return next((words for known, words, _ in field.choices if known == value), value)
