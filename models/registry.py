"""The summarization backends by name."""

from collections.abc import Callable

from minutes.errors import InputError
from models.base import SummaryModel
from models.options import ModelOptions


def _extractive(options: ModelOptions) -> SummaryModel:
    from models.extractive import ExtractiveModel

    return ExtractiveModel()


def _openai(options: ModelOptions) -> SummaryModel:
    from models.grounded import CLOSED_TALK, GroundedModel
    from models.openai_compatible import OpenAIBackend
    from prompts import load_prompts

    if options.endpoint is None:
        raise InputError(
            "要約モデル「openai」のサーバーが設定されていません。",
            where="GIJIYOSHI_OPENAI_BASE_URL",
            remedy="GIJIYOSHI_OPENAI_BASE_URL と GIJIYOSHI_OPENAI_MODEL を設定してください。",
        )
    withheld = None if options.show_closed else CLOSED_TALK
    return GroundedModel(OpenAIBackend(options.endpoint), load_prompts(options.prompt_folder), withheld=withheld)


def _transformers(options: ModelOptions) -> SummaryModel:
    from models.grounded import GroundedModel
    from models.transformers_local import TransformersBackend
    from prompts import load_prompts

    if options.local_model is None:
        raise InputError(
            "要約モデル「transformers」のモデルが設定されていません。",
            where="GIJIYOSHI_TRANSFORMERS_MODEL",
            remedy="GIJIYOSHI_TRANSFORMERS_MODEL にモデルのフォルダー又は .gguf のファイルを設定してください。",
        )
    return GroundedModel(TransformersBackend(options.local_model), load_prompts(options.prompt_folder))


_BUILDERS: dict[str, Callable[[ModelOptions], SummaryModel]] = {
    "extractive": _extractive,
    "openai": _openai,
    "transformers": _transformers,
}
MODEL_NAMES: tuple[str, ...] = tuple(_BUILDERS)


def load_model(name: str = "extractive", options: ModelOptions | None = None) -> SummaryModel:
    """The backend called ``name``, its weights not yet read and no server asked yet; InputError lists the names there
    are, or says what setting it needs."""
    builder = _BUILDERS.get(name)
    if builder is None:
        raise InputError(
            f"要約モデル「{name}」はありません。",
            where="model",
            remedy=f"次のいずれかを指定してください: {'、'.join(MODEL_NAMES)}",
        )
    return builder(options or ModelOptions())
