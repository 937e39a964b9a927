"""会議体の管理: for 管理者."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from service.auth import Action, Principal, require
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading, writing
from service.errors import Forbidden, NotFound
from service.meetings.bodies import BodyFields, Offered, add_body, bodies_of, change_body
from service.meetings.chains import find_chain, load_chains
from service.profiles.offered import offered_profiles
from service.web import wording
from service.web.people import department_names, person_of
from service.web.templating import page

router = APIRouter()

_WHERE = {
    "name": "名前",
    "profile": "書式",
    "model": "要約モデル",
    "draft_days": "素案までの日数",
    "publication_days": "公表までの日数",
    "chain": "承認の流れ",
    "keep_days": "原データの保存日数",
}


@router.get("/bodies")
def bodies(request: Request, principal: WebPrincipalDep) -> Response:
    _may_administer(principal)
    return _page(request, principal)


@dataclass(frozen=True)
class BodyForm:
    """The fields as they were typed."""

    name: Annotated[str, Form()] = ""
    profile: Annotated[str, Form()] = ""
    model: Annotated[str, Form()] = ""
    chain: Annotated[str, Form()] = ""
    draft_days: Annotated[str, Form()] = ""
    publication_days: Annotated[str, Form()] = ""
    keep_days: Annotated[str, Form()] = ""

    def fields(self, *, active: bool) -> BodyFields:
        """Raises InputError for a number of days that is none."""
        return BodyFields(
            self.name,
            self.profile,
            self.model or None,
            _days(self.draft_days, "draft_days"),
            _days(self.publication_days, "publication_days"),
            self.chain or None,
            _days(self.keep_days, "keep_days"),
            active,
        )


Typed = Annotated[BodyForm, Depends()]


@router.post("/bodies")
def add(
    request: Request, principal: WebPrincipalDep, typed: Typed, department: Annotated[str, Form()] = ""
) -> Response:
    _may_administer(principal)
    own = principal.departments(Action.administer)
    place = department or (next(iter(own)) if len(own) == 1 else "")
    try:
        require(principal, Action.administer, place)
        fields = typed.fields(active=True)
        with writing(request.app.state.engine) as session:
            offered = Offered.by(request.app.state.settings)
            made = add_body(session, place, fields, offered=offered, actor=principal.login)
    except (NotFound, Forbidden):
        raise
    except GijiyoshiError as error:
        again = {**asdict(typed), "department": department}
        return _page(request, principal, status=error.status, problems=error.problems, typed=again)
    return RedirectResponse(f"/bodies#body-{made.id}", status_code=303)


@router.post("/bodies/{body_id}")
def change(
    request: Request, body_id: str, principal: WebPrincipalDep, typed: Typed, active: Annotated[str, Form()] = ""
) -> Response:
    _may_administer(principal)
    try:
        fields = typed.fields(active=bool(active))
        with writing(request.app.state.engine) as session:
            change_body(session, principal, body_id, fields, offered=Offered.by(request.app.state.settings))
    except (NotFound, Forbidden):
        raise
    except GijiyoshiError as error:
        return _page(
            request, principal, status=error.status, problems=error.problems, changing={**asdict(typed), "id": body_id}
        )
    return RedirectResponse(f"/bodies#body-{body_id}", status_code=303)


def _may_administer(principal: Principal) -> None:
    if not principal.departments(Action.administer):
        raise Forbidden("会議体を管理する権限がありません。", remedy="管理者に依頼してください。")


def _page(
    request: Request,
    principal: Principal,
    *,
    status: int = 200,
    problems: Sequence[Problem] = (),
    typed: dict[str, str] | None = None,
    changing: dict[str, str] | None = None,
) -> Response:
    """``typed``, ``changing``: what was typed for a new body or one that is there, and refused."""
    settings = request.app.state.settings
    own = principal.departments(Action.administer)
    with reading(request.app.state.engine) as session:
        return page(
            "bodies.html",
            status=status,
            person=person_of(session, principal),
            here="bodies",
            bodies=bodies_of(session, own),
            departments=dict(sorted(department_names(session, own).items(), key=lambda pair: pair[1])),
            profiles={each.id: each.name for each in offered_profiles(session, own)},
            models={each: wording.model(each) for each in settings.models()},
            default_model=wording.model(settings.model),
            chains={name: chain.name for name, chain in load_chains(settings.chains_dir).items()},
            default_chain=find_chain(settings.chain, settings.chains_dir).name,
            problems=[
                {"what": each.what, "where": _WHERE.get(each.where, ""), "remedy": each.remedy, "href": None}
                for each in problems
            ],
            typed=typed,
            changing=changing,
        )


def _days(text: str, where: str) -> int | None:
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        raise InputError("日数が数ではありません。", where=where, remedy="数字だけを入力してください。") from None
