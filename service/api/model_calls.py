"""The record of the models' runs, for auditors and their systems."""

from typing import Annotated

from fastapi import APIRouter, Query

from service.api.meetings import MeetingId
from service.api.problems import problems
from service.api.proposal_schemas import UnitRunOut, UnitRunPage
from service.auth.dependencies import EngineDep, PrincipalDep
from service.meetings.provenance import read_runs

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["audit"])


@router.get(
    "/model-calls",
    response_model=UnitRunPage,
    summary="生成の記録",
    description="発言ごとに、どのモデル・プロンプトで何が返り、なぜ使い、または使わなかったかを返します。"
    "作り直しの案も、採用しなかったものも含みます。返答には非公開の発言が含まれることがあるので、監査者だけが読めます。"
    "読んだことは監査記録に残ります。",
    responses=problems(403, 404, 410, 422),
)
def read_model_calls(
    *,
    engine: EngineDep,
    principal: PrincipalDep,
    meeting_id: MeetingId,
    cursor: Annotated[str | None, Query(description="前の応答の next_cursor", max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="一度に返す数")] = 50,
) -> UnitRunPage:
    found = read_runs(engine, principal, meeting_id, cursor=cursor, limit=limit)
    return UnitRunPage(items=tuple(UnitRunOut.of(run) for run in found.runs), next_cursor=found.next_cursor)
