"""引渡し先の管理: for 管理者. A secret that was saved is never shown again, not even masked."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError, Problem
from records.connectors.registry import Kind
from records.package.editions import Edition
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading, writing
from service.db.record_tables import Destination
from service.deliveries.checking import check_under_way
from service.deliveries.destinations import (
    DestinationFields,
    Keeping,
    destination_administered,
    destinations_of,
    kind_of,
)
from service.errors import Conflict, Forbidden, NotFound
from service.web.config_form import config_of, fields_of, typed_of
from service.web.people import department_names, person_of
from service.web.templating import page

router = APIRouter(prefix="/admin/destinations")

Typed = Mapping[str, str]
"""The form as typed; ``editions`` are joined by a blank."""

_BLANK: Typed = {
    "name": "",
    "editions": Edition.PUBLIC.value,
    "encoding": "utf-8",
    "naming": "ja",
    "contents": "zip",
    "automatic": "",
    "department": "",
}
_LABELS = {"name": "名前", "editions": "引き渡してよい版", "encoding": "文字コード", "naming": "ファイル名"}


async def posted(request: Request, principal: WebPrincipalDep) -> Typed:
    """The principal comes first: who is not signed in has nothing read."""
    async with request.form() as form:
        typed = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        typed["editions"] = " ".join(each for each in form.getlist("editions") if isinstance(each, str))
        return typed


TypedDep = Annotated[Typed, Depends(posted)]


@router.get("")
def destinations(request: Request, principal: WebPrincipalDep) -> Response:
    mine = _administered(principal)
    with reading(request.app.state.engine) as session:
        rows = destinations_of(session, mine)
        return page(
            "destinations.html",
            person=person_of(session, principal),
            here="admin",
            tab="destinations",
            rows=rows,
            departments=department_names(session, mine),
            kinds=_kinds(request),
            checking={each.id for each in rows if check_under_way(session, each.id)},
        )


@router.get("/new")
def new(request: Request, principal: WebPrincipalDep, kind: Annotated[str, Query(max_length=30)] = "") -> Response:
    _administered(principal)
    with reading(request.app.state.engine) as session:
        return _form(request, session, principal, kind_of(_kinds(request), kind), None)


@router.post("/new")
def add(
    request: Request, principal: WebPrincipalDep, typed: TypedDep, kind: Annotated[str, Query(max_length=30)] = ""
) -> Response:
    mine = _administered(principal)
    chosen = kind_of(_kinds(request), kind)
    place = typed.get("department") or (next(iter(mine)) if len(mine) == 1 else "")
    try:
        with _keeping(request, principal) as keeping:
            made = keeping.add(place, chosen.id, _fields(chosen, typed))
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        with reading(request.app.state.engine) as session:
            return _form(request, session, principal, chosen, None, typed=typed, error=error)
    return RedirectResponse(f"/admin/destinations/{made.id}?saved=1", status_code=303)


@router.get("/{destination_id}")
def destination(request: Request, destination_id: str, principal: WebPrincipalDep) -> Response:
    _administered(principal)
    with reading(request.app.state.engine) as session:
        row = destination_administered(session, principal, destination_id)
        return _form(request, session, principal, kind_of(_kinds(request), row.kind), row)


@router.post("/{destination_id}")
def change(request: Request, destination_id: str, principal: WebPrincipalDep, typed: TypedDep) -> Response:
    _administered(principal)
    try:
        with _keeping(request, principal) as keeping:
            row = keeping.get(destination_id)
            version = typed.get("version", "")
            seen = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else None
            keeping.change(row.id, _fields(kind_of(keeping.kinds, row.kind), typed), if_match=seen)
    except (Forbidden, NotFound):
        raise
    except GijiyoshiError as error:
        with reading(request.app.state.engine) as session:
            row = destination_administered(session, principal, destination_id)
            return _form(request, session, principal, kind_of(_kinds(request), row.kind), row, typed=typed, error=error)
    return RedirectResponse(f"/admin/destinations/{destination_id}?saved=1", status_code=303)


@router.post("/{destination_id}/{step}")
def switch(
    request: Request,
    destination_id: str,
    step: Literal["check", "pause", "resume", "end", "reopen"],
    principal: WebPrincipalDep,
) -> Response:
    _administered(principal)
    with _keeping(request, principal) as keeping:
        try:
            {
                "check": keeping.check,
                "pause": keeping.pause,
                "resume": keeping.resume,
                "end": keeping.end,
                "reopen": keeping.reopen,
            }[step](destination_id)
        except Conflict:
            pass  # A check is under way: the page that follows says so.
    return RedirectResponse(f"/admin/destinations/{destination_id}", status_code=303)


def _administered(principal: Principal) -> frozenset[str]:
    mine = principal.departments(Action.administer)
    if not mine:
        raise Forbidden("引渡し先を管理する権限がありません。", remedy="管理者に依頼してください。")
    return mine


def _kinds(request: Request) -> Mapping[str, Kind]:
    kinds: Mapping[str, Kind] = request.app.state.kinds
    return kinds


@contextmanager
def _keeping(request: Request, principal: Principal) -> Iterator[Keeping]:
    with writing(request.app.state.engine) as session:
        yield Keeping(session, request.app.state.settings, principal, _kinds(request))


def _fields(kind: Kind, typed: Typed) -> DestinationFields:
    return DestinationFields(
        name=typed.get("name", ""),
        config=config_of(kind.config, typed),
        editions=tuple(typed.get("editions", "").split()),
        encoding=typed.get("encoding", ""),
        naming=typed.get("naming", ""),
        contents=typed.get("contents", ""),
        automatic=bool(typed.get("automatic")),
        secret="\n".join(typed.get("secret", "").strip().splitlines()) or None,
    )


def _typed(kind: Kind, row: Destination | None) -> Typed:
    if row is None:
        return {**_BLANK, **{each.name: each.value for each in fields_of(kind.config)}}
    return {
        "name": row.name,
        "editions": " ".join(row.editions),
        "encoding": row.encoding,
        "naming": row.naming,
        "contents": row.contents,
        "automatic": "1" if row.automatic else "",
        "department": row.department_id,
        **typed_of(kind.config, row.config),
    }


def _form(
    request: Request,
    session: Session,
    principal: Principal,
    kind: Kind,
    row: Destination | None,
    *,
    typed: Typed | None = None,
    error: GijiyoshiError | None = None,
) -> Response:
    """``typed``: what was refused with ``error``; the secret is not sent back."""
    shown = {**_BLANK, **typed} if typed is not None else _typed(kind, row)
    config = fields_of(kind.config, shown)
    labels = {**_LABELS, "secret": kind.secret or "", **{each.name: each.label for each in config}}
    problems = error.problems if error is not None else ()
    return page(
        "destination.html",
        status=error.status if error is not None else 200,
        person=person_of(session, principal),
        here="admin",
        tab="destinations",
        kind=kind,
        row=row,
        typed=shown,
        chosen_editions=shown["editions"].split(),
        editions=tuple(Edition),
        config=config,
        departments=department_names(session, _administered(principal)),
        faults=_by_field(problems),
        problems=_listed(problems, labels),
        saved="saved" in request.query_params and error is None,
        checking=row is not None and check_under_way(session, row.id),
        typed_secret=typed is not None and bool(typed.get("secret")),
        version=typed.get("version") if typed is not None and typed.get("version") else row and row.row_version,
    )


def _by_field(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for each in problems:
        found.setdefault(each.where, []).append(each)
    return found


def _listed(problems: Sequence[Problem], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "what": each.what,
            "where": labels.get(each.where, ""),
            "remedy": each.remedy,
            "href": f"#{each.where}" if each.where in labels else None,
        }
        for each in problems
    ]
