"""What people do on the review page. Each is a form that posts and comes back to the page."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound, PreconditionFailed, Unauthenticated
from service.meetings.editing import assign_speaker, edit_sentence
from service.meetings.queries import current_draft, get_meeting
from service.meetings.states import TransitionName
from service.meetings.transitions import transition
from service.web.people import account_names, person_of
from service.web.review import review_page
from service.web.templating import page

router = APIRouter()


def _back(meeting_id: str, anchor: str = "") -> Response:
    return RedirectResponse(f"/meetings/{meeting_id}" + (f"#{anchor}" if anchor else ""), status_code=303)


def _refused(request: Request, principal: Principal, meeting_id: str, error: GijiyoshiError) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return review_page(session, principal, row, status=error.status, problems=error.problems)


@router.post("/meetings/{meeting_id}/sentences/{sentence_id}")
def save_sentence(
    request: Request,
    *,
    meeting_id: str,
    sentence_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    text: Annotated[str, Form()] = "",
) -> Response:
    try:
        edit_sentence(request.app.state.engine, principal, meeting_id, sentence_id, text.strip(), if_match=version)
    except PreconditionFailed as error:
        return _conflict(
            request,
            principal,
            meeting_id=meeting_id,
            sentence_id=sentence_id,
            opened=version,
            mine=text,
            error=error,
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, error)
    return _back(meeting_id, sentence_id)


def _conflict(
    request: Request,
    principal: Principal,
    *,
    meeting_id: str,
    sentence_id: str,
    opened: int,
    mine: str,
    error: PreconditionFailed,
) -> Response:
    """Both texts side by side: what the person typed is never thrown away."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
        if draft is None:
            raise error
        saved, document = draft
        sentences = (s for section in document.sections for block in section.blocks for s in block.sentences)
        theirs = next((s.text for s in sentences if s.id == sentence_id), "（この文は削除されました）")
        return page(
            "conflict.html",
            status=error.status,
            person=person_of(session, principal),
            here="review",
            meeting_id=meeting_id,
            sentence_id=sentence_id,
            mine=mine,
            theirs={
                "text": theirs,
                "version": saved.version,
                "opened": opened,
                "by": account_names(session, [saved.created_by]).get(saved.created_by, ""),
                "change": saved.change,
            },
        )


@router.post("/meetings/{meeting_id}/speakers")
def decide_speaker(
    request: Request,
    *,
    meeting_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    label: Annotated[str, Form()] = "",
    attendee_id: Annotated[str, Form()] = "",
) -> Response:
    try:
        assign_speaker(request.app.state.engine, principal, meeting_id, label or None, attendee_id, if_match=version)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, error)
    return _back(meeting_id, "speakers")


@router.post("/meetings/{meeting_id}/{action}")
def take_step(
    request: Request,
    meeting_id: str,
    action: TransitionName,
    principal: WebPrincipalDep,
    *,
    version: Annotated[int | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """One transition: submit, approve, return, cancel or run again. ``version`` is the draft that the person saw."""
    try:
        transition(
            request.app.state.engine, principal, meeting_id, action, reason=reason.strip() or None, if_match=version
        )
    except NotFound:
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, error)
    return _back(meeting_id)
