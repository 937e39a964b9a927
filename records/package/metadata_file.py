"""metadata.json and the two CSV tables: what a 文書管理 system takes in, by hand or by 一括取込."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from minutes.era import format_day
from minutes.errors import InputError
from minutes.value import Value
from records.approved import Approval
from records.cp932 import to_cp932
from records.metadata.file import FileMetadata
from records.metadata.fiscal_year import label
from records.metadata.item import ItemMetadata
from records.package.editions import Edition, Encoding

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PackageMetadata(Value):
    schema_version: Literal["1.0"] = "1.0"
    identifier: Annotated[str, Field(pattern="^urn:uuid:", title="この版の識別子")]
    meeting: Annotated[str, Field(title="会議名")]
    held_on: Annotated[date, Field(title="開催日")]
    editions: Annotated[tuple[Edition, ...], Field(title="含まれる版")]
    approval: Annotated[Approval, Field(title="承認")]
    file: Annotated[FileMetadata, Field(title="簿冊（行政文書ファイル管理簿の項目）")]
    item: Annotated[ItemMetadata, Field(title="文書")]


class Row(Value):
    """One line of a table; the names of its columns are the aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)


class IndexRow(Row):
    """index.csv: one line for each document of the package."""

    identifier: Annotated[str, Field(alias="識別子")]
    number: Annotated[str, Field(alias="文書番号")]
    title: Annotated[str, Field(alias="件名")]
    file_title: Annotated[str, Field(alias="簿冊名")]
    fiscal_year: Annotated[str, Field(alias="年度", examples=["令和7年度"])]
    openness: Annotated[str, Field(alias="公開区分")]
    path: Annotated[str, Field(alias="ファイル名")]
    description: Annotated[str, Field(alias="内容")]
    media_type: Annotated[str, Field(alias="形式")]
    size: Annotated[str, Field(alias="大きさ", pattern="^[0-9]+$")]
    sha256: Annotated[str, Field(alias="SHA-256", pattern="^[0-9a-f]{64}$")]


class MetadataRow(Row):
    """metadata.csv: one line, the columns of the 管理簿 first, then those of the item. Days are in 和暦."""

    fiscal_year: Annotated[str, Field(alias="作成・取得年度等", examples=["令和7年度"])]
    class_code: Annotated[str, Field(alias="分類記号")]
    class_large: Annotated[str, Field(alias="大分類")]
    class_mid: Annotated[str, Field(alias="中分類")]
    file_title: Annotated[str, Field(alias="名称（小分類）")]
    creator: Annotated[str, Field(alias="作成・取得者")]
    retention_start: Annotated[str, Field(alias="起算日", examples=["令和8年4月1日"])]
    retention_period: Annotated[str, Field(alias="保存期間")]
    retention_end: Annotated[str, Field(alias="保存期間満了日")]
    medium: Annotated[str, Field(alias="媒体の種別")]
    location: Annotated[str, Field(alias="保存場所")]
    manager: Annotated[str, Field(alias="管理者")]
    disposal: Annotated[str, Field(alias="保存期間満了時の措置")]
    remarks: Annotated[str, Field(alias="備考")]
    title: Annotated[str, Field(alias="件名")]
    number: Annotated[str, Field(alias="文書番号")]
    drafted_on: Annotated[str, Field(alias="起案日")]
    decided_on: Annotated[str, Field(alias="決裁日")]
    enforced_on: Annotated[str, Field(alias="施行日")]
    drafter: Annotated[str, Field(alias="起案者")]
    decision: Annotated[str, Field(alias="決裁区分")]
    openness: Annotated[str, Field(alias="公開区分")]
    openness_reason: Annotated[str, Field(alias="非公開の理由")]
    personal_information: Annotated[str, Field(alias="個人情報の有無", examples=["有", "無"])]
    attachments: Annotated[str, Field(alias="添付")]
    ai_use: Annotated[str, Field(alias="AI利用")]
    item_remarks: Annotated[str, Field(alias="文書の備考")]
    identifier: Annotated[str, Field(alias="識別子")]


def metadata_row(metadata: PackageMetadata) -> MetadataRow:
    file, item = metadata.file, metadata.item
    return MetadataRow(
        fiscal_year=label(file.fiscal_year),
        class_code=file.class_code,
        class_large=file.class_large,
        class_mid=file.class_mid,
        file_title=file.file_title,
        creator=file.creator,
        retention_start=_day(file.retention_start),
        retention_period=file.retention_period,
        retention_end=_day(file.retention_end),
        medium=file.medium,
        location=file.location,
        manager=file.manager,
        disposal=file.disposal,
        remarks=file.remarks,
        title=item.title,
        number=item.number or "",
        drafted_on=_day(item.drafted_on),
        decided_on=_day(item.decided_on),
        enforced_on=_day(item.enforced_on),
        drafter=str(item.drafter),
        decision=item.decision,
        openness=item.openness,
        openness_reason=item.openness_reason or "",
        personal_information="有" if item.personal_information else "無",
        attachments="、".join(each.name for each in item.attachments),
        ai_use=item.ai_use,
        item_remarks=item.remarks,
        identifier=metadata.identifier,
    )


def index_rows(metadata: PackageMetadata) -> list[IndexRow]:
    item = metadata.item
    return [
        IndexRow(
            identifier=metadata.identifier,
            number=item.number or "",
            title=item.title,
            file_title=item.file_title,
            fiscal_year=label(metadata.file.fiscal_year),
            openness=item.openness,
            path=each.name,
            description=each.description,
            media_type=each.media_type,
            size=str(each.size),
            sha256=each.sha256,
        )
        for each in item.attachments
    ]


def to_csv(rows: Sequence[Row], encoding: Encoding, *, name: str) -> bytes:
    """With a heading. UTF-8 has a BOM, without which a spreadsheet takes it for CP932.

    Raises InputError for what CP932 lacks and for a cell that a spreadsheet would run as a formula.
    """
    listed = [row.model_dump() for row in rows]
    for row in listed:
        for column, cell in row.items():
            if runs_as_formula(cell):
                raise InputError(
                    f"「{cell[:20]}」は、表計算ソフトが式として扱います。",
                    where=f"{name}「{column}」",
                    remedy=f"先頭の「{cell[0]}」を全角にするか、書き方を変えてください。",
                )
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    if encoding is Encoding.CP932:
        return to_cp932(out.getvalue(), name=name)
    return out.getvalue().replace("\n", "\r\n").encode("utf-8-sig")


def runs_as_formula(cell: str) -> bool:
    """Whether a spreadsheet would take it for a formula."""
    return cell.startswith(_FORMULA)


def _day(day: date | None) -> str:
    return format_day(day) if day else ""
