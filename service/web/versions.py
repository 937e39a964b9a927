"""Two versions of a draft compared, with the history; made to be printed as well."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.auth import Action
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.meetings.closed import shown_document
from service.meetings.comparison import compare
from service.meetings.queries import draft_version, draft_versions, get_meeting
from service.meetings.states import EDITABLE
from service.web.people import account_names, person_of
from service.web.review import history_of
from service.web.templating import page

router = APIRouter()


@router.get("/meetings/{meeting_id}/versions")
def versions(
    request: Request,
    *,
    meeting_id: str,
    principal: WebPrincipalDep,
    before: Annotated[int, Query(alias="from", ge=1, le=1_000_000_000)] = 1,
    after: Annotated[int | None, Query(alias="to", ge=1, le=1_000_000_000)] = None,
    whole: str = "",
) -> Response:
    """``whole``: also the lines that are the same."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        newer = after or row.current_version
        _, old = draft_version(session, row, before)
        _, new = draft_version(session, row, newer)
        saved = draft_versions(session, row)
        lines = compare(shown_document(principal, row, old), shown_document(principal, row, new))
        return page(
            "versions.html",
            person=person_of(session, principal),
            here="review",
            row=row,
            before=before,
            after=newer,
            lines=lines if whole else tuple(each for each in lines if each.change != "same"),
            changed=sum(1 for each in lines if each.change != "same"),
            whole=bool(whole),
            history=history_of(principal, row, saved, account_names(session, [each.created_by for each in saved])),
            may_restore=row.state in EDITABLE and principal.may(Action.edit, row.department_id),
        )
