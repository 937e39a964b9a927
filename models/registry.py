"""The summarization backends by name."""

from collections.abc import Callable

from minutes.errors import InputError
from models.base import SummaryModel


def _extractive() -> SummaryModel:
    from models.extractive import ExtractiveModel

    return ExtractiveModel()


_BUILDERS: dict[str, Callable[[], SummaryModel]] = {"extractive": _extractive}
MODEL_NAMES: tuple[str, ...] = tuple(_BUILDERS)


def load_model(name: str = "extractive") -> SummaryModel:
    """The backend called ``name``, its weights not yet read; InputError lists the names there are."""
    builder = _BUILDERS.get(name)
    if builder is None:
        raise InputError(
            f"要約モデル「{name}」はありません。",
            where="model",
            remedy=f"次のいずれかを指定してください: {'、'.join(MODEL_NAMES)}",
        )
    return builder()
