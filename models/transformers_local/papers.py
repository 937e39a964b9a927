"""What a model says of itself beside its weights: how it counts, how far it reads, how it ends a reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import GenerationConfig

from models.base import ModelUnready
from models.transformers_local.grammar import Grammars
from models.transformers_local.local_model import DEFAULT_CONTEXT, LocalModel
from models.transformers_local.placement import Placement, placement
from models.transformers_local.source import MODEL_SETTING, Source, find_model
from models.transformers_local.weights import quantization_of, read_config
from models.transformers_local.wording import Wording, read_tokenizer, wording_of

_LEAST_CONTEXT = 1024
"""Tokens: the rules of a prompt alone are half of it."""


@dataclass(frozen=True)
class Papers:
    """All of a model but its weights: enough to name it and to count tokens."""

    source: Source
    wording: Wording
    place: Placement
    context_tokens: int
    stops: tuple[int, ...]
    grammars: Grammars | None


def read_papers(chosen: LocalModel) -> Papers:
    """Raises ModelUnready where the model cannot be what was set."""
    source = find_model(chosen.model, chosen.revision)
    config = read_config(source)
    quantization_of(chosen)
    tokenizer = read_tokenizer(source)
    stops = _stops(source, config, tokenizer)
    return Papers(
        source=source,
        wording=wording_of(tokenizer, chosen.template, source),
        place=placement(chosen, config),
        context_tokens=_context(chosen.context_tokens, config),
        stops=stops,
        grammars=_grammars(tokenizer, config, stops),
    )


def _context(wanted: int | None, config: Any) -> int:
    most = getattr(config.get_text_config(decoder=True), "max_position_embeddings", None) or DEFAULT_CONTEXT
    if most < _LEAST_CONTEXT or (wanted is not None and wanted > most):
        raise ModelUnready(
            f"モデルの文脈長は{most}トークンです。"
            + (f"要約には{_LEAST_CONTEXT}トークン以上が要ります。" if most < _LEAST_CONTEXT else ""),
            where="GIJIYOSHI_TRANSFORMERS_CONTEXT_TOKENS",
            remedy=f"{most}以下にしてください。"
            if most >= _LEAST_CONTEXT
            else "文脈長の大きいモデルを使ってください。",
        )
    return wanted or min(most, DEFAULT_CONTEXT)


def _stops(source: Source, config: Any, tokenizer: Any) -> tuple[int, ...]:
    """Tokens that end a reply: of the generation settings beside the weights, of the config and of the tokenizer."""
    try:
        told = GenerationConfig.from_pretrained(source.folder, local_files_only=True).eos_token_id
    except (OSError, ValueError):
        told = None
    found: dict[int, None] = {}
    for each in (told, config.get_text_config(decoder=True).eos_token_id, tokenizer.eos_token_id):
        found.update(dict.fromkeys(each if isinstance(each, list) else [each] if each is not None else []))
    if not found:
        raise ModelUnready(
            f"モデル「{source.name}」には返答の終わりを示すトークンがありません。",
            where=MODEL_SETTING,
            remedy="別のモデルを使ってください。",
        )
    return tuple(found)


def _grammars(tokenizer: Any, config: Any, stops: Sequence[int]) -> Grammars | None:
    """None where the kind of tokenizer is unknown to xgrammar: replies are then only checked."""
    try:
        return Grammars(tokenizer, config.get_text_config(decoder=True).vocab_size, stops)
    except ValueError:
        return None
