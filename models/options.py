"""What a deployment tells the backends: filled from its settings by whoever loads one."""

from dataclasses import dataclass
from pathlib import Path

from models.openai_compatible.endpoint import Endpoint
from models.transformers_local.local_model import LocalModel


@dataclass(frozen=True)
class ModelOptions:
    endpoint: Endpoint | None = None
    show_closed: bool = False
    """Whether closed talk may be shown to that endpoint."""
    local_model: LocalModel | None = None
    prompt_folder: Path | None = None
    """An operator's own prompts."""
