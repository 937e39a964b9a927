"""書式を選び直す: what a draft is set out in, with what it would look like before it is chosen."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, Problem
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Conflict, Forbidden, NotFound
from service.meetings.closed import shown_document
from service.meetings.queries import current_draft, get_meeting
from service.meetings.restyling import choices_for, restyle
from service.profiles.preview import SAID, preview_of_draft
from service.profiles.revisions import name_of, profile_named
from service.web.people import person_of
from service.web.review import back
from service.web.templating import page

router = APIRouter()


@router.get("/meetings/{meeting_id}/profile")
def choose(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    profile: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """``profile``: the one to show the draft in."""
    with reading(request.app.state.engine) as session:
        return _page(session, principal, meeting_id, picked=profile)


@router.post("/meetings/{meeting_id}/profile")
def change(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    profile: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    try:
        restyle(request.app.state.engine, principal, meeting_id, profile, if_match=version)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        with reading(request.app.state.engine) as session:
            return _page(session, principal, meeting_id, picked=profile, status=error.status, problems=error.problems)
    return back(meeting_id)


def _page(
    session: Session,
    principal: Principal,
    meeting_id: str,
    *,
    picked: str,
    status: int = 200,
    problems: Sequence[Problem] = (),
) -> Response:
    row = get_meeting(session, principal, meeting_id)
    choices = choices_for(session, principal, row)
    draft = current_draft(session, row)
    if draft is None:
        raise Conflict("素案がまだありません。", where="state", remedy="作成が終わるのを待ってください。")
    now = profile_named(session, draft[1].profile)
    chosen = next((each for each in choices if each.id == picked), None)
    shown = shown_document(principal, row, draft[1])
    return page(
        "meeting_profile.html",
        status=status,
        person=person_of(session, principal),
        here="review",
        row=row,
        version=draft[0].version,
        current=name_of(now),
        choices=choices,
        chosen=chosen,
        preview=preview_of_draft(shown, profile_named(session, chosen.reference), now) if chosen is not None else None,
        preview_faults=0,
        said=SAID,
        problems=[{"what": p.what, "where": "", "remedy": p.remedy, "href": None} for p in problems],
    )
