"""Who the caller is."""

from fastapi import APIRouter
from sqlalchemy import select

from service.api.problems import problems
from service.api.schemas import GrantOut, MeOut
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.account_tables import Department
from service.db.engine import reading

router = APIRouter(prefix="/me", tags=["me"])


@router.get(
    "",
    response_model=MeOut,
    summary="自分",
    description="サインインしている人、またはトークンの持ち主と、その所属・役割を返します。",
    responses=problems(),
)
def read_me(engine: EngineDep, principal: PrincipalDep) -> MeOut:
    with reading(engine) as session:
        ids = {department for department, _ in principal.grants}
        names = {row.id: row.name for row in session.scalars(select(Department).where(Department.id.in_(ids)))}
    grants = sorted(principal.grants, key=lambda grant: (names.get(grant[0], ""), grant[1]))
    return MeOut(
        login=principal.login,
        display_name=principal.display_name,
        grants=tuple(GrantOut(department_id=d, department=names.get(d, ""), role=role) for d, role in grants),
        scopes=None if principal.scopes is None else tuple(sorted(principal.scopes)),
    )
