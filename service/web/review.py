"""The review page: the draft beside the transcript, and the files that can be taken from it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, Problem
from minutes.profiles import load_profile
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import MeetingRow
from service.errors import PreconditionFailed
from service.meetings.exports import take
from service.meetings.queries import current_draft, draft_versions, get_meeting, latest_job
from service.meetings.states import EDITABLE
from service.meetings.transitions import allowed_actions
from service.web.decision import reasons_why_not, steps_of
from service.web.people import account_names, person_of
from service.web.plan import plan_of
from service.web.progress import progress_of
from service.web.review_view import attendee_name, review_view
from service.web.templating import page

router = APIRouter()

CONFLICT_REMEDY = "今の版を表示しています。内容を確かめて、もう一度操作してください。"

_PLACES = {"s": "文", "b": "段落", "u": "発言"}
_FIELDS = {"text": "文", "evidence": "根拠の発言", "after": "位置", "reason": "理由", "attendee_id": "発言者"}


@dataclass(frozen=True)
class Typed:
    """What a person typed into a form that was refused: the page shows it again, so that nothing is thrown away."""

    target: str
    """The sentence that was to be changed, or the block that was to get a sentence."""
    text: str
    after: str | None = None
    evidence: tuple[str, ...] = ()
    more: str = ""


def review_page(
    session: Session,
    principal: Principal,
    row: MeetingRow,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: Typed | None = None,
) -> Response:
    """The page of one meeting in whatever state it is; ``problems`` say why the last action was refused."""
    draft = current_draft(session, row)
    document = draft[1] if draft is not None else None
    allowed = allowed_actions(principal, row, document)
    versions = draft_versions(session, row)
    names = account_names(session, [*(v.created_by for v in versions), row.approved_by])
    values: dict[str, Any] = {
        "person": person_of(session, principal),
        "here": "review",
        "row": row,
        "version": row.current_version,
        "profile_name": load_profile(row.profile).name,
        "progress": progress_of(row, latest_job(session, row.id)),
        "steps": steps_of(allowed),
        "blocked": reasons_why_not(principal, row, document, allowed),
        "problems": [_shown(problem) for problem in problems],
        "typed": typed,
        "approved": {"by": names.get(row.approved_by, ""), "at": row.approved_at} if row.approved_at else None,
        "plan": plan_of(session, principal, row),
        "view": None,
    }
    if document is not None:
        values |= {
            "view": review_view(document),
            "editable": row.state in EDITABLE and principal.may(Action.edit, row.department_id),
            "attendees": [(a.id, attendee_name(document.meeting, a.id)) for a in document.meeting.roster],
            "may_export_public": principal.may(Action.export_public, row.department_id),
            "may_export_full": principal.may(Action.export_full, row.department_id),
            "card": document.provenance.model,
            "program_version": document.provenance.program_version,
            "history": [
                {"version": v.version, "change": v.change, "by": names.get(v.created_by, ""), "at": v.created_at}
                for v in versions
            ],
        }
    return page("review.html", status=status, **values)


def back(meeting_id: str, anchor: str = "") -> Response:
    """To the page again after a change; ``anchor`` is what was changed."""
    return RedirectResponse(f"/meetings/{meeting_id}" + (f"#{anchor}" if anchor else ""), status_code=303)


def refused(
    request: Request, principal: Principal, meeting_id: str, error: GijiyoshiError, *, typed: Typed | None = None
) -> Response:
    """The page as it is now, with what was wrong and what the person had typed."""
    problems = error.problems
    if isinstance(error, PreconditionFailed):
        problems = tuple(Problem(p.what, p.where, CONFLICT_REMEDY) for p in problems)
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return review_page(session, principal, row, status=error.status, problems=problems, typed=typed)


def _shown(problem: Problem) -> dict[str, str | None]:
    """Names of fields mean nothing to a clerk: words or a place on the page stand for them."""
    place = re.fullmatch(r"(?P<kind>[sbu])\d{4,}", problem.where)
    where = f"{_PLACES[place['kind']]} {problem.where}" if place else _FIELDS.get(problem.where, "")
    return {
        "what": problem.what,
        "where": where,
        "remedy": problem.remedy,
        "href": f"#{problem.where}" if place else None,
    }


@router.get("/meetings/{meeting_id}")
def review(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        return review_page(session, principal, get_meeting(session, principal, meeting_id))


@router.get("/meetings/{meeting_id}/download/{edition}/{format}")
def download(
    request: Request,
    meeting_id: str,
    edition: Literal["public", "full"],
    format: Literal["docx", "pdf", "txt", "html", "json"],
    principal: WebPrincipalDep,
) -> Response:
    made = take(request.app.state.engine, principal, meeting_id, format, edition)
    disposition = f"attachment; filename*=UTF-8''{quote(made.filename)}"
    return Response(made.content, media_type=made.media_type, headers={"Content-Disposition": disposition})
