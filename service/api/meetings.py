"""Creating, listing and reading meetings, and deciding about them."""

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import JSONResponse

from minutes.document import MinutesDocument
from minutes.transcript import Transcript, read_transcript
from service.api.preconditions import OptionalVersion
from service.api.problems import problems
from service.api.schemas import AcceptedOut, JobOut, MeetingOut, MeetingPage, MeetingSummary, TransitionIn, meeting_out
from service.api.upload_body import REQUEST_BODY, UploadDep
from service.auth import Action, Principal, require
from service.auth.dependencies import EngineDep, PrincipalDep, SettingsDep
from service.db.engine import reading
from service.db.tables import Job, MeetingRow
from service.meetings.closed import (
    sees_closed,
    shown_failure,
    shown_meeting,
    shown_reason,
    shown_transcript,
    shown_words,
)
from service.meetings.columns import columns_of
from service.meetings.intake import accept_meeting
from service.meetings.model_choice import ready_model
from service.meetings.queries import current_draft, get_meeting, latest_job
from service.meetings.queue import Due, Filters, Order, list_meetings
from service.meetings.states import MeetingState
from service.meetings.transitions import allowed_actions, blocking, transition
from service.retention.rules import require_kept

router = APIRouter(prefix="/meetings", tags=["meetings"])

MeetingId = Annotated[str, Path(description="会議の番号", max_length=36)]


@router.post(
    "",
    status_code=202,
    response_model=AcceptedOut,
    summary="会議と文字起こしを登録する",
    description="内容を読んで確かめてから保存し、素案の作成を予約します。誤りがあれば何も保存しません。"
    "進み具合は `Location` の会議、または `/meetings/{id}/events` で分かります。"
    "`Idempotency-Key` を付けると、同じ要求を繰り返しても会議は一つだけ作られます。",
    responses={
        202: {
            "description": "受け付けた",
            "headers": {"Location": {"description": "会議のアドレス", "schema": {"type": "string"}}},
        },
        **problems(400, 403, 404, 413, 415, 422),
    },
    openapi_extra=REQUEST_BODY,
)
def create_meeting(
    *,
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    principal: PrincipalDep,
    upload: UploadDep,
    idempotency_key: Annotated[
        str | None, Header(description="要求ごとに一意の値（UUID など）。200 文字まで", examples=["5b0c1a52-upload-1"])
    ] = None,
) -> Response:
    accepted = accept_meeting(
        engine,
        settings,
        principal,
        meeting=upload.meeting,
        transcript=upload.transcript,
        filename=upload.filename,
        columns=upload.columns,
        body=upload.body,
        department_id=upload.department_id,
        profile=upload.profile,
        model=upload.model,
        idempotency_key=idempotency_key,
    )
    # The first answer is repeated as it was, so the state is that of a meeting just taken in.
    body = AcceptedOut(
        id=accepted.meeting_id, job_id=accepted.job_id, state=MeetingState.RECEIVED, replayed=accepted.replayed
    )
    location = request.url_for("read_meeting", meeting_id=accepted.meeting_id).path
    return JSONResponse(body.model_dump(mode="json"), status_code=202, headers={"Location": location})


@router.get(
    "",
    response_model=MeetingPage,
    summary="会議の一覧",
    description="閲覧できる所属の会議を、`sort` の順（既定は新しく登録した順）に返します。条件はすべて満たすものに絞ります。"
    "続きは `next_cursor` を、同じ条件と `sort` のまま `cursor` に渡して得ます。",
    responses=problems(422),
)
def read_meetings(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    state: Annotated[str | None, Query(description="状態で絞る", examples=["確認待ち"])] = None,
    q: Annotated[
        str | None, Query(description="会議名に含まれる語。空白で区切ると、すべてを含むもの", max_length=200)
    ] = None,
    department: Annotated[str | None, Query(description="所属の番号で絞る", max_length=36)] = None,
    body: Annotated[str | None, Query(description="会議体の番号。none は会議体のない会議", max_length=36)] = None,
    assignee: Annotated[
        str | None, Query(description="担当の利用者の番号。me は要求した人、none は担当のない会議", max_length=36)
    ] = None,
    due: Annotated[Due | None, Query(description="overdue は期限超過、soon は今日から7日以内")] = None,
    mine: Annotated[bool, Query(description="true は、要求した人がいま進められる会議だけ")] = False,
    sort: Annotated[
        Order, Query(description="newest 登録順、due 期限、held 開催日、updated 更新。- は逆順")
    ] = Order.NEWEST,
    cursor: Annotated[str | None, Query(description="前の応答の next_cursor", max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="一度に返す数")] = 50,
) -> MeetingPage:
    filters = Filters(state, department, body, assignee, due, q, mine)
    with reading(engine) as session:
        page = list_meetings(session, principal, filters, order=sort, cursor=cursor, limit=limit)
        return MeetingPage(items=tuple(MeetingSummary.of(row) for row in page.rows), next_cursor=page.next_cursor)


