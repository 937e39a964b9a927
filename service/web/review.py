"""The review page: the draft beside the transcript, and the files that can be taken from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from minutes.document import MinutesDocument
from minutes.errors import GijiyoshiError, Problem
from minutes.turn import TurnKind
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.base import now
from service.db.engine import reading
from service.db.tables import DraftVersion, MeetingRow, ProposalRow
from service.errors import PreconditionFailed
from service.meetings.chain_view import chain_view
from service.meetings.closed import shown_change, shown_document, shown_reason, shown_words
from service.meetings.comments import comments_of
from service.meetings.corrections import correction_of
from service.meetings.exports import take
from service.meetings.history import position_of
from service.meetings.proposals import TO_BE_SEEN, proposals_of
from service.meetings.provenance import may_read_runs
from service.meetings.queries import current_draft, draft_versions, get_meeting, latest_job
from service.meetings.signing import line_of
from service.meetings.speaker_states import unheard_findings
from service.meetings.states import CORRECTABLE, EDITABLE, MeetingState
from service.meetings.transitions import allowed_actions
from service.profiles.revisions import name_of, profile_named
from service.recordkeeping.registered import registered
from service.settings import Settings
from service.web import wording
from service.web.decision import reasons_why_not, steps_of
from service.web.label_view import attendee_name
from service.web.people import account_names, person_of
from service.web.plan import plan_of
from service.web.printing import standing_of
from service.web.progress import progress_of
from service.web.proposal_view import ProposalView, proposal_view
from service.web.review_view import review_view
from service.web.said_filter import SaidFilter
from service.web.templating import page

router = APIRouter()

HISTORY_SHOWN = 30
"""Versions in the list at first: a sentence that is typed makes several."""

FINDINGS_SHOWN = 60
"""Findings on the page at first: more than anybody works off before the list is made anew."""

COMMENT_ON = "comment-"
"""Begins the target of what was typed into a form for a comment."""

CONFLICT_REMEDY = "今の版を表示しています。内容を確かめて、もう一度操作してください。"

_FIELDS = {
    "model": "要約モデル",
    "text": "文",
    "evidence": "根拠の発言",
    "after": "位置",
    "reason": "理由",
    "attendee_id": "発言者",
    "mentions": "知らせる人",
}


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
    settings: Settings,
    principal: Principal,
    row: MeetingRow,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: Typed | None = None,
    query: Mapping[str, str] | None = None,
) -> Response:
    """The page of one meeting in whatever state it is; ``problems`` say why the last action was refused. ``query``: what
    is asked of the page itself: whose tools are open, which utterances and how many findings it shows."""
    values = review_values(session, settings, principal, row, problems=problems, typed=typed, query=query or {})
    return page("review.html", status=status, **values)


def review_values(
    session: Session,
    settings: Settings,
    principal: Principal,
    row: MeetingRow,
    *,
    problems: Sequence[Problem] = (),
    typed: Typed | None = None,
    query: Mapping[str, str],
) -> dict[str, Any]:
    """What the templates of the page need."""
    asked = query
    draft = current_draft(session, row)
    document = draft[1] if draft is not None else None
    versions = draft_versions(session, row)
    names = account_names(session, [*(v.created_by for v in versions), row.approved_by])
    values: dict[str, Any] = {
        "person": person_of(session, principal),
        "here": "review",
        **decision_of(session, settings, principal, row, document),
        "profile_name": name_of(profile_named(session, row.profile)),
        "progress": progress_of(row, latest_job(session, row.id), principal),
        "problems": [_shown(problem) for problem in problems],
        "typed": typed,
        "return_reason": shown_reason(principal, row, document),
        "approved": {"by": names.get(row.approved_by, ""), "at": row.approved_at} if row.approved_at else None,
        "plan": plan_of(session, principal, row),
        "view": None,
        **_chain(session, principal, row, document),
    }
    if document is not None:
        open_talk, closed_talk = settings.models_for(closed=False), settings.models_for(closed=True)
        whole, document = document, shown_document(principal, row, document)
        # Who was not heard may have spoken in closed talk only.
        view = review_view(with_unheard(session, row, document) if document is whole else document)
        said = SaidFilter.of(asked)
        values |= {
            "view": view,
            "said": said,
            "said_shown": said.shown(document, view.utterances),
            "kinds": tuple(TurnKind),
            "opened": typed.target if typed else asked.get("open", ""),
            "commenting": _commenting(asked, typed),
            "findings_shown": FINDINGS_SHOWN if asked.get("findings") != "all" else len(view.findings),
            "learn": (asked["word"][:100], asked["as"][:100]) if asked.get("word") and asked.get("as") else None,
            "history_at": position_of(versions),
            # An approver decides on the text that was handed in, not on what else it might have been.
            "proposals": _proposals(session, row, document) if row.state in EDITABLE and document is whole else {},
            "models_open": _choices(open_talk, settings.model),
            "models_closed": _choices(closed_talk, settings.model),
            "may_read_runs": may_read_runs(principal, row.department_id),
            "rewritten": document.provenance.rewritten,
            "editable": row.state in EDITABLE and principal.may(Action.edit, row.department_id),
            "attendees": [(a.id, attendee_name(document.meeting, a.id)) for a in document.meeting.roster],
            "may_export_public": principal.may(Action.export_public, row.department_id),
            "may_export_full": principal.may(Action.export_full, row.department_id),
            "withheld": document is not whole,
            "standing": standing_of(row),
            "sha256": draft[0].sha256 if draft is not None else "",
            "card": document.provenance.model,
            "program_version": document.provenance.program_version,
            "history": history_of(principal, row, versions, names),
            "history_shown": HISTORY_SHOWN,
        }
    return values


def _commenting(asked: Mapping[str, str], typed: Typed | None) -> str:
    """The place whose form for a comment is open."""
    if typed is not None and typed.target.startswith(COMMENT_ON):
        return typed.target.removeprefix(COMMENT_ON)
    return asked.get("comment", "")


def history_of(
    principal: Principal, row: MeetingRow, versions: Sequence[DraftVersion], names: Mapping[str | None, str]
) -> list[dict[str, Any]]:
    """Newest first, with who and when."""
    return [
        {
            "version": v.version,
            "change": shown_change(principal, row, v),
            "by": names.get(v.created_by, ""),
            "at": v.created_at,
        }
        for v in versions
    ]


def decision_of(
    session: Session, settings: Settings, principal: Principal, row: MeetingRow, document: MinutesDocument | None
) -> dict[str, Any]:
    """The steps that the person may take, or why they may not, with the chain they belong to."""
    allowed = allowed_actions(session, principal, row, document)
    return {
        "row": row,
        "version": row.current_version,
        "steps": steps_of(allowed),
        "blocked": reasons_why_not(principal, row, document, allowed, line_of(session, row)),
        "chain": chain_view(session, principal, row) if row.current_version else None,
        "comments": comments_of(session, principal, row, document),
        "models": [(name, wording.model(name)) for name in settings.models()],
    }


def _choices(names: Sequence[str], preferred: str) -> list[tuple[str, str]]:
    """Names and words for the models, the one for new meetings first."""
    return [(name, wording.model(name)) for name in sorted(names, key=lambda name: name != preferred)]


def _proposals(session: Session, row: MeetingRow, document: MinutesDocument) -> dict[str, ProposalView]:
    """By turn: what is under way, to be decided or to be taken note of, unless something newer has been settled."""
    newest: dict[str, ProposalRow] = {}
    for each in proposals_of(session, row):
        newest.setdefault(each.turn_id, each)
    shown = [each for each in newest.values() if each.state in TO_BE_SEEN]
    names = account_names(session, [each.asked_by for each in shown])
    profile = profile_named(session, document.profile)
    return {
        each.turn_id: proposal_view(document, profile, each, latest_job(session, each.id), names.get(each.asked_by, ""))
        for each in shown
    }


def with_unheard(session: Session, row: MeetingRow, document: MinutesDocument) -> MinutesDocument:
    """For the page only: the stored draft does not say who did not answer."""
    findings = (*document.findings, *unheard_findings(session, row, document))
    return document.model_copy(update={"findings": findings})


def _chain(session: Session, principal: Principal, row: MeetingRow, document: MinutesDocument | None) -> dict[str, Any]:
    """What the parts of the page about the chain show."""
    correction = correction_of(session, row) if row.approved_version else None
    may_edit = principal.may(Action.edit, row.department_id)
    return {
        "moment": now(),
        "correction": correction,
        "correction_reason": shown_words(principal, row, document, row.correction_reason),
        "may_correct": row.state in CORRECTABLE and correction is None and may_edit,
        "may_ask": row.state in {MeetingState.SPEAKER_CHECK, MeetingState.APPROVAL}
        and principal.may(Action.submit, row.department_id),
        "may_describe": principal.may(Action.hand_over, row.department_id)
        and row.state in {*EDITABLE, MeetingState.APPROVAL},
        "registration": registered(session, row.id) if row.approved_version else None,
        "may_audit_here": principal.may(Action.audit, row.department_id),
    }


def back(meeting_id: str, anchor: str = "", query: Mapping[str, str] | None = None) -> Response:
    """To the page again after a change; ``anchor`` is what was changed."""
    asked = f"?{urlencode(query)}" if query else ""
    return RedirectResponse(f"/meetings/{meeting_id}{asked}" + (f"#{anchor}" if anchor else ""), status_code=303)


def refused(
    request: Request, principal: Principal, meeting_id: str, error: GijiyoshiError, *, typed: Typed | None = None
) -> Response:
    """The page as it is now, with what was wrong and what the person had typed."""
    problems = error.problems
    if isinstance(error, PreconditionFailed):
        problems = tuple(Problem(p.what, p.where, CONFLICT_REMEDY) for p in problems)
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return review_page(
            session, request.app.state.settings, principal, row, status=error.status, problems=problems, typed=typed
        )


def _shown(problem: Problem) -> dict[str, str | None]:
    """Names of fields mean nothing to a clerk: words or a place on the page stand for them."""
    place = re.fullmatch(r"(?P<kind>[sbu])\d{4,}", problem.where)
    where = f"{wording.PLACE[place['kind']]} {problem.where}" if place else _FIELDS.get(problem.where, "")
    return {
        "what": problem.what,
        "where": where,
        "remedy": problem.remedy,
        "href": f"#{problem.where}" if place else None,
    }


@router.get("/meetings/{meeting_id}")
def review(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        return review_page(session, request.app.state.settings, principal, row, query=request.query_params)


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
