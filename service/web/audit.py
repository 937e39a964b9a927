"""The audit log for auditors: newest first. A page checks its own rows; the whole chain is checked when asked for."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit import Verdict, verify, verify_span
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import AuditEvent
from service.errors import Forbidden
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()

PAGE = 100


@router.get("/audit")
def audit(
    request: Request,
    principal: WebPrincipalDep,
    before: Annotated[int | None, Query(ge=1, le=2_000_000_000)] = None,
) -> Response:
    _may_audit(principal)
    with reading(request.app.state.engine) as session:
        return _page(session, principal, before=before)


@router.post("/audit")
def verify_all(request: Request, principal: WebPrincipalDep, head: Annotated[str, Form()] = "") -> Response:
    """Changes nothing; a form because its cost grows with the log and no browser sends a form by itself."""
    _may_audit(principal)
    with reading(request.app.state.engine) as session:
        verdict = verify(session, known_head=head.strip().lower() or None)
        return _page(session, principal, whole=verdict, head=head.strip())


def _may_audit(principal: Principal) -> None:
    if not principal.departments(Action.audit):
        raise Forbidden("監査記録を見る権限がありません。", remedy="監査者に確認を依頼してください。")


def _page(
    session: Session, principal: Principal, *, before: int | None = None, whole: Verdict | None = None, head: str = ""
) -> Response:
    query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEvent.seq < before)
    found = list(session.scalars(query))
    events = found[:PAGE]
    return page(
        "audit.html",
        person=person_of(session, principal),
        here="audit",
        whole=whole,
        shown=verify_span(session, events[-1].seq, events[0].seq) if events else None,
        head=head,
        events=events,
        next_href=f"/audit?before={events[-1].seq}" if len(found) > PAGE else None,
        newest_href="/audit" if before is not None else None,
    )
