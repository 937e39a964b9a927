"""REST API under ``/api/v1``; OpenAPI at ``/api/v1/openapi.json``."""

from fastapi import APIRouter

from service.api import (
    approval,
    audit,
    bodies,
    comments,
    confirmations,
    delegations,
    deliveries,
    desk,
    destinations,
    drafts,
    events,
    jobs,
    me,
    meetings,
    model_calls,
    planning,
    profiles,
    proposals,
    search,
)

router = APIRouter(prefix="/api/v1")
for part in (
    meetings,
    planning,
    bodies,
    approval,
    confirmations,
    drafts,
    desk,
    comments,
    proposals,
    profiles,
    events,
    jobs,
    delegations,
    deliveries,
    destinations,
    model_calls,
    search,
    audit,
    me,
):
    router.include_router(part.router)

__all__ = ["router"]