@router.get(
    "/{meeting_id}",
    response_model=MeetingOut,
    summary="会議",
    description="会議の情報、状態、最新のジョブ、要求した人がいまできる操作を返します。",
    responses=problems(404, 422),
)
def read_meeting(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> MeetingOut:
    with reading(engine) as session:
        return meeting_now(session, principal, get_meeting(session, principal, meeting_id))


@router.get(
    "/{meeting_id}/transcript",
    response_model=Transcript,
    summary="文字起こし",
    description="登録された文字起こしを発言に分けたものを返します。読めなかった部分は `notices` にあります。"
    "`format=original` は登録されたファイルそのものです。非公開の内容を見る権限がなければ、そこは「（非公開）」になり"
    "（素案ができるまでは全文）、登録されたファイルは取り出せません（403）。保存期間を過ぎて廃棄されたものは 410 です。",
    responses={
        200: {"content": {"application/octet-stream": {"schema": {"type": "string"}}}},
        **problems(403, 404, 410, 422),
    },
)
def read_meeting_transcript(
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    format: Annotated[str, Query(pattern="^(json|original)$", description="json か original")] = "json",
) -> Transcript | Response:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        if format == "original":
            require(principal, Action.read_closed, row.department_id)
        require_kept(row)
        data = session.scalars(select(MeetingRow.transcript).where(MeetingRow.id == row.id)).one()
        draft = None if sees_closed(principal, row) else current_draft(session, row)
    if format == "original":
        return Response(data, media_type="application/octet-stream", headers={"Content-Disposition": "attachment"})
    transcript = read_transcript(data, row.transcript_name, columns=columns_of(row))
    return shown_transcript(principal, row, transcript, draft[1] if draft else None)


@router.post(
    "/{meeting_id}/transitions",
    response_model=MeetingOut,
    summary="状態を進める（承認依頼・承認・差戻し・取消 など）",
    description="`check_speakers` 発言者確認へ、`submit` 承認を依頼、`approve` 承認、`return` 差戻し（理由が必須）、"
    "`withdraw` 取下げ（承認を依頼した本人が、最初の承認の前に）、`cancel` 取消、"
    "`run_again` 失敗した作成をもう一度（`model` で別の要約モデルを選べます）。誤りの指摘や決まっていない発言者が残る間は、"
    "`submit` と `approve` を 409 で断り、`problems` に一覧を返します。登録した本人、最後に修正した本人、"
    "承認を依頼した本人は承認できません（403）。承認の段階がいくつもある流れでは、`approve` はいまの段階を承認し、"
    "最後の段階で文が固定されます。`return` の `to` は戻す段階、`submit` の `skip` は省く段階です（`/chain` の id）。`If-Match` を付けると、見ていた版から変わっていれば 412 で断ります。"
    "ワーカーが実行中の作成の取消では、止まるまで状態は「作成中」のままです。",
    responses=problems(403, 404, 409, 412, 422),
)
def make_transition(
    *,
    engine: EngineDep,
    settings: SettingsDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    body: TransitionIn,
    version: OptionalVersion,
) -> MeetingOut:
    model = ready_model(settings, body.model) if body.model is not None else None
    transition(
        engine,
        principal,
        meeting_id,
        body.action,
        reason=body.reason,
        if_match=version,
        to=body.to,
        skip=body.skip,
        model=model,
    )
    with reading(engine) as session:
        return meeting_now(session, principal, get_meeting(session, principal, meeting_id))


def meeting_now(session: Session, principal: Principal, row: MeetingRow) -> MeetingOut:
    draft = current_draft(session, row)
    document: MinutesDocument | None = draft[1] if draft else None
    return meeting_out(
        row,
        job_out(principal, row, latest_job(session, row.id)),
        meeting=shown_meeting(principal, row, document),
        return_reason=shown_reason(principal, row, document),
        correction_reason=shown_words(principal, row, document, row.correction_reason),
        actions=allowed_actions(session, principal, row, document),
        blocking=len(blocking(document)) if document else 0,
    )


def job_out(principal: Principal, row: MeetingRow, job: Job | None) -> JobOut | None:
    """The job as this person may see it."""
    return None if job is None else JobOut.of(job, row.id, shown_failure(principal, row, job))
