"""書式: the list of profiles, the form for a new or a changed one, and the preview beside it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, InputError, Problem
from minutes.profile import Profile
from minutes.profiles import load_profile, parse_profile, profile_ids, profile_yaml
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.errors import Forbidden, NotFound
from service.profiles.revisions import newest_revisions, parse_reference, profile_in, reference_of, revision_named
from service.profiles.saving import (
    administered_profile,
    make_profile,
    require_administrator,
    save_profile,
    withdraw_profile,
)
from service.web.people import account_names, department_names, person_of
from service.web.profile_form import Form as Typed
from service.web.profile_form import form_of, profile_of_form, tidied
from service.web.profile_page import Editing, fragment_of, profile_page
from service.web.templating import page

router = APIRouter()

YAML_MAX_BYTES = 500_000
"""Thousands of terms fit."""

ALL = "all"
"""As the value of a form: for every department."""


async def posted(request: Request, principal: WebPrincipalDep) -> Typed:
    """The form as typed. The principal comes first: who is not signed in has nothing read."""
    async with request.form() as form:
        return tidied((name, value) for name, value in form.multi_items() if isinstance(value, str))


TypedDep = Annotated[Typed, Depends(posted)]


@router.get("/admin/profiles")
def profiles(request: Request, principal: WebPrincipalDep) -> Response:
    mine = require_administrator(principal)
    with reading(request.app.state.engine) as session:
        rows = newest_revisions(session, mine)
        count = select(MeetingRow.profile, func.count()).where(MeetingRow.department_id.in_(mine))
        used = {row[0]: row[1] for row in session.execute(count.group_by(MeetingRow.profile))}
        names = account_names(session, (row.created_by for row in rows))
        places = department_names(session, (row.department_id for row in rows if row.department_id))
        own = [
            {
                "id": row.profile_id,
                "name": profile_in(row).name,
                "place": places[row.department_id] if row.department_id else "すべての所属",
                "row": row,
                "by": names.get(row.created_by, ""),
                "used": sum(n for each, n in used.items() if each.partition("@")[0] == row.profile_id),
            }
            for row in rows
        ]
        person = person_of(session, principal)
    shipped = [{"id": each, "name": load_profile(each).name, "used": used.get(each, 0)} for each in profile_ids()]
    return page("profiles.html", person=person, here="admin", tab="profiles", own=own, shipped=shipped)


@router.get("/admin/profiles/new")
def new(
    request: Request,
    principal: WebPrincipalDep,
    copied: Annotated[str, Query(alias="from", max_length=60)] = "",
) -> Response:
    require_administrator(principal)
    with reading(request.app.state.engine) as session:
        reference, source = _begun_with(session, principal, copied or profile_ids()[0])
        form = form_of(source) | {"name": [f"{source.name}の写し"[:200]]}
        return profile_page(session, principal, Editing(None, reference, source), form)


@router.post("/admin/profiles/new")
def create(request: Request, principal: WebPrincipalDep, form: TypedDep) -> Response:
    require_administrator(principal)
    with reading(request.app.state.engine) as session:
        reference, source = _begun_with(session, principal, _one(form, "base") or profile_ids()[0])
    editing = Editing(None, reference, source)
    if _one(form, "do") in {"preview", "rows"}:
        return _again(request, principal, editing, form)
    try:
        profile, place = _wanted(principal, form)
        with writing(request.app.state.engine) as session:
            made = make_profile(session, principal, profile.id, profile, department_id=place)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _again(request, principal, editing, form, error)
    return RedirectResponse(f"/admin/profiles/{made.profile_id}?saved=1", status_code=303)


@router.post("/admin/profiles/preview")
def preview_fragment(request: Request, principal: WebPrincipalDep, form: TypedDep) -> Response:
    """The preview alone, for the script of the page; nothing is saved."""
    require_administrator(principal)
    with reading(request.app.state.engine) as session:
        _, begun_with = _begun_with(session, principal, _one(form, "base") or profile_ids()[0])
        return HTMLResponse(fragment_of(session, principal, form, begun_with))


@router.post("/admin/profiles/read")
def read_yaml(
    request: Request,
    principal: WebPrincipalDep,
    profile: Annotated[str, Form()] = "",
    base: Annotated[str, Form()] = "",
    yaml: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Fill the form from a YAML file. Nothing is saved: the person sees what it does and saves."""
    require_administrator(principal)
    with reading(request.app.state.engine) as session:
        editing = _editing(session, principal, profile) if profile else None
        if editing is None:
            editing = Editing(None, *_begun_with(session, principal, base or profile_ids()[0]))
        try:
            found = _parsed(yaml)
        except InputError as error:
            form = form_of(editing.begun_with)
            return profile_page(
                session, principal, editing, form, status=error.status, problems=error.problems, from_file=True
            )
        named = parse_reference(found.id)
        form = form_of(found) | {"id": [named.profile_id if named else ""]}
        return profile_page(session, principal, editing, form, done="read")


@router.get("/admin/profiles/{profile_id}")
def edit(
    request: Request,
    profile_id: str,
    principal: WebPrincipalDep,
    saved: Annotated[str, Query(max_length=1)] = "",
) -> Response:
    with reading(request.app.state.engine) as session:
        editing = _editing(session, principal, profile_id)
        done = "saved" if saved else ""
        return profile_page(session, principal, editing, form_of(editing.begun_with), done=done)


