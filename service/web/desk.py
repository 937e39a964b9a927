"""Every change of the review desk by plain forms: the change as JSON in one field, what a person fills in beside it."""

import json
import re
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from minutes.errors import GijiyoshiError, InputError
from service.auth import Action, Principal, require
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.db.tables import DraftVersion
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings import history
from service.meetings.desk import AnyChange, make_change
from service.meetings.queries import get_meeting
from service.web.desk_answer import done, wants_json
from service.web.review import refused, review_values
from service.web.templating import fragment

router = APIRouter()

_CHANGE: TypeAdapter[AnyChange] = TypeAdapter(AnyChange)
_PLACE = re.compile(r"(?:[sbu]\d{4,}|agenda-\d+)")


@router.post("/meetings/{meeting_id}/changes")
async def change(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    """One change. Fields of the form that are left empty do not count."""
    form = await request.form()
    sent = {name: value for name, value in form.items() if isinstance(value, str) and name not in ("version", "edit")}

    def work() -> tuple[DraftVersion, str]:
        made = make_change(
            request.app.state.engine,
            principal,
            meeting_id,
            _change(str(form.get("edit", "")), sent),
            if_match=_version(form.get("version")),
        )
        return made.saved, made.place

    return _answered(request, principal, meeting_id, work)


@router.post("/meetings/{meeting_id}/undo")
def undo(request: Request, meeting_id: str, principal: WebPrincipalDep, version: Annotated[int, Form()]) -> Response:
    def work() -> tuple[DraftVersion, str]:
        return history.undo(request.app.state.engine, principal, meeting_id, if_match=version), ""

    return _answered(request, principal, meeting_id, work)


@router.post("/meetings/{meeting_id}/redo")
def redo(request: Request, meeting_id: str, principal: WebPrincipalDep, version: Annotated[int, Form()]) -> Response:
    def work() -> tuple[DraftVersion, str]:
        return history.redo(request.app.state.engine, principal, meeting_id, if_match=version), ""

    return _answered(request, principal, meeting_id, work)


@router.post("/meetings/{meeting_id}/restore/{earlier}")
def restore(
    request: Request, meeting_id: str, earlier: int, principal: WebPrincipalDep, version: Annotated[int, Form()]
) -> Response:
    """Make the content of an earlier version the newest one."""

    def work() -> tuple[DraftVersion, str]:
        return history.restore(request.app.state.engine, principal, meeting_id, earlier, if_match=version), "history"

    return _answered(request, principal, meeting_id, work)


@router.get("/meetings/{meeting_id}/tools/{place}")
def tools(request: Request, meeting_id: str, place: str, principal: WebPrincipalDep) -> Response:
    """What can be done with one sentence, statement, item or utterance: the part of the page that ``?open=`` shows."""
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        require(principal, Action.edit, row.department_id)
        values = review_values(session, request.app.state.settings, principal, row, query={})
        html = fragment("tools_alone.html", place=place, **values) if values.get("editable") else ""
    if not _PLACE.fullmatch(place) or not html.strip():
        raise NotFound("その場所はありません。", where="place", remedy="画面を読み込み直してください。")
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


def _answered(
    request: Request, principal: Principal, meeting_id: str, work: Callable[[], tuple[DraftVersion, str]]
) -> Response:
    try:
        saved, place = work()
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        if wants_json(request):
            raise
        return refused(request, principal, meeting_id, error)
    return done(request, principal, meeting_id, saved, place)


def _change(edit: str, sent: dict[str, str]) -> AnyChange:
    try:
        given: Any = json.loads(edit)
        fields = {**given, **{name: value for name, value in sent.items() if value.strip() or name == "text"}}
        return _CHANGE.validate_python({name: value for name, value in fields.items() if value is not None})
    except (ValueError, TypeError, ValidationError, RecursionError):
        raise InputError(
            "送られた操作を読み取れません。", where="edit", remedy="画面を読み込み直し、欄を確かめてください。"
        ) from None


def _version(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    raise InputError("版の番号がありません。", where="version", remedy="画面を読み込み直してください。")
