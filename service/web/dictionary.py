"""The dictionary page of a department, and the offer on the review page to add what was just replaced."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from minutes.errors import GijiyoshiError, Problem
from service.auth import Action, Principal, require
from service.auth.dependencies import WebPrincipalDep, safe_next
from service.db.engine import reading
from service.errors import Forbidden, NotFound, Unauthenticated
from service.meetings.dictionary import add_word, list_words, remove_word
from service.web.people import account_names, department_names, person_of
from service.web.templating import page

router = APIRouter()


@router.get("/departments/{department_id}/dictionary")
def show(request: Request, department_id: str, principal: WebPrincipalDep) -> Response:
    return _page(request, principal, department_id)


@router.post("/departments/{department_id}/dictionary")
def add(
    request: Request,
    *,
    department_id: str,
    principal: WebPrincipalDep,
    wrong: Annotated[str, Form()] = "",
    right: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """``back``: the page to return to; the dictionary where it is empty."""
    try:
        add_word(request.app.state.engine, principal, department_id, wrong=wrong, right=right, kind=kind)
    except (NotFound, Forbidden, Unauthenticated):
        raise
    except GijiyoshiError as error:
        return _page(request, principal, department_id, error=error, typed=(wrong, right, kind))
    return RedirectResponse(safe_next(back) if back else f"/departments/{department_id}/dictionary", status_code=303)


@router.post("/departments/{department_id}/dictionary/{word_id}/delete")
def remove(request: Request, department_id: str, word_id: str, principal: WebPrincipalDep) -> Response:
    remove_word(request.app.state.engine, principal, department_id, word_id)
    return RedirectResponse(f"/departments/{department_id}/dictionary", status_code=303)


def _page(
    request: Request,
    principal: Principal,
    department_id: str,
    *,
    error: GijiyoshiError | None = None,
    typed: tuple[str, str, str] = ("", "", ""),
) -> Response:
    with reading(request.app.state.engine) as session:
        require(principal, Action.read, department_id)
        words = list_words(session, principal, department_id)
        return page(
            "dictionary.html",
            status=error.status if error else 200,
            person=person_of(session, principal),
            here="dictionary",
            department_id=department_id,
            department=department_names(session, [department_id])[department_id],
            words=words,
            names=account_names(session, [each.created_by for each in words]),
            may_edit=principal.may(Action.edit, department_id),
            problems=[_shown(each) for each in error.problems] if error else [],
            typed=typed,
        )


def _shown(problem: Problem) -> dict[str, str | None]:
    words = {"wrong": "誤", "right": "正", "kind": "種類"}
    return {"what": problem.what, "where": words.get(problem.where, ""), "remedy": problem.remedy, "href": None}
