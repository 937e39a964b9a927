"""The REST API under ``/api/v1``."""

from fastapi import APIRouter

from service.api import audit, bodies, drafts, events, jobs, me, meetings, planning, search

router = APIRouter(prefix="/api/v1")
for part in (
    meetings.router,
    planning.router,
    bodies.router,
    drafts.router,
    events.router,
    jobs.router,
    search.router,
    audit.router,
    me.router,
):
    router.include_router(part)

__all__ = ["router"]
