"""The REST API under ``/api/v1``."""

from fastapi import APIRouter

from service.api import approval, audit, comments, desk, drafts, events, jobs, me, meetings, model_calls, proposals

router = APIRouter(prefix="/api/v1")
for part in (meetings, approval, drafts, desk, comments, proposals, events, jobs, model_calls, audit, me):
    router.include_router(part.router)

__all__ = ["router"]
