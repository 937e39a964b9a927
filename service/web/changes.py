"""What people decide on the review page: who spoke, and the steps to approval. Each form comes back to the page."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from minutes.errors import GijiyoshiError
from service.auth.dependencies import WebPrincipalDep
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.editing import assign_speaker
from service.meetings.model_choice import ready_model
from service.meetings.states import TransitionName
from service.meetings.transitions import transition
from service.web.review import back, refused

router = APIRouter()


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
        return refused(request, principal, meeting_id, error)
    return back(meeting_id, "speakers")


@router.post("/meetings/{meeting_id}/{action}")
def take_step(
    request: Request,
    meeting_id: str,
    action: TransitionName,
    principal: WebPrincipalDep,
    *,
    version: Annotated[int | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
    to: Annotated[str | None, Form(max_length=40)] = None,
    skip: Annotated[list[str], Form(max_length=20)] = [],  # noqa: B006  FastAPI copies it for each request
    model: Annotated[str, Form()] = "",
) -> Response:
    """One transition, e.g. submit, approve or return. ``version`` is the draft that the person saw."""
    try:
        transition(
            request.app.state.engine,
            principal,
            meeting_id,
            action,
            reason=reason.strip() or None,
            if_match=version,
            to=to or None,
            skip=skip,
            model=ready_model(request.app.state.settings, model) if model else None,
        )
    except NotFound:
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(meeting_id)
