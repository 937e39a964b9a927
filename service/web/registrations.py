"""文書番号 of many meetings at once: a table is chosen, what it would change is shown, and then it is done."""

import csv
import io
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from minutes.errors import GijiyoshiError, InputError
from records.metadata.table_csv import text_of
from service.auth import Action, Principal
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import Forbidden, NotFound, PreconditionFailed, Unauthenticated
from service.recordkeeping.registering_many import LIMIT, Done, Plan, plan, register_all
from service.recordkeeping.registration import Effect, Source
from service.recordkeeping.waiting import waiting_rows
from service.web.people import person_of
from service.web.templating import page

router = APIRouter()


@router.get("/registrations")
def show(request: Request, principal: WebPrincipalDep) -> Response:
    return _page(request, principal)


@router.get("/registrations/waiting.csv")
def waiting(request: Request, principal: WebPrincipalDep) -> Response:
    """Meetings that wait for their number, as a table with nothing but the number to be filled in."""
    _may(principal)
    with reading(request.app.state.engine) as session:
        rows = waiting_rows(session, principal)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows(rows)
    headers = {"Content-Disposition": "attachment; filename*=UTF-8''%E6%96%87%E6%9B%B8%E7%95%AA%E5%8F%B7.csv"}
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=headers)


@router.post("/registrations/preview")
def preview(
    request: Request, principal: WebPrincipalDep, table: Annotated[UploadFile | None, File()] = None
) -> Response:
    """What the table would change."""
    _may(principal)
    data = table.file.read(LIMIT + 1) if table is not None else b""
    try:
        if not data:
            raise InputError("ファイルが選ばれていません。", where="table", remedy="CSVファイルを選んでください。")
        with reading(request.app.state.engine) as session:
            return _page(request, principal, planned=plan(session, principal, data), text=text_of(data))
    except GijiyoshiError as error:
        return _page(request, principal, error=error)


@router.post("/registrations")
def register(
    request: Request, principal: WebPrincipalDep, text: Annotated[str, Form()] = "", seen: Annotated[str, Form()] = ""
) -> Response:
    """What was shown is done, all of it; where it would do something else by now, that is shown instead."""
    _may(principal)
    engine, data = request.app.state.engine, text.encode("utf-8", "replace")
    try:
        done = register_all(engine, principal, data, Source.CSV, seen=seen)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except PreconditionFailed as error:
        with reading(engine) as session:
            again = plan(session, principal, data)
        return _page(request, principal, planned=again, text=text, error=error)
    except GijiyoshiError as error:
        return _page(request, principal, error=error)
    return _page(request, principal, done=done)


def _may(principal: Principal) -> None:
    if not principal.departments(Action.hand_over):
        raise Forbidden("文書番号を登録する権限がありません。", remedy="登録者又は確認者に依頼してください。")


def _page(
    request: Request,
    principal: Principal,
    *,
    planned: Plan | None = None,
    text: str = "",
    done: tuple[Done, ...] | None = None,
    error: GijiyoshiError | None = None,
) -> Response:
    _may(principal)
    with reading(request.app.state.engine) as session:
        values: dict[str, Any] = {
            "person": person_of(session, principal),
            "here": "registrations",
            "plan": planned,
            "text": text,
            "done": done,
            "effects": [(each.value, planned.count(each)) for each in Effect] if planned else (),
            "waiting": len(waiting_rows(session, principal)) - 1,
            "problems": [
                {
                    "what": each.what,
                    "where": "" if each.where in {"table", "seen", "file"} else each.where,
                    "remedy": each.remedy,
                    "href": None,
                }
                for each in (error.problems if error else ())
            ],
        }
        return page("registrations.html", status=error.status if error else 200, **values)
