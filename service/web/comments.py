"""Comments on the review page by plain forms; a page that asks for JSON gets what of it changed."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from minutes.errors import GijiyoshiError
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.comments import comment, delete, reopen, reply, resolve
from service.meetings.queries import current_draft, get_meeting
from service.web.desk_answer import wants_json
from service.web.review import COMMENT_ON, Typed, back, decision_of, refused, review_values
from service.web.templating import fragment

router = APIRouter()

_PLACE = re.compile(r"[sbu]\d{4,}")
_DECISIONS = {"resolve": resolve, "reopen": reopen, "delete": delete}


@router.get("/meetings/{meeting_id}/comments/new/{place}")
def form(request: Request, meeting_id: str, place: str, principal: WebPrincipalDep) -> Response:
    """The form for a comment on one sentence, statement or utterance: what ``?comment=`` shows on the page."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        values = review_values(session, request.app.state.settings, principal, row, query={})
        html = fragment("comment_form.html", place=place, **values)
    if not _PLACE.fullmatch(place) or not html.strip():
        raise NotFound("その場所はありません。", where="place", remedy="画面を読み込み直してください。")
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.post("/meetings/{meeting_id}/comments")
def write(
    request: Request,
    *,
    meeting_id: str,
    principal: WebPrincipalDep,
    text: Annotated[str, Form()] = "",
    place: Annotated[str, Form()] = "",
    mention: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    """``place`` empty: about the meeting as a whole."""

    def work() -> str:
        return comment(
            request.app.state.engine, principal, meeting_id, text=text, place=place or None, mentions=mention
        )

    return _answered(
        request, principal, meeting_id, work, Typed(COMMENT_ON + (place or "meeting"), text, None, mention)
    )


@router.post("/meetings/{meeting_id}/comments/{comment_id}/replies")
def answer(
    request: Request,
    *,
    meeting_id: str,
    comment_id: str,
    principal: WebPrincipalDep,
    text: Annotated[str, Form()] = "",
    mention: Annotated[tuple[str, ...], Form()] = (),
) -> Response:
    def work() -> str:
        return reply(request.app.state.engine, principal, meeting_id, comment_id, text=text, mentions=mention)

    return _answered(request, principal, meeting_id, work, Typed(COMMENT_ON + comment_id, text, None, mention))


@router.post("/meetings/{meeting_id}/comments/{comment_id}/{decision}")
def settle(
    request: Request,
    meeting_id: str,
    comment_id: str,
    decision: Literal["resolve", "reopen", "delete"],
    principal: WebPrincipalDep,
) -> Response:
    def work() -> str:
        _DECISIONS[decision](request.app.state.engine, principal, meeting_id, comment_id)
        return comment_id

    return _answered(request, principal, meeting_id, work, None)


def _answered(
    request: Request, principal: Principal, meeting_id: str, work: Callable[[], str], typed: Typed | None
) -> Response:
    try:
        comment_id = work()
    except NotFound as error:
        if typed is None or wants_json(request) or error.problems[0].where != "place":
            raise
        # Somebody took the place out meanwhile: what was typed waits in the form for the whole meeting.
        return refused(request, principal, meeting_id, error, typed=replace(typed, target=f"{COMMENT_ON}meeting"))
    except (Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        if wants_json(request):
            raise
        return refused(request, principal, meeting_id, error, typed=typed)
    anchor = f"comment-{comment_id}"
    if not wants_json(request):
        return back(meeting_id, anchor)
    return JSONResponse(_parts(request, principal, meeting_id, anchor), headers={"Cache-Control": "no-store"})


def _parts(request: Request, principal: Principal, meeting_id: str, anchor: str) -> dict[str, object]:
    """The list of comments, and the marks beside what they are about."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        draft = current_draft(session, row)
        document = draft[1] if draft is not None else None
        shared = {
            **decision_of(session, request.app.state.settings, principal, row, document),
            "commenting": "",
            "typed": None,
        }
        places = dict.fromkeys(each.place for each in shared["comments"].threads if each.place is not None)
        return {
            "place": anchor,
            "comments": fragment("comments.html", **shared),
            "decide": fragment("decide.html", **shared),
            "marks": {place: fragment("comment_mark_alone.html", place=place, **shared) for place in places},
        }
