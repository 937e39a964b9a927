"""The REST API under ``/api/v1``."""

from fastapi import APIRouter

from service.api import approval, audit, desk, drafts, events, jobs, me, meetings, model_calls, profiles, proposals

router = APIRouter(prefix="/api/v1")
for part in (meetings, approval, drafts, desk, proposals, profiles, events, jobs, model_calls, audit, me):
    router.include_router(part.router)

__all__ = ["router"]
