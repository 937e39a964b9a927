"""The description of a meeting's record: 簿冊 and 文書, for programs."""

from datetime import date, datetime
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field
from sqlalchemy.orm import Session

from minutes.value import Value
from records.metadata.description import Description
from service.api.meetings import MeetingId
from service.api.preconditions import RequiredVersion, etag
from service.api.problems import problems
from service.api.schemas import Sent
from service.auth import Principal
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.errors import ProblemItem
from service.meetings.queries import get_meeting
from service.recordkeeping.description import save_description
from service.recordkeeping.shown import RegistrationView, shown_history, shown_record

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["records"])

_FILE = {"fiscal_year": "令和7年度", "class_large": "総務", "class_mid": "会議", "file_title": "CIO協議会"}
_ITEM = {"drafter": {"organisation": "戦略課", "post": "主任", "name": "平岡 修"}, "decision": "課長専決"}


class RegistrationOut(Value):
    """What the 文書管理 system gave back, as somebody noted it."""

    no: int = Field(description="会議の中で 1、2、3 …。最も新しいものが有効")
    document_number: str = Field(description="文書番号", examples=["7デ戦戦第130号"])
    decided_on: date = Field(description="決裁日")
    decided_by: str = Field(description="決裁者", examples=["戦略課長 平岡 修"])
    remarks: str = Field(description="備考。訂正ではその理由")
    source: str = Field(description="form（画面）、api、csv、cli", examples=["api"])
    registered_by: str = Field(description="登録した人の氏名")
    registered_at: datetime

    @classmethod
    def of(cls, view: RegistrationView) -> "RegistrationOut":
        return cls(
            **{name: getattr(view, name) for name in cls.model_fields if not name.startswith("registered")},
            registered_by=view.by,
            registered_at=view.at,
        )


class RecordIn(Sent):
    """As people write it: days and fiscal years in any form that offices use; what is empty is left out."""

    file: dict[str, Any] = Field(description="簿冊の項目（docs/records.md）", examples=[_FILE])
    item: dict[str, Any] = Field(description="文書の項目（docs/records.md）", examples=[_ITEM])


class RecordOut(Value):
    """The description as it stands. The ETag is ``row_version``; "0" before the first save."""

    meeting_id: str
    row_version: int
    file: dict[str, Any] = Field(description="書かれているとおり。保存する前は、会議体の初めからの値", examples=[_FILE])
    item: dict[str, Any] = Field(description="文書番号及び決裁日は、登録があればその値", examples=[_ITEM])
    missing: tuple[ProblemItem, ...] = Field(description="まだ書かれていない、必要な項目")
    problems: tuple[ProblemItem, ...] = Field(description="会議体の表や議事要旨と合わなくなった項目")
    complete: Description | None = Field(description="表と計算で補った全項目。不足や誤りがある間は null")
    registrations: tuple[RegistrationOut, ...] = Field(description="文書番号の登録。新しい順")

    @classmethod
    def of(cls, session: Session, principal: Principal, meeting_id: str) -> "RecordOut":
        row = get_meeting(session, principal, meeting_id)
        record = shown_record(session, principal, row)
        return cls(
            meeting_id=row.id,
            row_version=record.row_version,
            file=dict(record.content["file"]),
            item=dict(record.content["item"]),
            missing=tuple(ProblemItem(**vars(each)) for each in record.missing),
            problems=tuple(ProblemItem(**vars(each)) for each in record.faults),
            complete=record.description,
            registrations=tuple(map(RegistrationOut.of, shown_history(session, principal, row))),
        )


@router.get(
    "/record",
    response_model=RecordOut,
    summary="記載事項",
    description="簿冊及び文書の記載事項、足りない項目、文書番号の登録を返します。保存する前は、会議体に決めた初めからの値です。",
    responses=problems(404, 422),
)
def read_record(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, response: Response) -> RecordOut:
    with reading(engine) as session:
        made = RecordOut.of(session, principal, meeting_id)
    response.headers["ETag"] = etag(made.row_version)
    return made


@router.put(
    "/record",
    response_model=RecordOut,
    summary="記載事項を保存する",
    description="送った内容に置き換えます。書きかけでも保存し、足りない項目を `missing` に返します。誤りがあれば 422 で、何も変えません。",
    responses=problems(403, 404, 409, 412, 422, 428),
)
def put_record(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    version: RequiredVersion,
    body: RecordIn,
    response: Response,
) -> RecordOut:
    save_description(engine, principal, meeting_id, body.model_dump(), seen=version)
    return read_record(engine, principal, meeting_id, response)
