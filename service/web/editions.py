"""公開版 and 保存版 as they would leave the service, on the screen: nothing is handed out, so nothing is audited."""

from typing import Literal

from fastapi import APIRouter, Request, Response

from minutes.public import public_view
from minutes.render.page import page_of
from service.auth import require
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.meetings.exports import EDITIONS, text_to_take
from service.meetings.queries import get_meeting
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


@router.get("/meetings/{meeting_id}/preview/{edition}")
def preview(
    request: Request, meeting_id: str, edition: Literal["public", "full"], principal: WebPrincipalDep
) -> Response:
    name, action, _ = EDITIONS[edition]
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, action, row.department_id)
        saved, document, profile = text_to_take(session, row)
        shown = public_view(document) if edition == "public" else document
        return page(
            "edition.html",
            person=person_of(session, principal),
            here="review",
            row=row,
            version=saved.version,
            name=name,
            edition=edition,
            paragraphs=page_of(shown, profile),
            other=next(
                (
                    key
                    for key, (_, needed, _) in EDITIONS.items()
                    if key != edition and principal.may(needed, row.department_id)
                ),
                None,
            ),
            withheld=edition == "full" and not profile.layout.closed_bodies,
        )
