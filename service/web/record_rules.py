"""記録の決まり of one 会議体: its tables, what is filled in beforehand, its own form; for 管理者."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, File, Form, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, InputError, Problem
from records.metadata import ClassificationTable, RetentionTable
from records.metadata.description import examine
from service.auth import Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading, writing
from service.errors import Forbidden, NotFound, Unauthenticated
from service.recordkeeping.own_form import LIMIT
from service.recordkeeping.rules import (
    TABLE_LIMIT,
    TABLES,
    body_of,
    form_of,
    rules_of,
    save_form,
    save_presets,
    save_table,
    table_as_kept,
    table_named,
    table_text,
)
from service.web import record_fields
from service.web.people import person_of
from service.web.record_fields import typed_in
from service.web.templating import page

router = APIRouter(prefix="/bodies/{body_id}/records")

Kind = Literal["classification", "retention"]
SHOWN = 200
"""Lines of a table on the page; the rest is in the file."""
_RAISED = (NotFound, Forbidden, Unauthenticated)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass(frozen=True)
class Read:
    """A table that was read and is not saved yet."""

    kind: Kind
    text: str
    table: ClassificationTable | RetentionTable


@dataclass(frozen=True)
class Refused:
    section: str
    error: GijiyoshiError
    typed: dict[str, str] | None = None


@router.get("")
def show(request: Request, body_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, body_id)


@router.get("/{kind}.csv")
def table_file(request: Request, body_id: str, kind: Kind, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        text = table_as_kept(session, body_of(session, principal, body_id).id, kind)
    if text is None:
        raise NotFound("表はまだありません。", remedy="CSVファイルを取り込んでください。")
    return _file(text.replace("\n", "\r\n").encode("utf-8-sig"), "text/csv", f"{TABLES[kind].name}.csv")


@router.get("/form.docx")
def form_file(request: Request, body_id: str, principal: WebPrincipalDep) -> Response:
    with reading(request.app.state.engine) as session:
        body = body_of(session, principal, body_id)
        form, name = form_of(session, body.id), rules_of(session, body.id).form_name
    if form is None or name is None:
        raise NotFound("所定の様式はまだありません。", remedy="Wordの様式を登録してください。")
    return _file(form, _DOCX, name)


@router.post("/presets")
def presets(
    request: Request, body_id: str, principal: WebPrincipalDep, typed: Annotated[dict[str, str], Depends(typed_in)]
) -> Response:
    seen = _seen(typed.pop("version", ""))
    try:
        with writing(request.app.state.engine) as session:
            save_presets(session, principal, body_id, record_fields.content_of(typed), seen=seen)
    except _RAISED:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, body_id, refused=Refused("presets", error, typed))
    return _back(body_id, "presets")


@router.post("/form")
def form(
    request: Request,
    body_id: str,
    principal: WebPrincipalDep,
    *,
    form: Annotated[UploadFile | None, File()] = None,
    version: Annotated[str, Form()] = "",
    remove: Annotated[str, Form()] = "",
) -> Response:
    data = form.file.read(LIMIT + 1) if form is not None and not remove else b""
    try:
        if not data and not remove:
            raise InputError("ファイルが選ばれていません。", where="様式", remedy="Wordの様式を選んでください。")
        with writing(request.app.state.engine) as session:
            name = (form.filename or "") if form is not None else ""
            save_form(session, principal, body_id, name, data, seen=_seen(version))
    except _RAISED:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, body_id, refused=Refused("form", error))
    return _back(body_id, "form")


@router.post("/{kind}/read")
def read_table(
    request: Request,
    body_id: str,
    kind: Kind,
    principal: WebPrincipalDep,
    table: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """What is in the file, to be looked at before it is saved."""
    data = table.file.read(TABLE_LIMIT + 1) if table is not None else b""
    with reading(request.app.state.engine) as session:
        body_of(session, principal, body_id)
    try:
        text = table_text(kind, data)
    except GijiyoshiError as error:
        return _page(request, principal, body_id, refused=Refused(kind, error))
    return _page(request, principal, body_id, read=Read(kind, text, table_named(kind).read(text.encode())))


@router.post("/{kind}")
def keep_table(
    request: Request,
    body_id: str,
    kind: Kind,
    principal: WebPrincipalDep,
    *,
    text: Annotated[str, Form()] = "",
    version: Annotated[str, Form()] = "",
) -> Response:
    """An empty ``text`` takes the table away."""
    try:
        with writing(request.app.state.engine) as session:
            save_table(session, principal, body_id, kind, text, seen=_seen(version))
    except _RAISED:
        raise
    except GijiyoshiError as error:
        return _page(request, principal, body_id, refused=Refused(kind, error))
    return _back(body_id, kind)


def _seen(version: str) -> int:
    return int(version) if version.isdecimal() and len(version) < 10 else -1


def _back(body_id: str, anchor: str) -> Response:
    return RedirectResponse(f"/bodies/{body_id}/records#{anchor}", status_code=303)


def _file(content: bytes, media_type: str, name: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})


def _page(
    request: Request,
    principal: Principal,
    body_id: str,
    *,
    read: Read | None = None,
    refused: Refused | None = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        body = body_of(session, principal, body_id)
        rules = rules_of(session, body.id)
        fields = record_fields.preset_fields(rules)
        stale = examine(rules.presets, classification=rules.classification, retention=rules.retention).faults
        at_presets = refused is not None and refused.section == "presets"
        problems: Sequence[Problem] = refused.error.problems if refused and at_presets else stale
        shown = record_fields.placed(problems, fields)
        typed = record_fields.typed_of(rules.presets, rules)
        values: dict[str, Any] = {
            "person": person_of(session, principal),
            "here": "bodies",
            "body": body,
            "rules": rules,
            "read": read,
            "shown_lines": SHOWN,
            "fields": fields,
            "typed": refused.typed if refused and refused.typed is not None else typed,
            "refused": refused,
            "problems": shown,
            "faults": {str(each["key"]): [each] for each in shown},
            "table_problems": [
                {"what": each.what, "where": each.where, "remedy": each.remedy, "href": None}
                for each in (refused.error.problems if refused and not at_presets else ())
            ],
        }
        return page("record_rules.html", status=refused.error.status if refused else 200, **values)
