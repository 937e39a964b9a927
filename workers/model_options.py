"""From the settings of a deployment to what the backends are told."""

from models.openai_compatible.endpoint import Endpoint
from models.options import ModelOptions
from service.settings import Settings


def options_of(settings: Settings) -> ModelOptions:
    return ModelOptions(
        endpoint=_endpoint(settings),
        show_closed=settings.openai_closed == "send",
        prompt_folder=settings.prompts_dir,
    )


def _endpoint(settings: Settings) -> Endpoint | None:
    if settings.openai_base_url is None or settings.openai_model is None:
        return None
    key = settings.openai_api_key
    return Endpoint(
        base_url=settings.openai_base_url,
        model=settings.openai_model,
        api_key=key.get_secret_value() if key is not None else None,
        answers_as=settings.openai_answers_as,
        slots=settings.openai_slots,
        context_tokens=settings.openai_context_tokens,
        connect_seconds=settings.openai_connect_seconds,
        token_seconds=settings.openai_token_seconds,
        total_seconds=settings.openai_total_seconds,
    )
