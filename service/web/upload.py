"""A new meeting from a transcript and a meeting file or a typed header."""

import json
from typing import Annotated

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth.dependencies import WebPrincipalDep
from service.errors import Forbidden
from service.meetings.intake import accept_meeting
from service.web.header_form import FIELDS, HeaderForm, meeting_from_form
from service.web.new_form import ChoicesDep, HeaderDep, form_page, may_upload

router = APIRouter()


def _header(meeting: UploadFile | None, form: HeaderForm, transcript: UploadFile | None, *, limit: int) -> bytes:
    """The meeting as MEETING.json, from the file or the typed fields; every fault of the form is told at once."""
    problems: list[Problem] = []
    header = b""
    if transcript is None or not transcript.filename:
        problems.append(
            Problem("ファイルが選ばれていません。", FIELDS["transcript"], "文字起こしのファイルを選んでください。")
        )
    if meeting is not None and meeting.filename:
        header = meeting.file.read(limit)
    elif form == HeaderForm():
        remedy = "会議情報のファイルを選ぶか、会議の情報を入力してください。"
        problems.append(Problem("会議の情報がありません。", FIELDS["meeting"], remedy))
    else:
        try:
            header = json.dumps(meeting_from_form(form), ensure_ascii=False).encode()
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems[0].what, problems=problems)
    return header


@router.get("/meetings/new")
def new(request: Request, principal: WebPrincipalDep) -> Response:
    may_upload(principal)
    return form_page(request, principal, HeaderForm())


@router.post("/meetings/new")
def create(
    request: Request,
    *,
    principal: WebPrincipalDep,
    form: HeaderDep,
    chosen: ChoicesDep,
    transcript: Annotated[UploadFile | None, File()] = None,
    meeting: Annotated[UploadFile | None, File()] = None,
) -> Response:
    may_upload(principal)
    settings = request.app.state.settings
    try:
        header = _header(meeting, form, transcript, limit=settings.upload_max_bytes + 1)
        assert transcript is not None  # else _header has refused
        # One byte more than allowed is enough for the intake to see that it is too much.
        data = transcript.file.read(settings.upload_max_bytes + 1)
        accepted = accept_meeting(
            request.app.state.engine,
            settings,
            principal,
            meeting=header,
            transcript=data,
            filename=transcript.filename or "",
            # The body chosen decides the department; the list of departments has no empty choice.
            department_id=None if chosen.body else chosen.department or None,
            profile=chosen.profile or None,
            model=chosen.model or None,
            columns=chosen.columns,
            body=chosen.body or None,
        )
    except Forbidden:
        raise
    except GijiyoshiError as error:
        by_file = meeting is not None and bool(meeting.filename)
        return form_page(
            request, principal, form, chosen, status=error.status, problems=error.problems, by_file=by_file
        )
    return RedirectResponse(f"/meetings/{accepted.meeting_id}", status_code=303)
