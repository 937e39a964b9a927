"""利用者: the list an administrator works from, and the form for a new account."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Principal
from service.auth.administration import Grant, grants_by_name, held_by, new_account, visible_accounts
from service.auth.departments import administered_departments
from service.auth.dependencies import WebPrincipalDep
from service.auth.throttle import failures
from service.db.account_tables import FederatedIdentity, SignIn
from service.db.engine import reading, writing
from service.errors import Forbidden, NotFound
from service.web.people import person_of
from service.web.role_form import role_form, ticked_roles
from service.web.templating import page

router = APIRouter()

PAGE = 50

PLACES = {"login": "ログイン名", "display_name": "氏名", "roles": "役割"}


@router.get("/admin/people")
def people(
    request: Request,
    principal: WebPrincipalDep,
    q: Annotated[str, Query(max_length=100)] = "",
    after: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    with reading(request.app.state.engine) as session:
        found = visible_accounts(session, principal, q=q.strip(), after=after, limit=PAGE + 1)
        shown = found[:PAGE]
        signed_in = _last_sign_in(session, (each.id for each in shown))
        linked = set(
            session.scalars(
                select(FederatedIdentity.account_id).where(FederatedIdentity.account_id.in_({a.id for a in shown}))
            )
        )
        rows = [
            {
                "id": each.id,
                "login": each.login,
                "name": each.display_name,
                "by_hand": grants_by_name(session, (held := held_by(session, each.id)).by_hand),
                "claimed": grants_by_name(session, held.claimed),
                "active": each.active,
                "waiting": each.active and each.must_change_password,
                "linked": each.id in linked,
                "locked": failures(session, each.id) >= request.app.state.settings.sign_in_attempts,
                "signed_in": signed_in.get(each.id),
            }
            for each in shown
        ]
        person = person_of(session, principal)
    more = {"q": q, "after": shown[-1].login} if len(found) > PAGE else None
    return page(
        "people.html",
        person=person,
        here="admin",
        tab="people",
        rows=rows,
        q=q,
        provider=request.app.state.settings.oidc_label,
        next_href=f"/admin/people?{urlencode({k: v for k, v in more.items() if v})}" if more else None,
    )


@router.get("/admin/people/new")
def new(request: Request, principal: WebPrincipalDep) -> Response:
    return _new_page(request, principal)


@router.post("/admin/people/new")
def create(
    request: Request,
    *,
    principal: WebPrincipalDep,
    login: Annotated[str, Form()] = "",
    display_name: Annotated[str, Form()] = "",
    roles: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """The one-time password is on the answer to this request and nowhere else."""
    grants = ticked_roles(roles)
    try:
        _filled_in(login, display_name, grants)
        with writing(request.app.state.engine) as session:
            account, password = new_account(session, principal, login=login, display_name=display_name, grants=grants)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _new_page(
            request,
            principal,
            status=error.status,
            problems=error.problems,
            login=login,
            display_name=display_name,
            grants=grants,
        )
    with reading(request.app.state.engine) as session:
        person = person_of(session, principal)
    return page("person_made.html", person=person, here="admin", tab="people", account=account, password=password)


def shown_problems(problems: Sequence[Problem]) -> list[dict[str, str | None]]:
    """Problems with the words of the fields of these forms."""
    return [
        {
            "what": p.what,
            "where": PLACES.get(p.where, ""),
            "remedy": p.remedy,
            "href": f"#{p.where}" if p.where in PLACES else None,
        }
        for p in problems
    ]


def _new_page(
    request: Request,
    principal: Principal,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    login: str = "",
    display_name: str = "",
    grants: Iterable[Grant] = (),
) -> Response:
    with reading(request.app.state.engine) as session:
        departments = administered_departments(session, principal)
        person = person_of(session, principal)
    settings = request.app.state.settings
    return page(
        "person_new.html",
        status=status,
        person=person,
        here="admin",
        tab="people",
        problems=shown_problems(problems),
        wrong={p.where for p in problems},
        login=login,
        display_name=display_name,
        departments=role_form(departments, grants),
        provider=settings.oidc_label if settings.federated else None,
        local=settings.local_sign_in,
    )


def _filled_in(login: str, display_name: str, grants: Iterable[Grant]) -> None:
    problems = []
    if not login.strip():
        problems.append(Problem("入力がありません。", "login", "半角英数字で書いてください。"))
    if not display_name.strip():
        problems.append(Problem("入力がありません。", "display_name", "氏名を書いてください。"))
    if not list(grants):
        problems.append(Problem("選ばれていません。", "roles", "一つ以上の役割を選んでください。"))
    if problems:
        raise InputError(problems[0].what, problems=problems)


def _last_sign_in(session: Session, ids: Iterable[str]) -> dict[str, datetime]:
    query = select(SignIn.account_id, func.max(SignIn.created_at)).where(SignIn.account_id.in_(set(ids)))
    return {row[0]: row[1] for row in session.execute(query.group_by(SignIn.account_id))}
