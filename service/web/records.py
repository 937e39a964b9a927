"""記録: the way of one meeting into the records: its description, its packages, where they go and what comes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.era import JST
from minutes.errors import GijiyoshiError, InputError, Problem
from records.metadata.fiscal_year import fiscal_year_of, label
from records.package import Edition
from records.package.editions import Encoding
from records.package.names import Naming
from records.registration_csv import decision_of
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading, writing
from service.db.tables import MeetingRow
from service.deliveries.requesting import package_of, request_delivery
from service.errors import Forbidden, NotFound, PreconditionFailed, Unauthenticated
from service.meetings.queries import get_meeting
from service.meetings.states import MeetingState
from service.recordkeeping.description import FROM_REGISTRATION, RecordNow, dates_of, save_description
from service.recordkeeping.packages import (
    MEDIA_TYPE,
    Wanted,
    contents_of,
    editions_for,
    get_package,
    make,
    packages_of,
    take_package,
)
from service.recordkeeping.registration import Source, judged, register
from service.recordkeeping.shown import may_hand_over, names_of, shown_history, shown_record
from service.web import record_fields
from service.web.deliveries import meeting_deliveries
from service.web.people import person_of
from service.web.record_fields import typed_in
from service.web.record_summary import unfinished, whole
from service.web.templating import page

router = APIRouter()

_RAISED = (NotFound, Forbidden, Unauthenticated)


@dataclass(frozen=True)
class NumberForm:
    """The registration as it was typed. ``sure``: the person has seen what is unusual in it."""

    document_number: Annotated[str, Form()] = ""
    decided_on: Annotated[str, Form()] = ""
    decided_by: Annotated[str, Form()] = ""
    remarks: Annotated[str, Form()] = ""
    sure: Annotated[str, Form()] = ""


@dataclass(frozen=True)
class Refused:
    """What was refused in which section of the page, with what was typed there."""

    section: str
    problems: Sequence[Problem] = ()
    typed: dict[str, str] | None = None
    warnings: Sequence[str] = ()
    status: int = 422


@router.get("/meetings/{meeting_id}/record")
def show(request: Request, meeting_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, meeting_id)


@router.post("/meetings/{meeting_id}/record")
def describe(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    typed: Annotated[dict[str, str], Depends(typed_in)],
) -> Response:
    seen = typed.pop("version", "")
    try:
        content = record_fields.content_of(typed)
        engine = request.app.state.engine
        save_description(engine, principal, meeting_id, content, seen=int(seen) if seen.isdecimal() else -1)
    except _RAISED:
        raise
    except PreconditionFailed as error:
        remedy = "入力した内容は欄に残っています。違うところを確かめて、もう一度保存すると、置き換わります。"
        problems = [Problem(error.what, "", remedy)]
        return _page(request, principal, meeting_id, Refused("description", problems, typed, status=error.status))
    except GijiyoshiError as error:
        refused = Refused("description", error.problems, typed, status=error.status)
        return _page(request, principal, meeting_id, refused)
    return _back(meeting_id, "description")


@router.post("/meetings/{meeting_id}/packages")
def pack(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    *,
    editions: Annotated[list[str] | None, Form()] = None,
    encoding: Annotated[str, Form()] = Encoding.UTF8.value,
    naming: Annotated[str, Form()] = Naming.JAPANESE.value,
    own_form: Annotated[str, Form()] = "",
) -> Response:
    typed = {"editions": " ".join(editions or ()), "encoding": encoding, "naming": naming, "own_form": own_form}
    try:
        wanted = _wanted(editions or (), encoding, naming, own_form)
        made = make(request.app.state.engine, principal, meeting_id, wanted)
    except _RAISED:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, meeting_id, Refused("packages", error.problems, typed, status=error.status))
    return _back(meeting_id, f"package-{made.id}")


@router.post("/meetings/{meeting_id}/deliveries")
def hand_over(
    request: Request,
    meeting_id: str,
    principal: WebPrincipalDep,
    *,
    package: Annotated[str, Form()] = "",
    destination: Annotated[str, Form()] = "",
) -> Response:
    try:
        with writing(request.app.state.engine) as session:
            found = package_of(session, principal, meeting_id, package)
            delivery = request_delivery(session, principal, found.id, destination)
    except _RAISED:
        raise
    except GijiyoshiError as error:
        typed = {"package": package, "destination": destination}
        return _page(request, principal, meeting_id, Refused("deliveries", error.problems, typed, status=error.status))
    return _back(meeting_id, f"delivery-{delivery.id}")


@router.get("/packages/{package_id}")
def contents(request: Request, package_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        kept, row = get_package(session, principal, package_id)
        return page(
            "package.html",
            person=person_of(session, principal),
            here="review",
            row=row,
            kept=kept,
            made_by=names_of(session, [kept.made_by])[kept.made_by],
            contents=contents_of(session, kept),
        )


@router.get("/packages/{package_id}/content")
def take(request: Request, package_id: str, principal: WebPrincipalDep) -> Response:
    taken = take_package(request.app.state.engine, principal, package_id)
    disposition = f"attachment; filename*=UTF-8''{quote(taken.name)}"
    return Response(taken.content, media_type=MEDIA_TYPE, headers={"Content-Disposition": disposition})


@router.post("/meetings/{meeting_id}/registration")
def enter(
    request: Request, meeting_id: str, principal: WebPrincipalDep, typed: Annotated[NumberForm, Depends()]
) -> Response:
    """What is unusual is asked about once; what cannot be true is refused."""
    engine = request.app.state.engine
    words = {name: value for name, value in vars(typed).items() if name != "sure"}
    try:
        decision = decision_of(typed.document_number, typed.decided_on, typed.decided_by, typed.remarks)
        if not typed.sure:
            with reading(engine) as session:
                warnings = judged(session, principal, meeting_id, decision).warnings
            if warnings:
                return _page(request, principal, meeting_id, Refused("number", (), words, warnings))
        register(engine, principal, meeting_id, decision, Source.FORM)
    except _RAISED:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, meeting_id, Refused("number", error.problems, words, status=error.status))
    return _back(meeting_id, "number")


def _back(meeting_id: str, anchor: str) -> Response:
    return RedirectResponse(f"/meetings/{meeting_id}/record#{anchor}", status_code=303)


def _wanted(editions: Sequence[str], encoding: str, naming: str, own_form: str) -> Wanted:
    try:
        return Wanted(tuple(map(Edition, editions)), Encoding(encoding), Naming(naming), bool(own_form))
    except ValueError:
        raise InputError(
            "選べない値です。", where="editions", remedy="画面を読み込み直して、選び直してください。"
        ) from None


def _page(request: Request, principal: Principal, meeting_id: str, refused: Refused | None = None) -> Response:
    with reading(request.app.state.engine) as session:
        row = get_meeting(session, principal, meeting_id)
        record = shown_record(session, principal, row)
        packages = packages_of(session, principal, row)
        names = names_of(session, [record.updated_by, *(each.made_by for each in packages)])
        history = shown_history(session, principal, row)
        values: dict[str, Any] = {
            "person": person_of(session, principal),
            "here": "review",
            "row": row,
            "record": record,
            "may": may_hand_over(principal, row) and row.state != MeetingState.CANCELLED,
            "names": names,
            "packages": packages,
            "deliveries": meeting_deliveries(session, principal, row),
            "editions": editions_for(principal, row),
            "history": history,
            "registrable": row.state in {MeetingState.APPROVED, MeetingState.REGISTERED},
            "refused": refused,
            "refused_problems": _refusals(refused),
            **_description(row, record, refused if refused and refused.section == "description" else None),
        }
        return page("record.html", status=refused.status if refused else 200, **values)


_WHERE = {
    "document_number": ("文書番号", "#document-number"),
    "decided_on": ("決裁日", "#decided-on"),
    "decided_by": ("決裁者", "#decided-by"),
    "remarks": ("備考", "#registration-remarks"),
    "editions": ("入れる版", "#editions"),
}


def _refusals(refused: Refused | None) -> list[dict[str, str | None]]:
    """Why packages or numbers were refused, with the field that each is about: it may be one of the description."""
    labels = {each.key: (each.label, f"#{each.id}") for each in record_fields.every_field()}
    shown = []
    for each in refused.problems if refused else ():
        where, href = (labels | _WHERE).get(each.where, (each.where if each.where != "state" else "", None))
        shown.append({"what": each.what, "where": where, "remedy": each.remedy, "href": href, "key": each.where})
    return shown


def _description(row: MeetingRow, record: RecordNow, refused: Refused | None) -> dict[str, Any]:
    """The fields with what stands in them, and what is to be said of each."""
    rules = record.rules
    registered = {f"item.{name}" for name in FROM_REGISTRATION} if record.registration is not None else set()
    file_fields = record_fields.file_fields(rules)
    item_fields = tuple(each for each in record_fields.item_fields() if each.key not in registered)
    fields = (*file_fields, *record_fields.short_fields(), *item_fields)
    typed = record_fields.typed_of(record.content, rules)
    if refused is not None and refused.typed is not None:
        typed = refused.typed
    problems = record_fields.placed(refused.problems if refused else record.faults, fields)
    faults: dict[str, list[dict[str, str | None]]] = {}
    for each in problems:
        faults.setdefault(str(each["key"]), []).append(each)
    dates = dates_of(record)
    held = row.starts_at.astimezone(JST).date()
    return {
        "file_fields": file_fields,
        "short_fields": record_fields.short_fields(),
        "item_fields": item_fields,
        "typed": typed,
        "problems": problems,
        "faults": faults,
        "missing": record_fields.placed(record_fields.down_the_page(record.missing, fields), fields),
        "theirs": _theirs(fields, typed, record) if refused and refused.status == PreconditionFailed.status else (),
        "dates": dates,
        "parts": whole(record.description)
        if record.description is not None
        else unfinished(file_fields, item_fields, typed, dates),
        "keeping": record_fields.kept_where(file_fields),
        "held_in": label(fiscal_year_of(held)),
    }


def _theirs(
    fields: Sequence[record_fields.Field], typed: dict[str, str], record: RecordNow
) -> list[tuple[record_fields.Field, str]]:
    """Where what is saved by now differs from what was typed."""
    saved = record_fields.typed_of(record.content, record.rules)
    return [
        (each, saved.get(each.key, ""))
        for each in fields
        if saved.get(each.key, "") != typed.get(each.key, "").replace("\r\n", "\n").strip()
    ]
