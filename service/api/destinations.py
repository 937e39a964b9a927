"""Destinations for programs; they are managed on a page, by people: no token administers."""

from typing import Annotated

from fastapi import APIRouter, Path

from service.api.delivery_schemas import DestinationOut
from service.api.problems import problems
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.deliveries.destinations import destination_seen, destinations_of
from service.deliveries.steering import may_see

router = APIRouter(prefix="/destinations", tags=["deliveries"])


@router.get(
    "",
    response_model=tuple[DestinationOut, ...],
    summary="引渡し先の一覧",
    description="「引渡し」「監査記録の閲覧」「管理」のいずれかの権限がある所属の引渡し先を、使用を終えたものも含めて返します。"
    "秘密の値（パスワードなど）は返しません。",
    responses=problems(403),
)
def read_destinations(engine: EngineDep, principal: PrincipalDep) -> tuple[DestinationOut, ...]:
    with reading(engine) as session:
        return tuple(DestinationOut.of(each) for each in destinations_of(session, may_see(principal)))


@router.get(
    "/{destination_id}",
    response_model=DestinationOut,
    summary="引渡し先",
    description="一つの引渡し先です。変更は、管理者が画面で行います。",
    responses=problems(403, 404, 422),
)
def read_destination(
    engine: EngineDep,
    principal: PrincipalDep,
    destination_id: Annotated[str, Path(description="引渡し先の番号", max_length=36)],
) -> DestinationOut:
    with reading(engine) as session:
        return DestinationOut.of(destination_seen(session, principal, destination_id))
