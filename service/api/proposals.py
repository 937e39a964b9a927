"""One turn written again by a model: asking for it, reading what it proposes, taking or discarding it."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.orm import Session

from service.api.drafts import DRAFT_ETAG, edited
from service.api.meetings import MeetingId
from service.api.preconditions import OptionalVersion, RequiredVersion
from service.api.problems import problems
from service.api.proposal_schemas import ProposalOut, RegenerateIn
from service.api.schemas import EditedOut, JobOut
from service.auth import Principal
from service.auth.dependencies import EngineDep, PrincipalDep, SettingsDep
from service.db.engine import reading
from service.db.tables import MeetingRow, ProposalRow
from service.meetings import proposals
from service.meetings.closed import sees_proposals, shown_failure
from service.meetings.queries import get_meeting, latest_job

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["drafts"])

ProposalId = Annotated[str, Path(description="案の番号", max_length=36)]


@router.post(
    "/draft/turns/{turn_id}/regenerate",
    status_code=202,
    response_model=ProposalOut,
    summary="発言一つの文を作り直す",
    description="選んだ要約モデルで、その発言（turn）の文の案を作るジョブを予約します。素案は変わりません。"
    "できた案は `Location` で読み、`take` で採用するか `discard` で破棄します。"
    "まだ決めていない案のある発言と、素案を直せない状態の会議は 409、設定にないモデルは 422、"
    "非公開の発言を送らない設定のモデルは 403 で断ります。`If-Match` を付けると、見ていた版から変わっていれば 412 です。",
    responses={
        202: {
            "description": "受け付けた",
            "headers": {"Location": {"description": "案のアドレス", "schema": {"type": "string"}}},
        },
        **problems(403, 404, 409, 412, 422),
    },
)
def regenerate(
    *,
    request: Request,
    engine: EngineDep,
    settings: SettingsDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    turn_id: Annotated[str, Path(description="発言のまとまり（turn）の番号", examples=["t0004"], max_length=40)],
    body: RegenerateIn,
    version: OptionalVersion,
    response: Response,
) -> ProposalOut:
    asked = proposals.ask(engine, settings, principal, meeting_id, turn_id, model=body.model, if_match=version)
    address = request.url_for("read_proposal", meeting_id=asked.meeting_id, proposal_id=asked.id)
    response.headers["Location"] = address.path
    return _read(engine, principal, asked.meeting_id, asked.id)


@router.get(
    "/proposals",
    response_model=tuple[ProposalOut, ...],
    summary="案の一覧",
    description="作り直しの案を新しい順に返します。採用・破棄したものも含みます。"
    "非公開の内容を見る権限がなければ、非公開の発言のある素案の案は、文などの中身を除いて返します。",
    responses=problems(404, 422),
)
def read_proposals(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> tuple[ProposalOut, ...]:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return _out(session, principal, row, proposals.proposals_of(session, row))


@router.get(
    "/proposals/{proposal_id}",
    response_model=ProposalOut,
    summary="案",
    description="`state` が `ready` になると、文、根拠、点検の結果があります。`failed` なら `job.error` に理由があります。"
    "非公開の内容を見る権限がなければ、非公開の発言のある素案の案は、文などの中身を除いて返します。",
    responses=problems(404, 422),
)
def read_proposal(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, proposal_id: ProposalId
) -> ProposalOut:
    return _read(engine, principal, meeting_id, proposal_id)


@router.post(
    "/proposals/{proposal_id}/take",
    response_model=EditedOut,
    summary="案を採用する",
    description="最新の版のその発言の文を、案の文に替えます。ほかの文の修正は残ります。"
    "言い換えただけの文は番号を保ちます。新しい版として保存し、点検をやり直した結果を返します。",
    responses={200: {"headers": DRAFT_ETAG}, **problems(403, 404, 409, 412, 422, 428)},
)
def take_proposal(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    proposal_id: ProposalId,
    version: RequiredVersion,
    response: Response,
) -> EditedOut:
    saved = proposals.take_proposal(engine, principal, meeting_id, proposal_id, if_match=version)
    return edited(saved, response)


@router.post(
    "/proposals/{proposal_id}/discard",
    response_model=ProposalOut,
    summary="案を破棄する",
    description="素案はそのままです。案の文と生成の記録は残ります。",
    responses=problems(403, 404, 409, 422),
)
def discard_proposal(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, proposal_id: ProposalId
) -> ProposalOut:
    proposals.discard_proposal(engine, principal, meeting_id, proposal_id)
    return _read(engine, principal, meeting_id, proposal_id)


def _read(engine: EngineDep, principal: Principal, meeting_id: str, proposal_id: str) -> ProposalOut:
    with reading(engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return _out(session, principal, row, (proposals.get_proposal(session, row, proposal_id),))[0]


def _out(
    session: Session, principal: Principal, row: MeetingRow, found: tuple[ProposalRow, ...]
) -> tuple[ProposalOut, ...]:
    whole = sees_proposals(session, principal, row)
    shown = []
    for each in found:
        job = latest_job(session, each.id)
        assert job is not None  # stored in one transaction
        job_out = JobOut.of(job, row.id, shown_failure(principal, row, job))
        shown.append(ProposalOut.of(each, job_out, proposals.content_of(each) if whole else None))
    return tuple(shown)
