"""発言者確認 for the office: who stands where, links and sheets, answers entered by hand, proposals decided on."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from minutes.era import JST
from minutes.errors import GijiyoshiError, Problem
from minutes.phrase_diff import phrase_diff
from minutes.render import MEDIA_TYPES
from service.auth import Action, Principal, require
from service.auth.dependencies import WebPrincipalDep
from service.db.base import now
from service.db.engine import reading
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings import asking
from service.meetings.answering import SHEET_MAX_BYTES, Said, answer_by_hand, answer_by_sheet
from service.meetings.queries import current_draft, get_meeting
from service.meetings.signing import chain_of
from service.meetings.speaker_states import Decision, Speaker, speakers
from service.meetings.states import MeetingState
from service.web.answer_form import Answers, answers_in
from service.web.people import account_names, person_of
from service.web.templating import page

router = APIRouter(prefix="/meetings/{meeting_id}/confirmations")


@router.get("")
def overview(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, meeting_id, "confirmations.html")


@router.get("/{attendee_id}")
def one(request: Request, meeting_id: str, attendee_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, meeting_id, "confirmation.html", attendee_id)


@router.post("/{attendee_id}/link")
def make_link(
    request: Request,
    meeting_id: str,
    attendee_id: str,
    principal: WebPrincipalDep,
    last: Annotated[str, Form()] = "",
) -> Response:
    """The page with the link on it, once: only its hash is kept."""
    try:
        token = asking.ask(request.app.state.engine, principal, meeting_id, attendee_id, last=_day(last))
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, attendee_id, error)
    base = request.app.state.settings.public_url or str(request.base_url)
    link = f"{base.rstrip('/')}/confirm/{token}"
    return _page(request, principal, meeting_id, "confirmation.html", attendee_id, link=link)


@router.post("/{attendee_id}/revoke")
def revoke(request: Request, meeting_id: str, attendee_id: str, principal: WebPrincipalDep) -> Response:
    asking.revoke_link(request.app.state.engine, principal, meeting_id, attendee_id)
    return _back(meeting_id, attendee_id)


@router.post("/{attendee_id}/sheet")
def make_sheet(
    request: Request,
    meeting_id: str,
    attendee_id: str,
    principal: WebPrincipalDep,
    last: Annotated[str, Form()] = "",
) -> Response:
    try:
        content = asking.sheet(request.app.state.engine, principal, meeting_id, attendee_id, last=_day(last))
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, attendee_id, error)
    name = quote(f"発言内容の確認票_{attendee_id}.docx")
    return Response(
        content,
        media_type=MEDIA_TYPES["docx"],
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )


@router.post("/{attendee_id}/sheet/answers")
async def take_sheet(
    request: Request,
    meeting_id: str,
    attendee_id: str,
    principal: WebPrincipalDep,
    sheet: Annotated[UploadFile, File()],
) -> Response:
    data = await sheet.read(SHEET_MAX_BYTES + 1)
    try:
        count, problems = answer_by_sheet(request.app.state.engine, principal, meeting_id, attendee_id, data)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, attendee_id, error)
    said = f"確認票から{count}件の回答を取り込みました。"
    return _page(request, principal, meeting_id, "confirmation.html", attendee_id, said=said, problems=problems)


@router.post("/{attendee_id}/answers")
def enter(
    request: Request,
    meeting_id: str,
    attendee_id: str,
    principal: WebPrincipalDep,
    answers: Annotated[Answers, Depends(answers_in)],
) -> Response:
    try:
        if answers.fault is not None:
            raise answers.fault
        answer_by_hand(request.app.state.engine, principal, meeting_id, attendee_id, answers.said)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, attendee_id, error, typed=answers.typed)
    return _back(meeting_id, attendee_id)


@router.post("/{attendee_id}/proposals/{answer_id}")
def decide(
    request: Request,
    *,
    meeting_id: str,
    attendee_id: str,
    answer_id: str,
    principal: WebPrincipalDep,
    version: Annotated[int, Form()],
    decision: Annotated[Decision, Form()],
    text: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        asking.decide(
            request.app.state.engine,
            principal,
            meeting_id,
            answer_id,
            decision,
            text=text.strip(),
            reason=reason,
            if_match=version,
        )
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _refused(request, principal, meeting_id, attendee_id, error)
    return _back(meeting_id, attendee_id)


def _back(meeting_id: str, attendee_id: str) -> Response:
    return RedirectResponse(f"/meetings/{meeting_id}/confirmations/{quote(attendee_id, safe='')}", status_code=303)


def _refused(
    request: Request,
    principal: Principal,
    meeting_id: str,
    attendee_id: str,
    error: GijiyoshiError,
    *,
    typed: dict[str, Said] | None = None,
) -> Response:
    return _page(
        request,
        principal,
        meeting_id,
        "confirmation.html",
        attendee_id,
        status=error.status,
        problems=error.problems,
        typed=typed,
    )


def _page(
    request: Request,
    principal: Principal,
    meeting_id: str,
    template: str,
    attendee_id: str | None = None,
    *,
    status: int = 200,
    link: str | None = None,
    said: str | None = None,
    problems: Sequence[Problem] = (),
    typed: dict[str, Said] | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.submit, row.department_id)
        draft = current_draft(session, row)
        found = speakers(session, row, draft[1]) if draft is not None else ()
        speaker = next((each for each in found if each.attendee_id == attendee_id), None)
        if attendee_id is not None and speaker is None:
            raise NotFound("その人の発言は素案にありません。", remedy="一覧から選んでください。")
        people = [a.answer.decided_by for s in found for a in s.statements if a.answer and a.answer.decided_by]
        values: dict[str, Any] = {
            "person": person_of(session, principal),
            "here": "review",
            "row": row,
            "version": row.current_version,
            "speakers": found,
            "speaker": speaker,
            "open": row.state == MeetingState.SPEAKER_CHECK,
            "last": _usual_last(row.step_due_at.astimezone(JST).date() if row.step_due_at else None),
            "chain": chain_of(row),
            "link": link,
            "said": said,
            "typed": typed or {},
            "problems": [
                {"what": each.what, "where": each.where if said else "", "remedy": each.remedy, "href": None}
                for each in problems
            ],
            "changes": _changes(speaker) if speaker else {},
            "names": account_names(session, people),
        }
        return page(template, status=status, **values)


def _changes(speaker: Speaker) -> dict[str, Any]:
    """Block id -> the proposal phrase by phrase."""
    return {
        each.statement.block_id: phrase_diff(each.answer.seen, each.answer.proposed)
        for each in speaker.statements
        if each.answer is not None and each.answer.proposed is not None
    }


def _usual_last(due: date | None) -> str:
    today = now().astimezone(JST).date()
    usual = due if due is not None and due > today else today + timedelta(days=asking.DEFAULT_DAYS)
    return usual.isoformat()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return date.min
