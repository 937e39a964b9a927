"""The REST API under ``/api/v1``."""

from fastapi import APIRouter

from service.api import approval, audit, drafts, events, jobs, me, meetings

router = APIRouter(prefix="/api/v1")
for part in (meetings.router, approval.router, drafts.router, events.router, jobs.router, audit.router, me.router):
    router.include_router(part)

__all__ = ["router"]
