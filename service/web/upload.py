"""A new meeting from a transcript and a meeting file or a typed header."""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden
from service.meetings.bodies import bodies_of
from service.meetings.intake import accept_meeting
from service.profiles.offered import OfferedProfile, offered_profiles
from service.profiles.revisions import profile_named
from service.web import wording
from service.web.header_form import FIELDS, HeaderForm, meeting_from_form, place_in_form
from service.web.people import department_names, person_of
from service.web.templating import page

router = APIRouter()


def _form_page(
    request: Request,
    principal: Principal,
    form: HeaderForm,
    *,
    profile: str,
    department: str,
    model: str,
    columns: str = "",
    body: str = "",
    status: int = 200,
    problems: Sequence[Problem] = (),
    by_file: bool = False,
) -> Response:
    """``by_file``: the meeting was given as a file, so that is where its faults are to be mended."""
    shown = []
    wrong = set()
    for problem in problems:
        where, field = place_in_form(problem.where)
        if by_file and field not in {None, "transcript", "columns", "profile", "model", "body"}:
            where, field = f"{FIELDS['meeting']}の{where}", "meeting"
        if field is not None:
            wrong.add(field)
        shown.append(
            {"what": problem.what, "where": where, "remedy": problem.remedy, "href": f"#{field}" if field else None}
        )
    with reading(request.app.state.engine) as session:
        departments = department_names(session, principal.departments(Action.upload))
        bodies = [each for each in bodies_of(session, departments) if each.active]
        profiles = offered_profiles(session, principal.departments(Action.upload))
        default_profile = profile_named(session, request.app.state.settings.profile).name
        person = person_of(session, principal)
    return page(
        "new.html",
        status=status,
        person=person,
        here="new",
        form=form,
        typed=form != HeaderForm(),
        wrong=wrong,
        problems=shown,
        columns=columns,
        body=body,
        bodies=[(each.id, each.name, departments[each.department_id]) for each in bodies],
        profile=profile,
        model=model,
        models=[(name, wording.model(name)) for name in request.app.state.settings.models()],
        default_model=wording.model(request.app.state.settings.model),
        default_profile=default_profile,
        profiles=[(each.id, _named(each, departments)) for each in profiles],
        department=department,
        departments=sorted(departments.items(), key=lambda pair: pair[1]),
    )


def _named(profile: OfferedProfile, departments: Mapping[str, str]) -> str:
    """With the department it is for, where there is a choice of departments."""
    if profile.department_id is None or len(departments) < 2:
        return profile.name
    return f"{profile.name}（{departments[profile.department_id]}）"


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


def _may_upload(principal: Principal) -> None:
    if not principal.departments(Action.upload):
        raise Forbidden("会議を登録する権限がありません。", remedy="登録者に依頼してください。")


@router.get("/meetings/new")
def new(request: Request, principal: WebPrincipalDep) -> Response:
    _may_upload(principal)
    return _form_page(request, principal, HeaderForm(), profile="", model="", department="")


@router.post("/meetings/new")
def create(
    request: Request,
    *,
    principal: WebPrincipalDep,
    transcript: Annotated[UploadFile | None, File()] = None,
    meeting: Annotated[UploadFile | None, File()] = None,
    columns: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    profile: Annotated[str, Form()] = "",
    model: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    series_no: Annotated[str, Form()] = "",
    starts_at: Annotated[str, Form()] = "",
    ends_at: Annotated[str, Form()] = "",
    venue: Annotated[str, Form()] = "",
    format: Annotated[str, Form()] = "",
    observers: Annotated[str, Form()] = "",
    agenda: Annotated[str, Form()] = "",
    roster: Annotated[str, Form()] = "",
) -> Response:
    _may_upload(principal)
    settings = request.app.state.settings
    form = HeaderForm(title, series_no, starts_at, ends_at, venue, format, observers, agenda, roster)
    by_file = meeting is not None and bool(meeting.filename)
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
            department_id=None if body else department or None,
            profile=profile or None,
            model=model or None,
            columns=columns,
            body=body or None,
        )
    except Forbidden:
        raise
    except GijiyoshiError as error:
        return _form_page(
            request,
            principal,
            form,
            profile=profile,
            model=model,
            department=department,
            columns=columns,
            body=body,
            status=error.status,
            problems=error.problems,
            by_file=by_file,
        )
    return RedirectResponse(f"/meetings/{accepted.meeting_id}", status_code=303)
