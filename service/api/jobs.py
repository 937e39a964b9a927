"""Jobs: progress, cancelling, running again."""

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.problems import problems
from service.api.schemas import JobOut
from service.auth import Action, require
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.errors import Conflict
from service.jobs.requests import JobKind
from service.meetings.closed import shown_failure
from service.meetings.proposals import cancel_proposal
from service.meetings.queries import get_job, latest_job
from service.meetings.states import BY_NAME, TransitionName
from service.meetings.transitions import transition

router = APIRouter(prefix="/jobs/{job_id}", tags=["jobs"])

JobId = Annotated[str, Path(description="ジョブの番号", max_length=36)]


@router.get(
    "",
    response_model=JobOut,
    summary="ジョブ",
    description="状態、段階、進み具合（done/total）、失敗の説明を返します。",
    responses=problems(404, 422),
)
def read_job(engine: EngineDep, principal: PrincipalDep, job_id: JobId) -> JobOut:
    with reading(engine) as session:
        job, row = get_job(session, principal, job_id)
        return JobOut.of(job, row.id, shown_failure(principal, row, job))


@router.post(
    "/cancel",
    status_code=202,
    response_model=JobOut,
    summary="ジョブを取り消す",
    description="まだ始まっていなければすぐに、実行中なら数秒のうちに止まり、素案の作成なら会議は「取消」になります。"
    "文の作り直しなら、会議と素案はそのままです。",
    responses=problems(403, 404, 409, 422),
)
def cancel_job(engine: EngineDep, principal: PrincipalDep, job_id: JobId) -> JobOut:
    with reading(engine) as session:
        job, row = get_job(session, principal, job_id)
    if job.kind == JobKind.REGENERATE:
        cancel_proposal(engine, principal, row.id, job.subject_id)
        return read_job(engine, principal, job_id)
    return _newest_after(engine, principal, job_id, TransitionName.CANCEL)


@router.post(
    "/run-again",
    status_code=202,
    response_model=JobOut,
    summary="失敗したジョブをもう一度実行する",
    description="新しいジョブを作って返します。保存済みの段階の結果は使い回されます。"
    "文の作り直しは、もう一度 `regenerate` で頼んでください（409）。",
    responses=problems(403, 404, 409, 422),
)
def run_job_again(engine: EngineDep, principal: PrincipalDep, job_id: JobId) -> JobOut:
    return _newest_after(engine, principal, job_id, TransitionName.RUN_AGAIN)


def _newest_after(engine: EngineDep, principal: PrincipalDep, job_id: str, action: TransitionName) -> JobOut:
    with reading(engine) as session:
        job, row = get_job(session, principal, job_id)
        # Before anything is said of its state: who may not do it learns nothing from trying.
        require(principal, Action(BY_NAME[action].permission), row.department_id)
        newest = latest_job(session, row.id)
    if job.kind == JobKind.REGENERATE:
        raise Conflict(
            "文の作り直しは、このジョブからはやり直せません。",
            where="job_id",
            remedy="素案の発言の regenerate で、もう一度頼んでください。",
        )
    ended = job.finished_at is not None
    if newest is None or newest.id != job.id or (action is TransitionName.CANCEL and ended):
        raise Conflict(
            "このジョブはすでに終わっています。", where="job_id", remedy="会議の最新のジョブを確かめてください。"
        )
    transition(engine, principal, row.id, action)
    with reading(engine) as session:
        latest = latest_job(session, row.id)
        assert latest is not None  # jobs are never deleted
        return JobOut.of(latest, row.id, shown_failure(principal, row, latest))
