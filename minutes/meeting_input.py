"""The clerk's meeting file (JSON or YAML) to a ``Meeting``, with every mistake named by its field, all at once."""

import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from minutes.era import JST, format_date, weekday
from minutes.errors import InputError, Problem
from minutes.meeting import Meeting
from minutes.structured_text import load_structured
from minutes.transcript.encoding import decode, refuse_control

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?", re.ASCII)
_TIME_REMEDY = "「2026-05-20T13:30:00+09:00」のように書いてください。"
_UNUSABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_CHOICES = {
    "kind": "greeting（挨拶）、report（報告）、discussion（協議）、other（その他）",
    "disclosure": "public（公開）、closed（非公開）、partial（一部非公開）",
    "side": "own（事務局側）、cohost（共催）、guest（出席団体）",
}
_TYPES = {
    "string_type": "文字列で書いてください（数字だけの値は引用符で囲みます）。",
    "int_type": "整数で書いてください（引用符は付けません）。",
    "tuple_type": "[ ] で囲んだ並びで書いてください。",
    "model_type": "{ } で囲んだ項目の組で書いてください。",
    "model_attributes_type": "{ } で囲んだ項目の組で書いてください。",
    "datetime_type": _TIME_REMEDY,
}


def _text(data: bytes) -> str:
    decoded = decode(data)
    refuse_control(decoded)
    return decoded.text


def parse_meeting(data: bytes | str) -> Meeting:
    """The meeting that a JSON or YAML text describes, times in Japan's offset.

    Raises InputError with one Problem per mistake; ``where`` is the field, e.g. ``agenda[2].presenter_ids[0]``.
    """
    raw = load_structured(data if isinstance(data, str) else _text(data))
    if not isinstance(raw, dict):
        raise InputError(
            "会議の情報の形ではありません。",
            where="会議の情報",
            remedy="title、starts_at、ends_at、agenda、roster などの項目を持つ JSON または YAML にしてください。",
        )
    problems: list[Problem] = []
    raw = _clean(raw, "", problems)
    broken = tuple(_broken_rules(raw))
    said = {problem.where for problem in broken}
    meeting, mistyped = _validated(raw)
    # The rules know more about times and numbers than the types do; one mistake is not told twice.
    problems.extend(problem for problem in mistyped if problem.where not in said)
    problems.extend(broken)
    if problems or meeting is None:
        first = problems[0]
        raise InputError(first.what, where=first.where, remedy=first.remedy, problems=problems)
    if meeting.starts_at.utcoffset() == meeting.ends_at.utcoffset() == JST.utcoffset(None):
        return meeting
    return meeting.model_copy(
        update={"starts_at": meeting.starts_at.astimezone(JST), "ends_at": meeting.ends_at.astimezone(JST)}
    )


