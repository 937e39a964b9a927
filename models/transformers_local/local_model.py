"""Which model is read from where, and how it is run: what a deployment sets."""

from dataclasses import dataclass
from typing import Literal

Dtype = Literal["auto", "float32", "bfloat16", "float16"]
Template = Literal["auto", "chat", "plain"]


@dataclass(frozen=True)
class LocalModel:
    model: str
    """A folder, a ``.gguf`` file, or an id on the hub that is in the local cache."""
    revision: str | None = None
    """Of a hub id."""
    adapter: str | None = None
    """Folder of a LoRA adapter."""
    dtype: Dtype = "auto"
    """auto: as stored; float16, which processors are slow with, becomes float32 there."""
    device: str = "auto"
    """auto: CUDA where there is any, spread over all its devices; else the processor."""
    quantization: str | None = None
    """A JSON object as transformers' own quantization configurations write it."""
    template: Template = "auto"
    """auto: the tokenizer's chat template where it has one, else plain text."""
    threads: int | None = None
    """Of the processor; None leaves it to torch."""
    batch_size: int = 8
    context_tokens: int | None = None
    """Prompt and reply together; None: what the model takes, at most ``DEFAULT_CONTEXT``."""
    total_seconds: float = 600.0
    """For one reply, from when its batch begins."""


DEFAULT_CONTEXT = 8192
"""Tokens. Models that take 128,000 would fill the memory with the keys of a single batch."""
