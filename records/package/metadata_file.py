"""metadata.json and the two CSV tables: what a 文書管理 system takes in, by hand or by 一括取込."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from minutes.era import format_day
from minutes.value import Value
from records.approved import Approval
from records.cp932 import to_cp932
from records.metadata.file import FileMetadata
from records.metadata.fiscal_year import label
from records.metadata.item import ItemMetadata
from records.package.editions import Edition, Encoding


class PackageMetadata(Value):
    schema_version: Literal["1.0"] = "1.0"
    identifier: Annotated[str, Field(pattern="^urn:uuid:", title="この版の識別子")]
    meeting: Annotated[str, Field(title="会議名")]
    held_on: Annotated[date, Field(title="開催日")]
    editions: Annotated[tuple[Edition, ...], Field(title="含まれる版")]
    approval: Annotated[Approval, Field(title="承認")]
    file: Annotated[FileMetadata, Field(title="簿冊（行政文書ファイル管理簿の項目）")]
    item: Annotated[ItemMetadata, Field(title="文書")]


class IndexRow(Value):
    """One line of index.csv; the names of its columns are the aliases."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

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


def metadata_row(metadata: PackageMetadata) -> dict[str, str]:
    """metadata.csv: one line, the 管理簿 columns first, then those of the item."""
    file, item = metadata.file, metadata.item
    return {
        "作成・取得年度等": label(file.fiscal_year),
        "分類記号": file.class_code,
        "大分類": file.class_large,
        "中分類": file.class_mid,
        "名称（小分類）": file.file_title,
        "作成・取得者": file.creator,
        "起算日": _day(file.retention_start),
        "保存期間": file.retention_period,
        "保存期間満了日": _day(file.retention_end),
        "媒体の種別": file.medium,
        "保存場所": file.location,
        "管理者": file.manager,
        "保存期間満了時の措置": file.disposal,
        "備考": file.remarks,
        "件名": item.title,
        "文書番号": item.number or "",
        "起案日": _day(item.drafted_on),
        "決裁日": _day(item.decided_on),
        "施行日": _day(item.enforced_on),
        "起案者": str(item.drafter),
        "決裁区分": item.decision,
        "公開区分": item.openness,
        "非公開の理由": item.openness_reason or "",
        "個人情報の有無": "有" if item.personal_information else "無",
        "添付": "、".join(each.name for each in item.attachments),
        "AI利用": item.ai_use,
        "文書の備考": item.remarks,
        "識別子": metadata.identifier,
    }


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


def to_csv(rows: Iterable[Mapping[str, object]], encoding: Encoding, *, name: str) -> bytes:
    """With a heading. UTF-8 has a BOM, without which a spreadsheet takes it for CP932. Raises InputError for what
    CP932 lacks."""
    listed = list(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(listed[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    if encoding is Encoding.CP932:
        return to_cp932(out.getvalue(), name=name)
    return out.getvalue().replace("\n", "\r\n").encode("utf-8-sig")


def _day(day: date | None) -> str:
    return format_day(day) if day else ""
