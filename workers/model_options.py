"""From the settings of a deployment to what the backends are told."""

from models.extra_body import parse_extra_body
from models.openai_compatible.endpoint import Endpoint
from models.options import ModelOptions
from models.transformers_local.local_model import LocalModel
from service.settings import Settings


def options_of(settings: Settings) -> ModelOptions:
    """Raises InputError naming the setting that cannot be used."""
    return ModelOptions(
        endpoint=_endpoint(settings),
        local_model=_local_model(settings),
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
        thinking_tokens=settings.openai_thinking_tokens,
        extra_body=parse_extra_body(settings.openai_extra_body),
        connect_seconds=settings.openai_connect_seconds,
        token_seconds=settings.openai_token_seconds,
        total_seconds=settings.openai_total_seconds,
    )


def _local_model(settings: Settings) -> LocalModel | None:
    if settings.transformers_model is None:
        return None
    return LocalModel(
        model=settings.transformers_model,
        revision=settings.transformers_revision,
        adapter=str(settings.transformers_adapter) if settings.transformers_adapter is not None else None,
        dtype=settings.transformers_dtype,
        device=settings.transformers_device,
        quantization=settings.transformers_quantization,
        template=settings.transformers_template,
        threads=settings.transformers_threads,
        batch_size=settings.transformers_batch_size,
        context_tokens=settings.transformers_context_tokens,
        total_seconds=settings.transformers_total_seconds,
    )
