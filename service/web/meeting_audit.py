"""The audit page of one meeting: its events in order, and whether they, the sign-offs and the texts agree."""

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from service.auth import Action, require
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import AuditEvent
from service.meetings.chain_view import chain_view
from service.meetings.drafting import subject
from service.meetings.proof import prove_meeting
from service.meetings.queries import get_meeting
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


@router.get("/meetings/{meeting_id}/audit")
def audit(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.audit, row.department_id)
        query = select(AuditEvent).where(AuditEvent.subject == subject(row.id)).order_by(AuditEvent.seq)
        return page(
            "meeting_audit.html",
            person=person_of(session, principal),
            here="audit",
            row=row,
            proof=prove_meeting(session, row.id),
            chain=chain_view(session, principal, row) if row.current_version else None,
            events=session.scalars(query).all(),
        )
