"""The workbench: server-rendered pages in Japanese that work without JavaScript."""

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from service.web import (
    admin_departments,
    admin_destinations,
    admin_people,
    admin_person,
    admin_profile_history,
    admin_profiles,
    approval,
    audit,
    bodies,
    changes,
    comments,
    confirm,
    confirmations,
    deliveries,
    desk,
    dictionary,
    editions,
    meeting_audit,
    meeting_import,
    notices,
    own,
    planning,
    printing,
    proposals,
    provenance,
    provider_signin,
    queue,
    record_rules,
    records,
    registrations,
    restyling,
    retention,
    review,
    search,
    sentences,
    signin,
    upload,
    versions,
)
from service.web.errors import error_page
from service.web.templating import FOLDER

router = APIRouter(include_in_schema=False)
# ``/meetings/new`` must be asked for before ``/meetings/{meeting_id}``, and ``changes``, which takes any action, after
# all that has a name of its own.
for part in (
    signin,
    provider_signin,
    queue,
    search,
    upload,
    meeting_import,
    planning,
    restyling,
    review,
    sentences,
    desk,
    comments,
    printing,
    versions,
    dictionary,
    editions,
    proposals,
    provenance,
    approval,
    confirm,
    confirmations,
    meeting_audit,
    notices,
    deliveries,
    records,
    registrations,
    record_rules,
    changes,
    audit,
    own,
    admin_people,
    admin_person,
    admin_departments,
    admin_destinations,
    bodies,
    retention,
    admin_profiles,
    admin_profile_history,
):
    router.include_router(part.router)


def mount_static(app: FastAPI) -> None:
    """Serve the style sheet and scripts under ``/static``."""
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")


__all__ = ["error_page", "mount_static", "router"]
