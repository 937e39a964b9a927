"""Which work each kind of job does, and on which queue.

Light to import: the parent of a Celery worker must not load dictionaries or models, because forking after a model
library has started its threads hangs the child. What a job needs is imported in the child, at its first job.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from service.jobs.requests import JobKind
from service.settings import get_settings
from workers.runner import Work

if TYPE_CHECKING:
    from models.base import SummaryModel
    from models.pipeline import ModelSource
    from records.connectors.registry import Kind
    from workers.delivering import Send

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


def works(
    load: "ModelSource" = load_registered, kinds: "Mapping[str, Kind] | None" = None
) -> Callable[[str], Work | None]:
    """The work of a kind, or None for a kind this program does not know. ``kinds``: the ways out, all there are if
    None."""

    def ways() -> "Mapping[str, Kind]":
        from records.connectors.registry import KINDS

        return KINDS if kinds is None else kinds

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
        if kind == JobKind.CHECK:
            from workers.checking import Checking

            return Checking(ways())
        send = _sender(kind, ways)
        if send is None:
            return None
        from workers.delivering import Delivering

        return Delivering(send)

    return work_of


def _sender(kind: str, ways: "Callable[[], Mapping[str, Kind]]") -> "Send | None":
    if kind == JobKind.MAIL:
        from workers.mail import send_mail

        return send_mail
    if kind == JobKind.WEBHOOK:
        from workers.webhook import send_webhook

        return send_webhook
    if kind == JobKind.PACKAGE:
        from workers.handing_over import HandingOver

        return HandingOver(ways())
    return None


def queue_of(kind: str) -> str:
    return QUEUES.get(kind, OTHER_QUEUE)
