"""所属: the list of those an administrator looks after, with a form for a new one and one for each name."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import func, select

from minutes.errors import GijiyoshiError, Problem
from service.auth import Principal, Role
from service.auth.departments import administered_departments, create_department, rename_department
from service.auth.dependencies import WebPrincipalDep
from service.db.account_tables import Account, ClaimedGrant, RoleGrant
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.errors import Forbidden, NotFound
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


@router.get("/admin/departments")
def departments(request: Request, principal: WebPrincipalDep) -> Response:
    return _page(request, principal)


@router.post("/admin/departments")
def create(request: Request, principal: WebPrincipalDep, name: Annotated[str, Form()] = "") -> Response:
    try:
        with writing(request.app.state.engine) as session:
            made = create_department(session, principal, name)
    except Forbidden:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, status=error.status, problems=error.problems, typed=name)
    return RedirectResponse(f"/admin/departments#d-{made.id}", status_code=303)


@router.post("/admin/departments/{department_id}")
def rename(
    request: Request, department_id: str, principal: WebPrincipalDep, name: Annotated[str, Form()] = ""
) -> Response:
    try:
        with writing(request.app.state.engine) as session:
            rename_department(session, principal, department_id, name)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(
            request, principal, status=error.status, problems=error.problems, typed=name, renaming=department_id
        )
    return RedirectResponse(f"/admin/departments#d-{department_id}", status_code=303)


def _page(
    request: Request,
    principal: Principal,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: str = "",
    renaming: str | None = None,
) -> Response:
    """``renaming``: the department whose name was refused; None: that of a new one."""
    mapped = request.app.state.group_roles.departments() if request.app.state.settings.federated else frozenset()
    with reading(request.app.state.engine) as session:
        rows = []
        for each in administered_departments(session, principal):
            grants = [
                row
                for table in (RoleGrant, ClaimedGrant)
                for row in session.execute(
                    select(Account.id, Account.display_name, table.role)
                    .join(Account, Account.id == table.account_id)
                    .where(table.department_id == each.id, Account.active.is_(True))
                )
            ]
            rows.append(
                {
                    "id": each.id,
                    "name": each.name,
                    "people": len({row[0] for row in grants}),
                    "administrators": sorted({row[1] for row in grants if row[2] == Role.ADMINISTRATOR}),
                    "meetings": session.scalar(
                        select(func.count()).select_from(MeetingRow).where(MeetingRow.department_id == each.id)
                    ),
                    "mapped": each.id in mapped,
                }
            )
        person = person_of(session, principal)
    field = f"name-{renaming}" if renaming is not None else "name"
    return page(
        "departments.html",
        status=status,
        person=person,
        here="admin",
        tab="departments",
        rows=rows,
        typed=typed,
        renaming=renaming,
        problems=[{"what": p.what, "where": "名称", "remedy": p.remedy, "href": f"#{field}"} for p in problems],
    )
