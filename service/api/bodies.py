"""The bodies whose meetings are registered; they are managed on a page and in the cli, by people."""

from fastapi import APIRouter

from service.api.problems import problems
from service.api.schemas import BodyOut
from service.auth import Action
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.meetings.bodies import bodies_of

router = APIRouter(prefix="/bodies", tags=["meetings"])


@router.get(
    "",
    response_model=tuple[BodyOut, ...],
    summary="会議体の一覧",
    description="閲覧できる所属の会議体を、使用を終えたものも含めて名前の順に返します。",
    responses=problems(),
)
def read_bodies(engine: EngineDep, principal: PrincipalDep) -> tuple[BodyOut, ...]:
    with reading(engine) as session:
        return tuple(BodyOut.of(body) for body in bodies_of(session, principal.departments(Action.read)))
