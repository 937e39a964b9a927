"""自分の設定: one's own sign-ins and API tokens, seen and ended by their owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Principal, Scope, secrets
from service.auth.administration import grants_by_name, held_by
from service.auth.dependencies import SettingsDep, WebPrincipalDep, idle_limit
from service.auth.sessions import cookie_name, end_sessions, find_session, open_sessions
from service.auth.tokens import create_token, revoke_token, tokens_of
from service.db.account_tables import Account, ApiToken, SignIn
from service.db.base import now
from service.db.engine import reading, writing
from service.settings import Settings
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()

DAYS = (30, 90, 180, 365)
"""How long a token made here may last: a page that people use in passing makes none that lasts for ever."""

_PLACES = {"name": "用途", "scopes": "できること", "days": "有効期間"}


@dataclass(frozen=True)
class TokenForm:
    """What was typed, to be shown again when it is refused."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    days: int = 90


def session_rows(rows: Sequence[SignIn], *, current: str | None = None) -> list[dict[str, object]]:
    """Sessions for a page; ``current`` is the id of the one that asks."""
    return [
        {
            "id": row.id,
            "browser": row.browser or "記録なし",
            "address": row.address or "記録なし",
            "federated": row.federated,
            "since": row.created_at,
            "used": row.last_used_at,
            "current": row.id == current,
        }
        for row in rows
    ]


def token_rows(rows: Sequence[ApiToken]) -> list[dict[str, object]]:
    at = now()
    return [
        {
            "id": row.id,
            "name": row.name,
            "scopes": row.scopes,
            "since": row.created_at,
            "used": row.last_used_at,
            "until": row.expires_at,
            "expired": row.expires_at is not None and row.expires_at <= at,
        }
        for row in rows
    ]


def _current(request: Request, session: Session, settings: Settings) -> SignIn | None:
    return find_session(session, request.cookies.get(cookie_name(settings), ""))


def _page(
    request: Request,
    principal: Principal,
    settings: Settings,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: TokenForm | None = None,
    made: str | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        current = _current(request, session, settings)
        account = session.get_one(Account, principal.account_id)
        held = held_by(session, principal.account_id)
        sessions = open_sessions(session, principal.account_id, idle=idle_limit(settings))
        tokens = tokens_of(session, principal.account_id)
        values = {
            "person": person_of(session, principal),
            "login": principal.login,
            "has_password": account.password_hash != secrets.NO_PASSWORD,
            "by_hand": grants_by_name(session, held.by_hand),
            "claimed": grants_by_name(session, held.claimed),
        }
    return page(
        "own.html",
        status=status,
        here="own",
        **values,
        provider=settings.oidc_label,
        sessions=session_rows(sessions, current=current.id if current is not None else None),
        tokens=token_rows(tokens),
        problems=[
            {
                "what": p.what,
                "where": _PLACES.get(p.where, ""),
                "remedy": p.remedy,
                "href": f"#token-{p.where}" if p.where in _PLACES else None,
            }
            for p in problems
        ],
        typed=typed or TokenForm(),
        typing=typed is not None,
        made=made,
        days=DAYS,
        idle_minutes=settings.session_idle_minutes,
        session_hours=settings.session_hours,
    )


@router.get("/me")
def own(request: Request, principal: WebPrincipalDep, settings: SettingsDep) -> Response:
    return _page(request, principal, settings)


@router.post("/me/sessions/end")
def end_others(request: Request, principal: WebPrincipalDep, settings: SettingsDep) -> Response:
    """All sessions but the one that asks."""
    with writing(request.app.state.engine) as session:
        current = _current(request, session, settings)
        end_sessions(
            session, principal.account_id, actor=principal.login, but=current.id if current is not None else None
        )
    return RedirectResponse("/me#sessions", status_code=303)


@router.post("/me/sessions/{session_id}/end")
def end_one(request: Request, session_id: str, principal: WebPrincipalDep) -> Response:
    with writing(request.app.state.engine) as session:
        end_sessions(session, principal.account_id, actor=principal.login, only=session_id)
    return RedirectResponse("/me#sessions", status_code=303)


@router.post("/me/tokens")
def make_token(
    request: Request,
    *,
    principal: WebPrincipalDep,
    settings: SettingsDep,
    name: Annotated[str, Form()] = "",
    scopes: Annotated[tuple[str, ...], Form()] = (),
    days: Annotated[int, Form()] = 90,
) -> Response:
    """The token is on the answer to this request and nowhere else: it is not stored."""
    typed = TokenForm(name, scopes, days)
    try:
        _check(typed)
        with writing(request.app.state.engine) as session:
            made, _ = create_token(
                session,
                login=principal.login,
                name=name,
                scopes=scopes,
                actor=principal.login,
                expires_at=now() + timedelta(days=days),
            )
    except GijiyoshiError as error:
        return _page(request, principal, settings, status=error.status, problems=error.problems, typed=typed)
    return _page(request, principal, settings, made=made)


@router.post("/me/tokens/{token_id}/revoke")
def revoke(request: Request, token_id: str, principal: WebPrincipalDep) -> Response:
    with writing(request.app.state.engine) as session:
        revoke_token(session, token_id, actor=principal.login, of=principal.account_id)
    return RedirectResponse("/me#tokens", status_code=303)


def _check(typed: TokenForm) -> None:
    """Every fault of the form at once."""
    problems = []
    if not 1 <= len(typed.name.strip()) <= 100 or not typed.name.isprintable():
        problems.append(Problem("用途がないか、長すぎます。", "name", "1 文字から 100 文字で書いてください。"))
    if not typed.scopes or not set(typed.scopes) <= set(Scope):
        problems.append(Problem("できることが選ばれていません。", "scopes", "一つ以上選んでください。"))
    if typed.days not in DAYS:
        problems.append(Problem("有効期間が選ばれていません。", "days", "一覧から選んでください。"))
    if problems:
        raise InputError(problems[0].what, problems=problems)
