"""Which work each kind of job does, and on which queue.

Light to import: the parent of a Celery worker must not load dictionaries or models, because forking after a model
library has started its threads hangs the child. What a job needs is imported in the child, at its first job.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

from service.jobs.requests import JobKind
from service.settings import get_settings
from workers.runner import Work

if TYPE_CHECKING:
    from models.base import SummaryModel
    from models.pipeline import ModelSource

QUEUES: dict[str, str] = {JobKind.DRAFT: "model", JobKind.REGENERATE: "model", JobKind.WARM: "model"}
"""``model``: minutes long, may hold a model in memory; ``light``: the rest, seconds."""

OTHER_QUEUE = "light"
ALL_QUEUES = ("model", "light")


@lru_cache(maxsize=2)
def load_registered(name: str) -> "SummaryModel":
    """A model of the registry by its name, as this deployment is set up."""
    from models.registry import load_model
    from workers.model_options import options_of

    return load_model(name, options_of(get_settings()))


def works(load: "ModelSource" = load_registered) -> Callable[[str], Work | None]:
    """The work of a kind, or None for a kind this program does not know."""

    def work_of(kind: str) -> Work | None:
        if kind == JobKind.DRAFT:
            from workers.drafting import Drafting

            return Drafting(load)
        if kind == JobKind.REGENERATE:
            from workers.regenerating import Regenerating

            return Regenerating(load)
        if kind == JobKind.WARM:
            from workers.warming import Warming

            return Warming(load)
        if kind in {JobKind.MAIL, JobKind.WEBHOOK}:
            from workers.delivering import Delivering, send_mail, send_webhook

            return Delivering(send_mail if kind == JobKind.MAIL else send_webhook)
        return None

    return work_of


def queue_of(kind: str) -> str:
    return QUEUES.get(kind, OTHER_QUEUE)
