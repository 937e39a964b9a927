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
    meeting_drafts,
    meetings,
    model_calls,
    packages,
    planning,
    profiles,
    proposals,
    records,
    registrations,
    search,
)

router = APIRouter(prefix="/api/v1")
for part in (
    meetings,
    meeting_drafts,
    planning,
    records,
    packages,
    registrations,
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
