"""The REST API under ``/api/v1``."""

from fastapi import APIRouter

from service.api import (
    approval,
    audit,
    bodies,
    desk,
    drafts,
    events,
    jobs,
    me,
    meetings,
    model_calls,
    planning,
    proposals,
    search,
)

router = APIRouter(prefix="/api/v1")
for part in (
    meetings,
    planning,
    bodies,
    approval,
    drafts,
    desk,
    proposals,
    events,
    jobs,
    model_calls,
    search,
    audit,
    me,
):
    router.include_router(part.router)

__all__ = ["router"]
