"""The work of a ``warm`` job: the model named by the subject is loaded here, in the child, and writes a few words."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from minutes.errors import GijiyoshiError
from models.base import ModelUnready, Warmable
from models.pipeline import ModelSource
from service.jobs.leases import Claim
from service.settings import Settings

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Warming:
    load: ModelSource

    def perform(
        self, engine: Engine, settings: Settings, claim: Claim, cancelled: Callable[[], bool]
    ) -> Callable[[Session], None]:
        """Raises a GijiyoshiError whatever is wrong with the model. No meeting is at hand, so the log may say it all."""
        name = claim.subject_id
        try:
            model = self.load(name)
            if isinstance(model, Warmable):
                model.warm()
        except GijiyoshiError as error:
            LOG.error("model %s: %s", name, error)  # noqa: TRY400  its sentence says where and what
            raise
        except Exception as error:
            public = _public(error)
            LOG.exception("model %s: %s", name, public)
            raise public from error
        LOG.info("model %s is ready", name)
        return lambda _session: None

    def failed(self, session: Session, subject_id: str, category: str) -> None:
        """The job's own row says it all."""

    def cancelled(self, session: Session, subject_id: str) -> None:
        """Nothing waits for it."""


def _public(error: Exception) -> ModelUnready:
    if isinstance(error, MemoryError):
        return ModelUnready(
            "要約モデルを読み込むメモリが足りません。", remedy="小さいモデルにするか、メモリを増やしてください。"
        )
    return ModelUnready("要約モデルを読み込めません。", remedy="モデルのフォルダーと worker の記録を確かめてください。")
