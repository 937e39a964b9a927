"""One account on an administrator's page: its roles, its state, its sign-ins and tokens. Each form comes back here."""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, Problem
from service.auth import Principal, secrets
from service.auth.administration import (
    Grant,
    change_account,
    deactivate,
    grants_by_name,
    may_manage,
    new_password,
    reactivate,
    unlock,
    visible_account,
)
from service.auth.departments import administered_departments
from service.auth.dependencies import WebPrincipalDep, idle_limit
from service.auth.oidc.people import link
from service.auth.sessions import end_sessions, open_sessions
from service.auth.throttle import failures
from service.auth.tokens import revoke_token, tokens_of
from service.db.account_tables import FederatedIdentity
from service.db.engine import reading, writing
from service.errors import Forbidden, NotFound
from service.web.admin_people import shown_problems
from service.web.own import session_rows, token_rows
from service.web.people import person_of
from service.web.role_form import role_form, ticked_roles
from service.web.templating import page

router = APIRouter()

Step = Callable[[Session, Principal, str], object]


@router.get("/admin/people/{account_id}")
def account_page(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, account_id)


@router.post("/admin/people/{account_id}")
def change(
    request: Request,
    *,
    account_id: str,
    principal: WebPrincipalDep,
    display_name: Annotated[str, Form()] = "",
    roles: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    grants = ticked_roles(roles)
    try:
        with writing(request.app.state.engine) as session:
            change_account(session, principal, account_id, display_name=display_name, grants=grants)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(
            request,
            principal,
            account_id,
            status=error.status,
            problems=error.problems,
            display_name=display_name,
            grants=grants,
        )
    return _back(account_id)


@router.post("/admin/people/{account_id}/deactivate")
def stop(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    return _do(request, principal, account_id, deactivate)


@router.post("/admin/people/{account_id}/reactivate")
def resume(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    return _do(request, principal, account_id, reactivate)


@router.post("/admin/people/{account_id}/unlock")
def forgive_tries(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    return _do(request, principal, account_id, unlock)


@router.post("/admin/people/{account_id}/password")
def reset(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    """The one-time password is on the answer to this request and nowhere else."""
    try:
        with writing(request.app.state.engine) as session:
            password = new_password(session, principal, account_id)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, account_id, status=error.status, problems=error.problems)
    return _page(request, principal, account_id, password=password)


@router.post("/admin/people/{account_id}/link")
def link_identity(
    request: Request, account_id: str, principal: WebPrincipalDep, subject: Annotated[str, Form()] = ""
) -> Response:
    """Say that this account and a person at the identity provider are the same."""
    issuer = request.app.state.settings.oidc_issuer
    if issuer is None:
        raise NotFound("組織のアカウントは設定されていません。", remedy="運用の手引を確かめてください。")
    return _do(
        request,
        principal,
        account_id,
        lambda session, who, which: link(session, who, which, issuer=issuer, subject=subject),
    )


@router.post("/admin/people/{account_id}/sessions/end")
def end_every_session(request: Request, account_id: str, principal: WebPrincipalDep) -> Response:
    def end(session: Session, who: Principal, which: str) -> None:
        account, _ = visible_account(session, who, which)
        end_sessions(session, account.id, actor=who.login)

    return _do(request, principal, account_id, end, "sessions")


@router.post("/admin/people/{account_id}/sessions/{session_id}/end")
def end_one_session(request: Request, account_id: str, session_id: str, principal: WebPrincipalDep) -> Response:
    def end(session: Session, who: Principal, which: str) -> None:
        account, _ = visible_account(session, who, which)
        end_sessions(session, account.id, actor=who.login, only=session_id)

    return _do(request, principal, account_id, end, "sessions")


@router.post("/admin/people/{account_id}/tokens/{token_id}/revoke")
def revoke(request: Request, account_id: str, token_id: str, principal: WebPrincipalDep) -> Response:
    def end(session: Session, who: Principal, which: str) -> None:
        account, _ = visible_account(session, who, which)
        revoke_token(session, token_id, actor=who.login, of=account.id)

    return _do(request, principal, account_id, end, "tokens")


def _do(request: Request, principal: Principal, account_id: str, step: Step, anchor: str = "") -> Response:
    try:
        with writing(request.app.state.engine) as session:
            step(session, principal, account_id)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, account_id, status=error.status, problems=error.problems)
    return _back(account_id, anchor)


def _back(account_id: str, anchor: str = "") -> Response:
    return RedirectResponse(f"/admin/people/{account_id}" + (f"#{anchor}" if anchor else ""), status_code=303)


def _page(
    request: Request,
    principal: Principal,
    account_id: str,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    display_name: str | None = None,
    grants: Iterable[Grant] | None = None,
    password: str | None = None,
) -> Response:
    settings = request.app.state.settings
    with reading(request.app.state.engine) as session:
        account, held = visible_account(session, principal, account_id)
        departments = administered_departments(session, principal)
        mine = {each.id for each in departments}
        subject = session.scalar(
            select(FederatedIdentity.subject).where(FederatedIdentity.account_id == account.id).limit(1)
        )
        values = {
            "person": person_of(session, principal),
            "account": account,
            "whole": may_manage(principal, held),
            "oneself": account.id == principal.account_id,
            "elsewhere": grants_by_name(session, {grant for grant in held.all if grant[0] not in mine}),
            "sessions": session_rows(open_sessions(session, account.id, idle=idle_limit(settings))),
            "tokens": token_rows(tokens_of(session, account.id)),
            "locked": failures(session, account.id) >= settings.sign_in_attempts,
            "subject": subject,
            "departments": role_form(departments, held.by_hand if grants is None else grants, held.claimed),
        }
    return page(
        "person.html",
        status=status,
        here="admin",
        tab="people",
        **values,
        has_password=account.password_hash != secrets.NO_PASSWORD,
        display_name=account.display_name if display_name is None else display_name,
        problems=shown_problems(problems),
        wrong={p.where for p in problems},
        password=password,
        federated=settings.federated,
        provider=settings.oidc_label,
    )
