"""One statement written again by a model, on the review page: asked for, watched, taken, discarded, with plain forms."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.closed import shown_failure
from service.meetings.proposals import ask, cancel_proposal, discard_proposal, get_proposal, take_proposal
from service.meetings.queries import get_meeting, latest_job
from service.web.proposal_view import proposal_progress
from service.web.review import back, refused
from service.web.templating import page

router = APIRouter()


@router.post("/meetings/{meeting_id}/turns/{turn_id}/regenerate")
def regenerate(
    request: Request,
    *,
    meeting_id: str,
    turn_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    model: Annotated[str, Form()] = "",
) -> Response:
    state = request.app.state

    def work() -> str:
        asked = ask(state.engine, state.settings, principal, meeting_id, turn_id, model=model or None, if_match=version)
        return f"proposal-{asked.turn_id}"

    return _done(request, principal, meeting_id, work)


@router.post("/meetings/{meeting_id}/proposals/{proposal_id}/{decision}")
def decide(
    request: Request,
    *,
    meeting_id: str,
    proposal_id: str,
    decision: Literal["take", "discard", "cancel"],
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    block: Annotated[str, Form(pattern=r"^b\d{4,}$")],
) -> Response:
    """``block`` is where the page comes back to."""
    engine = request.app.state.engine

    def work() -> str:
        match decision:
            case "take":
                take_proposal(engine, principal, meeting_id, proposal_id, if_match=version)
            case "discard":
                discard_proposal(engine, principal, meeting_id, proposal_id)
            case "cancel":
                cancel_proposal(engine, principal, meeting_id, proposal_id)
        return block

    return _done(request, principal, meeting_id, work)


@router.get("/meetings/{meeting_id}/proposals/{proposal_id}")
def show(request: Request, meeting_id: str, proposal_id: str, principal: WebPrincipalDep) -> Response:
    """The place of a proposal on the review page."""
    with reading(request.app.state.engine) as session:
        proposal = get_proposal(session, get_meeting(session, principal, meeting_id), proposal_id)
    return RedirectResponse(f"/meetings/{proposal.meeting_id}#proposal-{proposal.turn_id}", status_code=303)


@router.get("/meetings/{meeting_id}/proposals/{proposal_id}/progress")
def progress(request: Request, meeting_id: str, proposal_id: str, principal: WebPrincipalDep) -> Response:
    """The inside of one progress box."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        proposal = get_proposal(session, row, proposal_id)
        job = latest_job(session, proposal.id)
        now_at = proposal_progress(proposal, job, shown_failure(principal, row, job) if job is not None else None)
    return page("proposal_progress.html", progress=now_at, href=f"/meetings/{meeting_id}/proposals/{proposal_id}")


def _done(request: Request, principal: Principal, meeting_id: str, work: Callable[[], str]) -> Response:
    """Back to where ``work`` says, or the page with what was wrong."""
    try:
        anchor = work()
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return refused(request, principal, meeting_id, error)
    return back(meeting_id, anchor)