def _clean(value: Any, where: str, problems: list[Problem]) -> Any:
    """Strings without surrounding space; a line end or control code inside one would break the printed form.

    A field without a value (``org:`` in YAML) counts as not written.
    """
    if isinstance(value, dict):
        return {
            str(key): _clean(item, f"{where}.{key}".lstrip("."), problems)
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [_clean(item, f"{where}[{n}]", problems) for n, item in enumerate(value)]
    if isinstance(value, str):
        value = value.strip()
        if _UNUSABLE.search(value):
            problems.append(Problem("改行または使えない符号が含まれています。", where, "取り除いてください。"))
            return _UNUSABLE.sub(" ", value)
    return value


def _validated(raw: dict[str, Any]) -> tuple[Meeting | None, list[Problem]]:
    try:
        # JSON mode in strict form: lists and ISO times as in JSON, but "1" is no number and true is no 1.
        return Meeting.model_validate_json(json.dumps(raw), strict=True), []
    except ValidationError as error:
        return None, [_from_pydantic(detail) for detail in error.errors(include_url=False)]


def _from_pydantic(detail: ErrorDetails) -> Problem:
    where = ""
    for part in detail["loc"]:
        where += f"[{part}]" if isinstance(part, int) else f".{part}"
    where = where.lstrip(".")
    kind, name = detail["type"], str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "missing":
        return Problem("必要な項目がありません。", where, f"{name} を書いてください。")
    if kind == "extra_forbidden":
        return Problem("この名前の項目はありません。", where, "項目名のつづりを確かめるか、取り除いてください。")
    if kind == "enum":
        return Problem("決められた値ではありません。", where, f"{_CHOICES.get(name, '')}のいずれかにしてください。")
    if kind == "greater_than_equal":
        return Problem("値が小さすぎます。", where, "0以上の整数にしてください。")
    return Problem("値の型が正しくありません。", where, _TYPES.get(kind, "docs/input.md の例に合わせてください。"))


def _broken_rules(raw: dict[str, Any]) -> Iterator[Problem]:
    """What a type cannot say. Reads the raw data, so that it also speaks when other fields are of a wrong type."""
    if raw.get("title") == "":
        yield Problem("会議名が空です。", "title", "会議名を書いてください。")
    series = raw.get("series_no")
    if isinstance(series, int) and not isinstance(series, bool) and series < 1:
        yield Problem("回数は1以上です。", "series_no", "1以上の整数にするか、項目を取り除いてください。")
    yield from _times(raw)
    yield from _agenda_numbers(raw)
    yield from _roster(raw)
    ids = {person["id"] for _, person in _rows(raw, "roster") if isinstance(person.get("id"), str)}
    for n, item in _rows(raw, "agenda"):
        yield from _agenda_item(n, item, ids)


def _rows(raw: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    rows = raw.get(name)
    if isinstance(rows, list):
        yield from ((n, row) for n, row in enumerate(rows) if isinstance(row, dict))


def _times(raw: dict[str, Any]) -> Iterator[Problem]:
    times: dict[str, datetime] = {}
    start_day: datetime | None = None
    for name in ("starts_at", "ends_at"):
        value = raw.get(name)
        if value is None:
            continue
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            yield Problem("日時の書き方が正しくありません。", name, _TIME_REMEDY)
            continue
        try:
            moment = datetime.fromisoformat(match[0])
            moment.replace(tzinfo=moment.tzinfo or JST).astimezone(JST)
        except (ValueError, OverflowError):
            yield Problem("日時が暦の上にありません。", name, "月、日、時、分を確かめてください。")
            continue
        if name == "starts_at":
            start_day = moment
        if match[1] is None:
            yield Problem("日時に時差がありません。", name, f"末尾に +09:00 を付けてください（{value}+09:00）。")
        else:
            times[name] = moment
    start, end = times.get("starts_at"), times.get("ends_at")
    if start and end and end <= start:
        yield Problem("終了日時が開始日時より後ではありません。", "ends_at", "starts_at より後の日時にしてください。")
    given = raw.get("weekday")
    if isinstance(given, str):
        if given not in tuple("月火水木金土日"):
            remedy = "月、火、水、木、金、土、日の1文字で書いてください。"
            yield Problem("曜日の書き方が正しくありません。", "weekday", remedy)
        elif start_day and given != weekday(start_day):
            yield Problem(
                f"曜日が開始日時と合いません（{format_date(start_day)}です）。",
                "weekday",
                f"「{weekday(start_day)}」に直すか、starts_at の日付を直してください。",
            )


def _agenda_numbers(raw: dict[str, Any]) -> Iterator[Problem]:
    if raw.get("agenda") == []:
        yield Problem("議題が1つもありません。", "agenda", "議題を1つ以上書いてください。")
    numbered = [
        (n, item["no"])
        for n, item in _rows(raw, "agenda")
        if isinstance(item.get("no"), int) and not isinstance(item["no"], bool)
    ]
    if len(numbered) != len(raw["agenda"] if isinstance(raw.get("agenda"), list) else []):
        return  # a missing or mistyped number is already named; what follows from it would only confuse
    seen: set[int] = set()
    in_order = True
    for n, no in numbered:
        if no in seen:
            remedy = "1から順に、重複のない番号にしてください。"
            yield Problem(f"議題番号{no}が重複しています。", f"agenda[{n}].no", remedy)
        elif no != n + 1 and in_order:  # the first one only: each later number differs because of it
            yield Problem(
                f"議題番号{n + 1}がありません（{no}になっています）。",
                f"agenda[{n}].no",
                f"1から順に、欠番のない番号にしてください（ここは{n + 1}）。",
            )
        in_order = in_order and no == n + 1
        seen.add(no)


def _roster(raw: dict[str, Any]) -> Iterator[Problem]:
    if raw.get("roster") == []:
        yield Problem("名簿に1人もいません。", "roster", "出席者を書いてください。")
    ids: dict[str, int] = {}
    names: dict[str, int] = {}
    for n, person in _rows(raw, "roster"):
        identifier, name = person.get("id"), person.get("name")
        if isinstance(identifier, str):
            if not identifier:
                yield Problem("id が空です。", f"roster[{n}].id", "名簿の中で重複しない id を書いてください。")
            elif identifier in ids:
                what = f"id「{identifier}」が roster[{ids[identifier]}] と重複しています。"
                yield Problem(what, f"roster[{n}].id", "名簿の中で重複しない id にしてください。")
            ids.setdefault(identifier, n)
        if isinstance(name, str):
            if not re.fullmatch(r"[^\s]+ [^\s]+", name):
                yield Problem(
                    f"氏名「{name}」の姓と名の間に半角の空白が1つありません。",
                    f"roster[{n}].name",
                    "「平岡 修」のように書いてください。",
                )
            folded = "".join(unicodedata.normalize("NFKC", name).split())
            if folded in names:
                what = f"氏名「{name}」が roster[{names[folded]}] と重複しています。"
                remedy = "同じ人を1回だけ書くか、同姓同名の方は区別できる氏名にしてください。"
                yield Problem(what, f"roster[{n}].name", remedy)
            names.setdefault(folded, n)


def _agenda_item(n: int, item: dict[str, Any], ids: set[str]) -> Iterator[Problem]:
    here = f"agenda[{n}]"
    if item.get("title") == "":
        yield Problem("議題名が空です。", f"{here}.title", "議題名を書いてください。")
    if item.get("disclosure") in ("closed", "partial") and item.get("reason") in (None, ""):
        remedy = "非公開（一部非公開）とする理由を書いてください。"
        yield Problem("非公開の理由がありません。", f"{here}.reason", remedy)
    yield from _presenters(here, item, ids)
    for m, subitem in _rows(item, "subitems"):
        if subitem.get("title") == "":
            yield Problem("報告の件名が空です。", f"{here}.subitems[{m}].title", "件名を書いてください。")
        yield from _presenters(f"{here}.subitems[{m}]", subitem, ids)


def _presenters(here: str, item: dict[str, Any], ids: set[str]) -> Iterator[Problem]:
    presenters = item.get("presenter_ids")
    for k, presenter in enumerate(presenters if isinstance(presenters, list) else ()):
        if isinstance(presenter, str) and presenter not in ids:
            yield Problem(
                f"説明者「{presenter}」が名簿（roster）にいません。",
                f"{here}.presenter_ids[{k}]",
                "名簿の id を書くか、名簿に加えてください。",
            )
