"""The page 新しく作成: what the clerk has typed and chosen, and the page that shows it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Form, Request, Response

from minutes.errors import Problem
from service.auth import Action, Principal
from service.db.engine import reading
from service.errors import Forbidden
from service.meetings.bodies import bodies_of
from service.profiles.offered import OfferedProfile, offered_profiles
from service.profiles.revisions import profile_named
from service.web import wording
from service.web.header_form import FIELDS, HeaderForm, place_in_form
from service.web.people import department_names, person_of
from service.web.prefill import Imported
from service.web.templating import page

_BESIDE_THE_FILE = {None, "transcript", "columns", "profile", "model", "body"}
"""Fields whose faults are not those of a meeting that was given as a file."""


@dataclass(frozen=True)
class Choices:
    """What is chosen beside the header."""

    columns: str = ""
    body: str = ""
    profile: str = ""
    model: str = ""
    department: str = ""


def header_typed(
    *,
    title: Annotated[str, Form()] = "",
    series_no: Annotated[str, Form()] = "",
    starts_at: Annotated[str, Form()] = "",
    ends_at: Annotated[str, Form()] = "",
    venue: Annotated[str, Form()] = "",
    format: Annotated[str, Form()] = "",
    observers: Annotated[str, Form()] = "",
    agenda: Annotated[str, Form()] = "",
    roster: Annotated[str, Form()] = "",
) -> HeaderForm:
    return HeaderForm(title, series_no, starts_at, ends_at, venue, format, observers, agenda, roster)


def choices_made(
    *,
    columns: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
    profile: Annotated[str, Form()] = "",
    model: Annotated[str, Form()] = "",
    department: Annotated[str, Form()] = "",
) -> Choices:
    return Choices(columns, body, profile, model, department)


HeaderDep = Annotated[HeaderForm, Depends(header_typed)]
ChoicesDep = Annotated[Choices, Depends(choices_made)]


def may_upload(principal: Principal) -> None:
    if not principal.departments(Action.upload):
        raise Forbidden("会議を登録する権限がありません。", remedy="登録者に依頼してください。")


def form_page(
    request: Request,
    principal: Principal,
    form: HeaderForm,
    chosen: Choices = Choices(),
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    by_file: bool = False,
    imported: Imported | None = None,
) -> Response:
    """``by_file``: the meeting was given as a file, so that is where its faults are to be mended. ``imported``: what
    came of reading a calendar file or a roster into the form."""
    shown, wrong = _places(problems, by_file=by_file)
    read_problems, read_wrong = _places(imported.problems if imported else (), by_file=False)
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
        wrong=wrong | read_wrong,
        problems=shown,
        imported=imported,
        read_problems=read_problems,
        columns=chosen.columns,
        body=chosen.body,
        bodies=[(each.id, each.name, departments[each.department_id]) for each in bodies],
        profile=chosen.profile,
        model=chosen.model,
        models=[(name, wording.model(name)) for name in request.app.state.settings.models()],
        default_model=wording.model(request.app.state.settings.model),
        default_profile=default_profile,
        profiles=[(each.id, _named(each, departments)) for each in profiles],
        department=chosen.department,
        departments=sorted(departments.items(), key=lambda pair: pair[1]),
    )


def _places(problems: Sequence[Problem], *, by_file: bool) -> tuple[list[dict[str, Any]], set[str]]:
    """The problems with the field each leads to, and these fields."""
    shown = []
    wrong = set()
    for problem in problems:
        where, field = place_in_form(problem.where)
        if by_file and field not in _BESIDE_THE_FILE:
            where, field = f"{FIELDS['meeting']}の{where}", "meeting"
        if field is not None:
            wrong.add(field)
        shown.append(
            {"what": problem.what, "where": where, "remedy": problem.remedy, "href": f"#{field}" if field else None}
        )
    return shown, wrong


def _named(profile: OfferedProfile, departments: Mapping[str, str]) -> str:
    """With the department it is for, where there is a choice of departments."""
    if profile.department_id is None or len(departments) < 2:
        return profile.name
    return f"{profile.name}（{departments[profile.department_id]}）"
