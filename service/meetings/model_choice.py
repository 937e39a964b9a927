"""Which summarization model a person may choose for a piece of work."""

from minutes.errors import InputError, PolicyError
from service.settings import Settings


def ready_model(settings: Settings, name: str | None) -> str:
    """``name``, or what new meetings get where it is left out. Raises InputError that lists what this deployment has
    set up."""
    chosen = name or settings.model
    if chosen not in settings.models():
        raise InputError(
            f"要約モデル「{chosen[:50]}」は、ここでは使えません。",
            where="model",
            remedy=f"次から選んでください：{'、'.join(settings.models())}。",
        )
    return chosen


def model_for(settings: Settings, name: str | None, *, closed: bool) -> str:
    """As ``ready_model``, for one stretch of talk. Raises PolicyError where closed talk must not reach the model."""
    chosen = ready_model(settings, name)
    allowed = settings.models_for(closed=closed)
    if chosen not in allowed:
        raise PolicyError(
            f"非公開の発言は、要約モデル「{chosen}」のサーバーへ送らない設定です。",
            where="model",
            remedy=f"次から選んでください：{'、'.join(allowed)}。",
        )
    return chosen
