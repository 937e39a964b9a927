"""The audit log for auditors: newest first, with the verdict on the whole chain."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from service.audit import verify
from service.auth import Action
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import AuditEvent
from service.errors import Forbidden
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()

PAGE = 100


@router.get("/audit")
def audit(request: Request, principal: WebPrincipalDep, before: Annotated[int | None, Query(ge=1)] = None) -> Response:
    if not principal.departments(Action.audit):
        raise Forbidden("監査記録を見る権限がありません。", remedy="監査者に確認を依頼してください。")
    with reading(request.app.state.engine) as session:
        verdict = verify(session)
        query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(PAGE + 1)
        if before is not None:
            query = query.where(AuditEvent.seq < before)
        events = list(session.scalars(query))
        person = person_of(session, principal)
    more = len(events) > PAGE
    return page(
        "audit.html",
        person=person,
        here="audit",
        verdict=verdict,
        events=events[:PAGE],
        next_href=f"/audit?before={events[PAGE - 1].seq}" if more else None,
    )
