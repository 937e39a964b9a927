"""The fields of a record's description as the pages show them: what each is called, and what a clerk writes there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fastapi import Request

from minutes.errors import Problem
from records.metadata import Disposal, Medium, Openness
from records.metadata.retention import USUAL
from service.recordkeeping.rules import Rules

CLASS = "file.classification"
"""In place of the four fields of a class where the body has a table: one choice of it."""
_CLASS_FIELDS = ("file.class_large", "file.class_mid", "file.file_title", "file.class_code")
_FROM_KIND = ("file.retention_period", "file.disposal")
_BETWEEN = " ＞ "


@dataclass(frozen=True)
class Field:
    """``key``: part and name, e.g. ``item.decided_on``. ``options``: pairs of value and words, for a choice;
    ``likely``: what is offered beside free text. ``row``: fields of one name stand beside each other."""

    key: str
    label: str
    hint: str = ""
    need: bool = False
    long: bool = False
    options: tuple[tuple[str, str], ...] = ()
    likely: tuple[str, ...] = ()
    row: str = ""

    @property
    def id(self) -> str:
        return self.key.replace(".", "-").replace("_", "-")


_YES_NO = (("true", "有"), ("false", "無"))
_FILE = (
    Field("file.fiscal_year", "作成・取得年度等", "簿冊の最も早い文書の年度。例：令和7年度、R7", True, row="year"),
    Field("file.class_large", "大分類", "", True, row="class"),
    Field("file.class_mid", "中分類", "", True, row="class"),
    Field("file.file_title", "名称（小分類）", "", True, row="class"),
    Field("file.class_code", "分類記号", "", row="class"),
    Field("file.retention_period", "保存期間", "例：5年、10年、常用、永年", True, likely=USUAL, row="period"),
    Field(
        "file.disposal",
        "保存期間満了時の措置",
        "満了した簿冊の扱い",
        True,
        options=tuple((each.value, each.value) for each in Disposal),
        row="period",
    ),
    Field("file.creator", "作成・取得者", "作成したときの文書管理者の職名。例：戦略部戦略課長", True, row="keeper"),
    Field("file.manager", "管理者", "今の文書管理者の職名", True, row="keeper"),
    Field(
        "file.medium",
        "媒体の種別",
        "選ばなければ電子",
        options=tuple((each.value, each.value) for each in Medium),
        row="place",
    ),
    Field("file.location", "保存場所", "例：文書管理システム、事務室", True, row="place"),
    Field("file.remarks", "簿冊の備考", "", long=True),
)
_SHORT = (
    Field("file.retention_start", "起算日", "保存期間が1年未満のときだけ書きます", row="short"),
    Field("file.retention_end", "保存期間満了日", "保存期間が1年未満のときだけ書きます", row="short"),
)
_ITEM = (
    Field("item.title", "件名", "空欄なら、議事要旨の表題になります"),
    Field("item.number", "文書番号", "まだなければ空欄。例：7デ戦戦第130号", row="number"),
    Field("item.decision", "決裁区分", "例：課長専決", True, row="number"),
    Field("item.drafted_on", "起案日", "例：令和8年2月20日、R8.2.20", row="days"),
    Field("item.decided_on", "決裁日", "まだなければ空欄", row="days"),
    Field("item.enforced_on", "施行日", "なければ空欄", row="days"),
    Field("item.drafter.organisation", "起案者の所属", "", True, row="drafter"),
    Field("item.drafter.post", "起案者の職", "", row="drafter"),
    Field("item.drafter.name", "起案者の氏名", "", True, row="drafter"),
    Field(
        "item.openness",
        "公開区分",
        "非公開の議事があれば、部分公開か非公開",
        True,
        options=tuple((each.value, each.value) for each in Openness),
        row="open",
    ),
    Field("item.openness_reason", "非公開の理由", "公開でないときは必ず書きます。例：事務事業情報", row="open"),
    Field("item.personal_information", "個人情報の有無", "", True, options=_YES_NO, row="open"),
    Field("item.remarks", "文書の備考", "", long=True),
)
_OF_ONE_RECORD = frozenset(
    {"file.fiscal_year", "item.title", "item.number", "item.drafted_on", "item.decided_on", "item.enforced_on"}
)


def file_fields(rules: Rules) -> tuple[Field, ...]:
    """Of the 簿冊: what the body has tables for is chosen from them."""
    return tuple(_chosen(_FILE, rules))


def kept_where(fields: Sequence[Field]) -> tuple[Field, ...]:
    """Of the 簿冊: who keeps it where, which comes after how long."""
    first = next(number for number, each in enumerate(fields) if each.key == "file.creator")
    return tuple(fields[first:])


def short_fields() -> tuple[Field, ...]:
    return _SHORT


def item_fields() -> tuple[Field, ...]:
    return _ITEM


def every_field() -> tuple[Field, ...]:
    """All there are without tables."""
    return (*_FILE, *_SHORT, *_ITEM)


def preset_fields(rules: Rules) -> tuple[Field, ...]:
    """What may hold for every record of a body. Nothing is required: an empty preset stays empty."""
    kept = [*_chosen(_FILE, rules), *(each for each in _ITEM if each.key not in _OF_ONE_RECORD)]
    return tuple(
        replace(each, need=False, hint=each.hint.replace("公開でないときは必ず書きます。", "")) for each in kept
    )


def _chosen(fields: Sequence[Field], rules: Rules) -> Iterator[Field]:
    for each in fields:
        if rules.classification is not None and each.key in _CLASS_FIELDS:
            if each.key == _CLASS_FIELDS[0]:
                yield Field(CLASS, "分類", "大分類 ＞ 中分類 ＞ 小分類（簿冊の名称）", True, options=_classes(rules))
        elif rules.retention is not None and each.key in _FROM_KIND:
            if each.key == _FROM_KIND[0]:
                hint = "選ぶと、保存期間と満了時の措置が決まります"
                yield Field("file.record_kind", "文書の類型", hint, True, options=_kinds(rules))
        else:
            yield each


def _classes(rules: Rules) -> tuple[tuple[str, str], ...]:
    assert rules.classification is not None
    paths = [(_BETWEEN.join((each.large, each.mid, each.small)), each.code) for each in rules.classification.entries]
    return tuple((path, f"{code}　{path}" if code else path) for path, code in paths)


def _kinds(rules: Rules) -> tuple[tuple[str, str], ...]:
    assert rules.retention is not None
    return tuple((each.kind, f"{each.kind}（{each.period}・{each.disposal.value}）") for each in rules.retention.rules)


def typed_of(content: Mapping[str, Any], rules: Rules) -> dict[str, str]:
    """What stands in the fields for a description."""
    typed = dict(_flat(content, ""))
    if rules.classification is not None:
        path = _BETWEEN.join(typed.pop(key, "") for key in _CLASS_FIELDS[:3])
        typed.pop(_CLASS_FIELDS[3], None)
        typed[CLASS] = path if path.replace(_BETWEEN, "") else ""
    if rules.retention is not None:
        for key in _FROM_KIND:
            typed.pop(key, None)
    return typed


def _flat(value: Mapping[str, Any], before: str) -> Iterator[tuple[str, str]]:
    for name, each in value.items():
        if isinstance(each, Mapping):
            yield from _flat(each, f"{before}{name}.")
        else:
            yield f"{before}{name}", {True: "true", False: "false"}[each] if isinstance(each, bool) else str(each)


def content_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """The description that was typed into the fields; what is no field of one is left for the check to refuse."""
    content: dict[str, Any] = {"file": {}, "item": {"drafter": {}}}
    for key, text in typed.items():
        part, _, name = key.partition(".")
        if part not in content or not name or not text.strip():
            continue
        if key == CLASS:
            names = text.split(_BETWEEN)
            content["file"] |= dict(zip(("class_large", "class_mid", "file_title"), names, strict=False))
        elif name.startswith("drafter."):
            content["item"]["drafter"][name.removeprefix("drafter.")] = text
        elif key == "item.personal_information" and text in {"true", "false"}:
            content["item"]["personal_information"] = text == "true"
        else:
            content[part][name] = text
    return content


def placed(problems: Sequence[Problem], fields: Sequence[Field]) -> list[dict[str, str | None]]:
    """The problems with the words and the id of the field that each is about."""
    by_key = {each.key: each for each in fields}
    shown = []
    for each in problems:
        key = each.where
        if key in _CLASS_FIELDS and CLASS in by_key:
            key = CLASS
        elif key in _FROM_KIND and "file.record_kind" in by_key:
            key = "file.record_kind"
        field = by_key.get(key)
        shown.append(
            {
                "what": each.what,
                "where": field.label if field else "",
                "remedy": each.remedy,
                "href": f"#{field.id}" if field else None,
                "key": key,
            }
        )
    return shown


def down_the_page(problems: Sequence[Problem], fields: Sequence[Field]) -> list[Problem]:
    """In the order of the fields that they are about."""
    order = {each.key: number for number, each in enumerate(fields)}
    return sorted(problems, key=lambda each: order.get(each.where, 0))


async def typed_in(request: Request) -> dict[str, str]:
    """What was sent in text fields."""
    form = await request.form(max_files=0, max_fields=100)
    return {key: value for key, value in form.items() if isinstance(value, str)}
