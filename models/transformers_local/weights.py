"""Reading the weights to where they are used."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    MODEL_FOR_CAUSAL_LM_MAPPING,
    AutoConfig,
    AutoModelForCausalLM,
)
from transformers.quantizers.auto import AutoQuantizationConfig

from models.base import ModelUnready
from models.transformers_local.libraries import need
from models.transformers_local.local_model import LocalModel
from models.transformers_local.memory import check_memory, out_of_memory, too_little
from models.transformers_local.placement import Placement
from models.transformers_local.source import ADAPTER_SETTING, MODEL_SETTING, Source

_QUANTIZATION_SETTING = "GIJIYOSHI_TRANSFORMERS_QUANTIZATION"


def read_config(source: Source) -> Any:
    """Raises ModelUnready where it is none of a model that writes text."""
    file = {"gguf_file": source.gguf} if source.gguf is not None else {}
    try:
        config = AutoConfig.from_pretrained(source.folder, local_files_only=True, trust_remote_code=False, **file)
    except Exception as error:
        # A config is code's input in the making: a missing key, a wrong type, an architecture nobody knows.
        remote = "trust_remote_code" in str(error)
        what = (
            "独自のプログラムを要する型のモデルです"
            if remote
            else f"設定（config.json）を読めません（{type(error).__name__}）"
        )
        raise _unready(source, what, "transformers が標準で扱う型のモデルを使ってください。") from error
    if type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING or getattr(config, "is_encoder_decoder", False):
        raise _unready(
            source,
            f"文章を続けて書く型（CausalLM）のモデルではありません（{config.model_type}）",
            "対話用に調整した CausalLM のモデルを使ってください。",
        )
    return config


def quantization_of(chosen: LocalModel) -> Any:
    """transformers' own configuration, or None. Raises ModelUnready where it is unknown or lacks a library."""
    if chosen.quantization is None:
        return None
    try:
        return AutoQuantizationConfig.from_dict(json.loads(chosen.quantization))
    except ImportError as error:
        raise _quantization_unready(f"要るライブラリがありません（{error.name or error}）。") from error
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise _quantization_unready("transformers の知らない書き方です。") from error


def read_model(source: Source, chosen: LocalModel, place: Placement, adapter: Path | None) -> Any:
    """With all its weights and the adapter. Raises ModelUnready."""
    quantization = quantization_of(chosen)
    if chosen.threads is not None:
        torch.set_num_threads(chosen.threads)
    options: dict[str, Any] = {"gguf_file": source.gguf} if source.gguf is not None else {"use_safetensors": True}
    if quantization is not None:
        options["quantization_config"] = quantization
    try:
        if quantization is None and not _comes_quantized(source):
            check_memory(source, place.dtype.itemsize, place.free_bytes())
        model, loaded = AutoModelForCausalLM.from_pretrained(
            source.folder,
            dtype=place.dtype,
            device_map=place.device_map,
            local_files_only=True,
            trust_remote_code=False,
            output_loading_info=True,
            **options,
        )
    except ModelUnready:
        raise
    except Exception as error:
        raise _unreadable(source, error, quantized=quantization is not None) from error
    if loaded["missing_keys"] or loaded["mismatched_keys"]:
        # transformers would fill them with random numbers and only say so in a log.
        raise _unready(source, "重みの一部がないか、大きさが設定と合いません", "モデルを取り込み直してください。")
    if adapter is not None:
        _adapt(model, source, adapter)
    return model.eval()


def _adapt(model: Any, source: Source, adapter: Path) -> None:
    need("peft")
    try:
        loaded = model.load_adapter(str(adapter))
    except Exception as error:
        # peft tells of a wrong base model by whatever fails first.
        raise _adapter_unready(source, adapter, f"（{type(error).__name__}）") from error
    if loaded.missing_keys or loaded.unexpected_keys or loaded.mismatched_keys:
        raise _adapter_unready(source, adapter, "")


def _comes_quantized(source: Source) -> bool:
    if source.gguf is not None:
        # transformers turns its numbers into those of the dtype.
        return False
    return "quantization_config" in json.loads((source.folder / "config.json").read_bytes())


def _unreadable(source: Source, error: Exception, *, quantized: bool) -> ModelUnready:
    """A broken file, a missing library or a machine that will not do is told of by whatever comes to it first."""
    if out_of_memory(error):
        return too_little(source.name)
    if isinstance(error, ImportError):
        return _quantization_unready(f"要るライブラリがありません（{error.name or type(error).__name__}）。")
    if quantized:
        return _quantization_unready(f"このモデル又はこの計算機では使えません（{type(error).__name__}）。")
    return _unready(source, f"重みを読めません（{type(error).__name__}）", "モデルを取り込み直してください。")


def _unready(source: Source, what: str, remedy: str) -> ModelUnready:
    return ModelUnready(f"モデル「{source.name}」を使えません。{what}。", where=MODEL_SETTING, remedy=remedy)


def _adapter_unready(source: Source, adapter: Path, told: str) -> ModelUnready:
    return ModelUnready(
        f"アダプター「{adapter.name}」をモデル「{source.name}」に付けられません{told}。",
        where=ADAPTER_SETTING,
        remedy="このモデルをもとに学習した LoRA か確かめてください。",
    )


def _quantization_unready(what: str) -> ModelUnready:
    return ModelUnready(
        f"量子化の設定が使えません。{what}",
        where=_QUANTIZATION_SETTING,
        remedy="quant_method の値と、その方式に要るライブラリの導入を確かめてください。",
    )
