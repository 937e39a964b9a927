"""The revisions of an own profile, and what changed from one to another."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from service.auth.dependencies import WebPrincipalDep
from service.db.engine import reading
from service.errors import NotFound
from service.profiles.revisions import history_of, profile_in
from service.profiles.saving import administered_profile
from service.web.people import account_names, person_of
from service.web.profile_diff import differences
from service.web.templating import page

router = APIRouter()


@router.get("/admin/profiles/{profile_id}/revisions")
def revisions(
    request: Request,
    profile_id: str,
    principal: WebPrincipalDep,
    before: Annotated[int | None, Query(alias="from", ge=1)] = None,
    after: Annotated[int | None, Query(alias="to", ge=1)] = None,
) -> Response:
    """The newest against the one before it, unless others are asked for."""
    with reading(request.app.state.engine) as session:
        newest = administered_profile(session, principal, profile_id)
        rows = {row.revision: row for row in history_of(session, profile_id)}
        to = after or newest.revision
        since = before or max(to - 1, 1)
        if not {since, to} <= rows.keys():
            raise NotFound("その改訂はありません。", remedy="改訂の履歴から選んでください。")
        return page(
            "profile_revisions.html",
            person=person_of(session, principal),
            here="admin",
            profile_id=profile_id,
            name=profile_in(newest).name,
            rows=list(rows.values()),
            names=account_names(session, (row.created_by for row in rows.values())),
            before=since,
            after=to,
            changes=differences(profile_in(rows[since]), profile_in(rows[to])),
        )
