"""代理 for programs: who signs for an approver, and until when."""

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy import Engine

from minutes.value import Value
from service.api.problems import problems
from service.api.schemas import ID_EXAMPLE, Sent
from service.auth import Action, Principal, Role, require_role
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.base import now
from service.db.engine import reading
from service.meetings.delegations import DelegationView, colleagues, delegate, delegations, revoke

router = APIRouter(tags=["delegations"])


class DelegationIn(Sent):
    department_id: str = Field(max_length=36, examples=[ID_EXAMPLE])
    deputy_id: str = Field(max_length=36, description="代理する人の id（利用者の id）", examples=[ID_EXAMPLE])
    first: date = Field(description="最初の日", examples=["2026-08-10"])
    last: date = Field(description="最後の日", examples=["2026-08-14"])


class DelegationOut(Value):
    id: str = Field(examples=[ID_EXAMPLE])
    of: str = Field(description="不在になる人の氏名")
    deputy: str = Field(description="代理する人の氏名")
    department: str
    starts_at: datetime
    ends_at: datetime = Field(description="この時刻の前まで")
    state: Literal["予定", "有効", "終了", "取消済"]
    mine: bool = Field(description="要求した人が指定したもの")

    @classmethod
    def of_view(cls, view: DelegationView, at: datetime) -> "DelegationOut":
        return cls(
            id=view.id,
            of=view.of,
            deputy=view.deputy,
            department=view.department,
            starts_at=view.starts_at,
            ends_at=view.ends_at,
            state=view.state(at),
            mine=view.mine,
        )


@router.get(
    "/delegations",
    response_model=tuple[DelegationOut, ...],
    summary="代理の一覧",
    description="自分が指定したものと、自分が代理に指定されたものを、新しい順に返します。",
    responses=problems(),
)
def list_delegations(engine: EngineDep, principal: PrincipalDep) -> tuple[DelegationOut, ...]:
    moment = now()
    with reading(engine) as session:
        return tuple(DelegationOut.of_view(each, moment) for each in delegations(session, principal))


class DeputyOut(Value):
    """Somebody who may be named."""

    id: str = Field(examples=[ID_EXAMPLE])
    name: str


@router.get(
    "/departments/{department_id}/deputies",
    response_model=tuple[DeputyOut, ...],
    summary="代理に指定できる人",
    description="承認者として属する所属の、非公開の議事の内容も見られる人を返します。",
    responses=problems(403, 404, 422),
)
def list_deputies(
    engine: EngineDep,
    principal: PrincipalDep,
    department_id: Annotated[str, Path(max_length=36, description="所属の id")],
) -> tuple[DeputyOut, ...]:
    require_role(principal, (Role.APPROVER,), Action.approve, department_id, step="代理の指定")
    with reading(engine) as session:
        people = colleagues(session, department_id)
    return tuple(DeputyOut(id=who, name=name) for who, name in people if who != principal.account_id)


@router.post(
    "/delegations",
    status_code=201,
    response_model=DelegationOut,
    summary="代理を指定する",
    description="承認者が、不在の間に代わりに承認する人を決めます。期間は1年以内です。",
    responses=problems(403, 404, 422),
)
def make_delegation(engine: EngineDep, principal: PrincipalDep, body: DelegationIn) -> DelegationOut:
    made = delegate(
        engine,
        principal,
        department_id=body.department_id,
        deputy_id=body.deputy_id,
        first=body.first,
        last=body.last,
    )
    return _one(engine, principal, made)


@router.delete(
    "/delegations/{delegation_id}",
    response_model=DelegationOut,
    summary="代理をやめる",
    description="自分が指定した代理を、いま終わらせます。",
    responses=problems(404, 422),
)
def end_delegation(
    engine: EngineDep,
    principal: PrincipalDep,
    delegation_id: Annotated[str, Path(max_length=36, description="代理の指定の id")],
) -> DelegationOut:
    revoke(engine, principal, delegation_id)
    return _one(engine, principal, delegation_id)


def _one(engine: Engine, principal: Principal, delegation_id: str) -> DelegationOut:
    with reading(engine) as session:
        view = next(each for each in delegations(session, principal) if each.id == delegation_id)
        return DelegationOut.of_view(view, now())
