"""Progress as server-sent events. The row is the truth; the stream only saves asking again and again."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool

from service.api.meetings import MeetingId, job_out
from service.api.problems import problems
from service.api.schemas import ProgressOut
from service.auth import Principal
from service.auth.dependencies import EngineDep, PrincipalDep
from service.db.engine import reading
from service.db.tables import MeetingRow
from service.meetings.queries import get_meeting, latest_job
from service.meetings.states import BEING_DRAFTED, MeetingState

router = APIRouter(prefix="/meetings/{meeting_id}", tags=["meetings"])

INTERVAL_SECONDS = 0.5
LIFETIME_SECONDS = 600.0
"""Then the client connects again: proxies cut silent streams anyway, and rights are checked anew."""


def _first(engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId) -> ProgressOut:
    with reading(engine) as session:
        get_meeting(session, principal, meeting_id)
    first = progress(engine, principal, meeting_id)
    assert first is not None  # meetings are never deleted
    return first


def progress(engine: Engine, principal: Principal, meeting_id: str) -> ProgressOut | None:
    """The meeting and its newest job as they are now; the session is closed before this returns."""
    with reading(engine) as session:
        row = session.get(MeetingRow, meeting_id)
        if row is None:
            return None
        job = latest_job(session, meeting_id)
        return ProgressOut(
            meeting_id=row.id,
            state=MeetingState(row.state),
            row_version=row.row_version,
            current_version=row.current_version,
            job=job_out(principal, row, job),
        )


def event_id(current: ProgressOut) -> str:
    """Row versions of meeting and job: either of them moves when anything does."""
    return (
        f"{current.row_version}.{current.job.id if current.job else ''}.{current.job.row_version if current.job else 0}"
    )


@router.get(
    "/events",
    response_class=EventSourceResponse,
    summary="進み具合を受け取る（Server-Sent Events）",
    description="最初にいまの状態を、その後は変化があるたびに `progress` イベントで送ります（`data` は `ProgressOut`）。"
    "素案ができるか、失敗・取消になると `end` イベントを送って終わります。"
    "長くても 10 分で終わるので、続いていればつなぎ直してください。",
    responses=problems(404, 422),
)
async def read_events(
    engine: EngineDep, principal: PrincipalDep, meeting_id: MeetingId, first: Annotated[ProgressOut, Depends(_first)]
) -> AsyncIterator[ServerSentEvent]:
    current: ProgressOut | None = first
    sent = ""
    ends_at = time.monotonic() + LIFETIME_SECONDS
    while current is not None and time.monotonic() < ends_at:
        if event_id(current) != sent:
            sent = event_id(current)
            yield ServerSentEvent(data=current, event="progress", id=sent)
        if current.state not in BEING_DRAFTED:
            yield ServerSentEvent(data=current, event="end", id=sent)
            return
        await asyncio.sleep(INTERVAL_SECONDS)
        current = await run_in_threadpool(progress, engine, principal, meeting_id)
