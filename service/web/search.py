"""Text search: which meetings have the words, and where."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from minutes.errors import InputError
from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.recordkeeping.registered import numbered
from service.search import Results, search
from service.web.people import department_names, person_of
from service.web.templating import page

router = APIRouter()


@router.get("/search")
def search_page(
    request: Request,
    principal: WebPrincipalDep,
    q: Annotated[str, Query()] = "",
    before: Annotated[int | None, Query(ge=0, le=2**38)] = None,
) -> Response:
    with reading(request.app.state.engine) as session:
        problem = None
        try:
            found = search(session, principal, q, before=before)
        except InputError as error:
            found, problem = Results((), (), None), error
        return page(
            "search.html",
            status=problem.status if problem else 200,
            person=person_of(session, principal),
            here="search",
            site_q=q,
            q=q.strip(),
            problems=[]
            if problem is None
            else [{"what": problem.what, "where": "", "remedy": problem.remedy, "href": None}],
            found=found,
            numbered=numbered(session, principal, q) if before is None else (),
            departments=department_names(session, (each.department_id for each in found.items)),
            first=before is None,
        )
