"""The item itself, as 文書管理 systems note it when it is drafted, decided and filed."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated

from pydantic import Field, model_validator

from minutes.era import format_day
from minutes.value import Value
from records.metadata.contradiction import Contradictions
from records.metadata.file import Remark, Words


class Openness(StrEnum):
    """公開区分."""

    OPEN = "公開"
    PARTLY = "部分公開"
    CLOSED = "非公開"


class Officer(Value):
    organisation: Annotated[Words, Field(title="所属")]
    post: Annotated[str, Field(max_length=300, title="職")] = ""
    name: Annotated[Words, Field(title="氏名")]

    def __str__(self) -> str:
        return " ".join(part for part in (self.organisation, self.post, self.name) if part)


class Attachment(Value):
    """One file of the package."""

    name: Annotated[str, Field(min_length=1, max_length=255, title="ファイル名")]
    description: Annotated[Words, Field(title="内容")]
    media_type: Annotated[Words, Field(title="形式")]
    size: Annotated[int, Field(ge=0, title="大きさ（バイト）")]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$", title="ハッシュ（SHA-256）")]


class ItemDescription(Value):
    """What people say of the item. Dates are in the order drafted, decided, in force; later ones may be open yet."""

    title: Annotated[Words | None, Field(title="件名")] = None
    """None: the title of the minutes themselves."""
    number: Annotated[Words | None, Field(title="文書番号", examples=["7デ戦戦第130号"])] = None
    """None until the 文書管理 system has given one."""
    drafted_on: Annotated[date | None, Field(title="起案日")] = None
    decided_on: Annotated[date | None, Field(title="決裁日")] = None
    enforced_on: Annotated[date | None, Field(title="施行日")] = None
    drafter: Annotated[Officer, Field(title="起案者")]
    decision: Annotated[Words, Field(title="決裁区分", examples=["課長専決"])]
    openness: Annotated[Openness, Field(title="公開区分")]
    openness_reason: Annotated[Words | None, Field(title="非公開の理由")] = None
    personal_information: Annotated[bool, Field(title="個人情報の有無")]
    remarks: Annotated[Remark, Field(title="備考")] = ""

    @model_validator(mode="after")
    def _consistent(self) -> "ItemDescription":
        if found := list(_contradictions(self)):
            raise Contradictions(found)
        return self


class ItemMetadata(ItemDescription):
    """The whole note of the item, with what the program knows of it."""

    title: Annotated[Words, Field(title="件名")]
    file_title: Annotated[Words, Field(title="簿冊名")]
    attachments: Annotated[tuple[Attachment, ...], Field(title="添付")]
    ai_use: Annotated[Words, Field(title="AI利用")]


def _contradictions(item: ItemDescription) -> Iterator[tuple[str, str]]:
    yield from disorder(item.drafted_on, item.decided_on, item.enforced_on)
    if item.openness is not Openness.OPEN and item.openness_reason is None:
        yield "openness_reason", f"公開区分が「{item.openness}」ですが理由がありません。理由を書いてください。"
    if item.openness is Openness.OPEN and item.openness_reason is not None:
        yield (
            "openness_reason",
            "公開区分が「公開」ですが非公開の理由があります。公開区分を直すか、理由を消してください。",
        )


def disorder(drafted_on: date | None, decided_on: date | None, enforced_on: date | None) -> Iterator[tuple[str, str]]:
    """Field and sentence for each date that lies before the one which it must follow."""
    dates = (
        ("drafted_on", "起案日", drafted_on),
        ("decided_on", "決裁日", decided_on),
        ("enforced_on", "施行日", enforced_on),
    )
    known = [(field, name, day) for field, name, day in dates if day is not None]
    for (_, before, first), (field, after, second) in pairwise(known):
        if second < first:
            yield (
                field,
                f"{after}（{format_day(second)}）が{before}（{format_day(first)}）より前です。日付を直してください。",
            )