@router.post("/admin/profiles/{profile_id}")
def save(request: Request, profile_id: str, principal: WebPrincipalDep, form: TypedDep) -> Response:
    with reading(request.app.state.engine) as session:
        editing = _editing(session, principal, profile_id)
    named = parse_reference(_one(form, "base"))
    based_on = named.revision if named is not None and named.revision is not None else 0
    if _one(form, "do") in {"preview", "rows"}:
        return _again(request, principal, editing, form)
    try:
        profile = profile_of_form(form, profile_id)
        with writing(request.app.state.engine) as session:
            save_profile(session, principal, profile_id, profile, based_on=based_on, reason=_one(form, "reason"))
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        return _again(request, principal, editing, form, error)
    return RedirectResponse(f"/admin/profiles/{profile_id}?saved=1", status_code=303)


@router.post("/admin/profiles/{profile_id}/withdraw")
def withdraw(
    request: Request,
    profile_id: str,
    principal: WebPrincipalDep,
    based_on: Annotated[int, Form()] = 0,
    reason: Annotated[str, Form()] = "",
) -> Response:
    try:
        with writing(request.app.state.engine) as session:
            withdraw_profile(session, principal, profile_id, based_on=based_on, reason=reason)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        with reading(request.app.state.engine) as session:
            editing = _editing(session, principal, profile_id)
            form = form_of(editing.begun_with)
            problems = [Problem(each.what, "withdraw", each.remedy) for each in error.problems]
            return profile_page(session, principal, editing, form, status=error.status, problems=problems)
    return RedirectResponse("/admin/profiles", status_code=303)


@router.get("/admin/profiles/{profile_id}/yaml")
def download(
    request: Request,
    profile_id: str,
    principal: WebPrincipalDep,
    revision: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    wanted = profile_id if revision is None else f"{profile_id}@{revision}"
    with reading(request.app.state.engine) as session:
        reference, profile = _begun_with(session, principal, wanted)
    text = profile_yaml(profile.model_copy(update={"id": profile_id}))
    name = quote(reference.replace("@", "-") + ".yaml")
    disposition = f"attachment; filename*=UTF-8''{name}"
    return Response(text, media_type="application/yaml", headers={"Content-Disposition": disposition})


def _again(
    request: Request, principal: Principal, editing: Editing, form: Typed, error: GijiyoshiError | None = None
) -> Response:
    """The page with what was typed: shown anew, or refused and told why."""
    status, problems = (error.status, error.problems) if error is not None else (200, ())
    with reading(request.app.state.engine) as session:
        return profile_page(session, principal, editing, form, status=status, problems=problems)


def _editing(session: Session, principal: Principal, profile_id: str) -> Editing:
    row = administered_profile(session, principal, profile_id)
    return Editing(row, reference_of(row), profile_in(row))


def _begun_with(session: Session, principal: Principal, reference: str) -> tuple[str, Profile]:
    """A profile that this administrator may look at, and its full name. NotFound for any other."""
    if reference in profile_ids():
        require_administrator(principal)
        return reference, load_profile(reference)
    named = parse_reference(reference)
    administered_profile(session, principal, named.profile_id if named else "")
    row = revision_named(session, reference)
    if row is None:
        raise NotFound("その改訂はありません。", remedy="改訂の履歴から選んでください。")
    return reference_of(row), profile_in(row)


def _wanted(principal: Principal, form: Typed) -> tuple[Profile, str | None]:
    """The new profile and the department it is for (None: all). Raises InputError with all that is wrong at once."""
    problems: list[Problem] = []
    profile_id = _one(form, "id").strip()
    if not profile_id:
        remedy = "半角の英小文字で始めて書いてください（例：soumu_kaigi）。"
        problems.append(Problem("入力がありません。", "id", remedy))
    mine = require_administrator(principal)
    place = _one(form, "department") or (next(iter(mine)) if len(mine) == 1 else "")
    if not place:
        problems.append(Problem("選ばれていません。", "department", "どの所属で使う書式かを選んでください。"))
    try:
        profile = profile_of_form(form, profile_id)
    except InputError as error:
        raise InputError(error.what, problems=[*problems, *error.problems]) from None
    if problems:
        raise InputError("書式の入力に誤りがあります。", problems=problems)
    return profile, None if place == ALL else place


def _parsed(file: UploadFile | None) -> Profile:
    if file is None or not file.filename:
        raise InputError("ファイルが選ばれていません。", where="yaml", remedy="書式の YAML を選んでください。")
    data = file.file.read(YAML_MAX_BYTES + 1)
    if len(data) > YAML_MAX_BYTES:
        what = f"ファイルが大きすぎます（上限 {YAML_MAX_BYTES:,} バイト）。"
        raise InputError(what, where="yaml", remedy="書式のファイルを取り違えていないか確かめてください。")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "文字コードが UTF-8 ではありません。", where="yaml", remedy="UTF-8 で保存し直してください。"
        ) from None
    return parse_profile(text, where=file.filename[-60:])


def _one(form: Typed, name: str) -> str:
    return next(iter(form.get(name, ())), "")
