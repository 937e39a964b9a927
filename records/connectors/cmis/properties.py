"""What a package says of itself, in the properties of a repository: which item goes into which property."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator

from minutes.era import JST, format_day
from records.connectors.cmis.objects import PropertyDefinition, TypeDefinition
from records.connectors.protocol import Refused
from records.package.metadata_file import MetadataRow, PackageMetadata, metadata_row

NAME, TYPE, SECONDARY, DESCRIPTION = (
    "cmis:name",
    "cmis:objectTypeId",
    "cmis:secondaryObjectTypeIds",
    "cmis:description",
)
_OURS = frozenset({NAME, TYPE, SECONDARY})

ITEMS = ("会議名", "開催日", *(str(field.alias) for field in MetadataRow.model_fields.values()))
"""Those of metadata.csv, and of the meeting."""

_WORDS = frozenset({"string", "html", "id", "uri"})
"""Kinds of property that take every item, as metadata.csv writes it."""
_YEARS = ("作成・取得年度等",)
_KINDS = {
    "datetime": ("開催日", "起算日", "保存期間満了日", "起案日", "決裁日", "施行日"),
    "integer": _YEARS,
    "decimal": _YEARS,
    "boolean": ("個人情報の有無",),
}
"""The items that other kinds take."""


def read_mapping(text: str) -> dict[str, str]:
    """Property ids by item: one ``項目名=プロパティID`` a line, or parted by ``;``. Raises ValueError with a sentence."""
    mapping: dict[str, str] = {}
    for number, line in enumerate(re.split("[\n;；]", text), start=1):
        if not line.strip():
            continue
        item, parted, property_id = (part.strip() for part in line.replace("＝", "=").partition("="))
        if not parted or not property_id:
            raise ValueError(
                f"{number}番目を「項目名=プロパティID」の形で書いてください（例：文書番号=city:docNumber）。"
            )
        if item not in ITEMS:
            raise ValueError(f"{number}番目の「{item}」という項目はありません。{'、'.join(ITEMS)} から選んでください。")
        if property_id in _OURS:
            raise ValueError(f"{number}番目の {property_id} は、引渡しのときに決まるので、対応に書けません。")
        if item in mapping or property_id in mapping.values():
            raise ValueError(f"{number}番目の項目又はプロパティが、前にもあります。どちらかを消してください。")
        mapping[item] = property_id
    return mapping


def _mapping(text: str) -> str:
    read_mapping(text)
    return text


Mapped = Annotated[str, AfterValidator(_mapping)]


def definitions(mapping: Mapping[str, str], type_: TypeDefinition) -> dict[str, PropertyDefinition]:
    """The definition of each mapped property, by item. Raises Refused for one that the type lacks or cannot take."""
    found: dict[str, PropertyDefinition] = {}
    for item, property_id in mapping.items():
        definition = type_.properties.get(property_id)
        if definition is None or not definition.settable:
            why = "ありません" if definition is None else "ありますが、作成のときに値を入れられません"
            raise _mismatch(type_, f"文書の種別「{type_.id}」に、プロパティ {property_id}（{item}）が{why}。")
        if definition.type not in _WORDS and item not in _KINDS.get(definition.type, ()):
            raise _mismatch(
                type_, f"「{item}」を、型が {definition.type} のプロパティ {property_id} に入れることはできません。"
            )
        found[item] = definition
    return found


def property_values(
    metadata: PackageMetadata, mapping: Mapping[str, str], type_: TypeDefinition
) -> dict[str, str | tuple[str, ...]]:
    """The values in the form of the type's definitions; an item without a value is left out. Raises as ``definitions``,
    and for a value that is too long."""
    values: dict[str, str | tuple[str, ...]] = {}
    for item, definition in definitions(mapping, type_).items():
        value, property_id = _value(item, metadata, definition.type), mapping[item]
        if definition.most_characters is not None and len(value) > definition.most_characters:
            raise _mismatch(
                type_,
                f"「{item}」（{len(value)}文字）が、プロパティ {property_id} の{definition.most_characters}文字を超えます。",
            )
        if value:
            values[property_id] = (value,) if definition.several else value
    return values


def refuse_unfilled(type_: TypeDefinition, given: Mapping[str, object]) -> None:
    """Raises Refused for the properties that the type requires and that have no value."""
    lacking = [
        property_id
        for property_id, each in type_.properties.items()
        if each.required and each.settable and not each.preset and property_id not in given and property_id not in _OURS
    ]
    if lacking:
        raise _mismatch(
            type_, f"文書の種別「{type_.id}」の必須のプロパティ（{'、'.join(lacking)}）に入れる値がありません。"
        )


def milliseconds(day: date, at: time = time()) -> str:
    """A time of day in Japan as the browser binding writes it: milliseconds since 1970 in UTC."""
    return str(round(datetime.combine(day, at, tzinfo=JST).timestamp() * 1000))


def _value(item: str, metadata: PackageMetadata, kind: str) -> str:
    """Empty where the package has none."""
    if kind in _WORDS:
        row: dict[str, str] = metadata_row(metadata).model_dump()
        return {"会議名": metadata.meeting, "開催日": format_day(metadata.held_on), **row}[item]
    if kind == "datetime":
        day = _days(metadata)[item]
        return "" if day is None else milliseconds(day)
    if kind == "boolean":
        return "true" if metadata.item.personal_information else "false"
    return str(metadata.file.fiscal_year)


def _days(metadata: PackageMetadata) -> dict[str, date | None]:
    file, item = metadata.file, metadata.item
    return {
        "開催日": metadata.held_on,
        "起算日": file.retention_start,
        "保存期間満了日": file.retention_end,
        "起案日": item.drafted_on,
        "決裁日": item.decided_on,
        "施行日": item.enforced_on,
    }


def _mismatch(type_: TypeDefinition, what: str) -> Refused:
    return Refused(what, where=type_.id, remedy="引渡し先の設定の、文書の種別とプロパティの対応を直してください。")
