"""The extra ``[transformers]``: whether it is there, and that it asks no network by itself."""

import importlib
import os

from models.base import ModelUnready

_NEEDED = ("torch", "transformers", "tokenizers", "safetensors", "accelerate", "xgrammar")


def prepare_libraries() -> None:
    """To be called before any of them is imported: the hub's client reads its switches once, at its import."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    # The reader of GGUF files has a progress bar that transformers' own switch does not reach.
    os.environ.setdefault("TQDM_DISABLE", "1")
    # Requests come from several threads; the tokenizer's own threads would only warn of it after a fork.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    need(*_NEEDED)
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()


def need(*names: str) -> None:
    """Raises ModelUnready where one of the libraries cannot be imported."""
    for name in names:
        try:
            importlib.import_module(name)
        except (ImportError, OSError) as error:
            # OSError: a shared library of torch that does not fit the machine.
            raise ModelUnready(
                f"要約モデル「transformers」に要るライブラリ「{name}」を読み込めません（{type(error).__name__}）。",
                where="GIJIYOSHI_MODEL",
                remedy="make transformers（pip では gijiyoshi[transformers]）で導入してから、ワーカーを起動し直してください。",
            ) from error
