"""The audit log for auditors and their systems."""

from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select

from service.api.problems import problems
from service.api.schemas import AuditEventOut, AuditPage
from service.auth import Action
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.tables import AuditEvent
from service.errors import Forbidden

router = APIRouter(prefix="/audit", tags=["audit"])


@router.get(
    "",
    response_model=AuditPage,
    summary="監査記録",
    description="監査者だけが読めます。古い順に返し、続きは `next_after` を `after` に渡して得ます。"
    "各行の `hash` は前の行の `hash` を含むので、書換えや欠落が分かります。",
    responses=problems(403, 422),
)
def read_audit(
    engine: EngineDep,
    principal: PrincipalDep,
    after: Annotated[int, Query(ge=0, le=2_000_000_000, description="この番号より後")] = 0,
    subject: Annotated[
        str | None, Query(max_length=100, description="対象で絞る", examples=["meeting:0199a0c2"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=1000, description="一度に返す数")] = 200,
) -> AuditPage:
    if not principal.departments(Action.audit):
        raise Forbidden("監査記録を読む権限がありません。", remedy="監査者に依頼してください。")
    query = select(AuditEvent).where(AuditEvent.seq > after).order_by(AuditEvent.seq).limit(limit + 1)
    if subject:
        query = query.where(AuditEvent.subject == subject.replace("\x00", ""))
    with reading(engine) as session:
        rows = session.scalars(query).all()
    items = tuple(AuditEventOut.of(row) for row in rows[:limit])
    return AuditPage(items=items, next_after=items[-1].seq if len(rows) > limit else None)
