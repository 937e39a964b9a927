"""The workbench: server-rendered pages in Japanese that work without JavaScript."""

from fastapi import APIRouter, FastAPI
from fastapi.staticfiles import StaticFiles

from service.web import audit, bodies, changes, planning, queue, review, search, sentences, signin, upload
from service.web.errors import error_page
from service.web.templating import FOLDER

router = APIRouter(include_in_schema=False)
# ``/meetings/new`` must be asked for before ``/meetings/{meeting_id}``, and the named steps of ``planning`` before
# ``/meetings/{meeting_id}/{action}``.
for part in (signin, queue, search, upload, planning, review, sentences, changes, audit, bodies):
    router.include_router(part.router)


def mount_static(app: FastAPI) -> None:
    """Serve the style sheet and scripts under ``/static``."""
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")


__all__ = ["error_page", "mount_static", "router"]
