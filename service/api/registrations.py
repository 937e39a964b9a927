"""The way back, for programs: 文書番号, 決裁日 and 決裁者 of one meeting, or of many as CSV."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.exceptions import HTTPException

from minutes.value import Value
from records.registration_csv import decision_of
from service.api.meetings import MeetingId
from service.api.problems import problems
from service.api.records import RegistrationOut
from service.api.schemas import ID_EXAMPLE, Sent
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.meetings.queries import get_meeting
from service.meetings.states import MeetingState
from service.recordkeeping.registering_many import Done, outcomes, plan, register_all
from service.recordkeeping.registration import Effect, Source, register
from service.recordkeeping.shown import shown_history

router = APIRouter(tags=["records"])


class RegistrationIn(Sent):
    document_number: str = Field(description="文書番号", examples=["7デ戦戦第130号"])
    decided_on: str = Field(
        description="決裁日。令和8年2月25日、R8.2.25、2026-02-25 のどの書き方でもよい", examples=["2026-02-25"]
    )
    decided_by: str = Field(description="決裁者", examples=["戦略課長 平岡 修"])
    remarks: str = Field("", description="備考。登録済みのものを訂正するときは、その理由（必須）")


class RegisteredOut(Value):
    state: MeetingState
    effect: Effect = Field(description="登録、訂正、変更なし（同じ値がすでに登録されていた）")
    warnings: tuple[str, ...] = Field(description="登録はしたが、確かめるとよいこと")
    registration: RegistrationOut


class LineOut(Value):
    line: int = Field(description="ファイルの行。見出しが 1")
    meeting_id: str = Field(examples=[ID_EXAMPLE])
    title: str
    document_number: str
    decided_on: date
    effect: Effect
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, done: Done) -> "LineOut":
        return cls(**vars(done))


class RegistrationsOut(Value):
    registered: bool = Field(description="false は preview で、何も変えていない")
    lines: tuple[LineOut, ...]


@router.post(
    "/meetings/{meeting_id}/registration",
    response_model=RegisteredOut,
    summary="文書番号を登録する",
    description="文書管理システムでの決裁の結果を登録し、承認済を登録済にします。同じ値をもう一度送っても何も変わりません。"
    "違う値を送ると訂正になり、`remarks` に理由が要ります。前の登録も残ります。",
    responses=problems(403, 404, 409, 422),
)
def register_one(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, body: RegistrationIn
) -> RegisteredOut:
    decision = decision_of(body.document_number, body.decided_on, body.decided_by, body.remarks)
    done = register(engine, principal, meeting_id, decision, Source.API)
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        newest = shown_history(session, principal, row)[0]
        return RegisteredOut(
            state=MeetingState(row.state),
            effect=done.effect,
            warnings=done.warnings,
            registration=RegistrationOut.of(newest),
        )


async def _table(request: Request) -> bytes:
    """The CSV itself. HTTPException 415 for any other kind of body."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "text/csv":
        raise HTTPException(415)
    return await request.body()


@router.post(
    "/registrations",
    response_model=RegistrationsOut,
    summary="文書番号をまとめて登録する",
    description="CSV（UTF-8 か CP932）。列は、識別子又は会議の番号、文書番号、決裁日、決裁者、備考です（docs/records.md）。"
    "誤りが一つでもあれば 422 で、行と列を `problems` に並べ、何も登録しません。すでに同じ値の行は「変更なし」です。",
    responses=problems(403, 404, 409, 413, 415, 422),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string", "format": "binary"},
                    "example": f"会議の番号,文書番号,決裁日,決裁者,備考\r\n{ID_EXAMPLE},7デ戦戦第130号,令和8年2月25日,戦略課長 平岡 修,\r\n",
                }
            },
        }
    },
)
def register_many(
    engine: EngineDep,
    principal: PrincipalDep,
    data: Annotated[bytes, Depends(_table)],
    preview: Annotated[bool, Query(description="true は、変わる内容を返すだけで登録しない")] = False,
) -> RegistrationsOut:
    if preview:
        with reading(engine) as session:
            done = outcomes(plan(session, principal, data))
    else:
        done = register_all(engine, principal, data, Source.CSV)
    return RegistrationsOut(registered=not preview, lines=tuple(map(LineOut.of, done)))
