"""TransformersBackend: reads a model when it is first asked for, in parts as they are needed."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from minutes.document import ModelCard
from models.base import ModelUnready
from models.grounded import Reply, Request, Unanswered
from models.grounded.backend import NOTE
from models.manifest import digest_of
from models.transformers_local.libraries import prepare_libraries
from models.transformers_local.line import Line
from models.transformers_local.local_model import DEFAULT_CONTEXT, LocalModel
from models.transformers_local.row import Job
from models.transformers_local.source import Source, check_adapter, find_model
from models.transformers_local.wording import Wording, read_tokenizer, wording_of
from prompts import Message

if TYPE_CHECKING:
    from models.transformers_local.answering import Answering
    from models.transformers_local.grammar import Grammars
    from models.transformers_local.weights import Placement

_SLOTS_PER_ROW = 2
"""While a batch is written as many requests wait again: enough to sort by length."""
_LEAST_CONTEXT = 1024


@dataclass(frozen=True)
class Papers:
    """All of a model but its weights: enough to name it and to count tokens."""

    source: Source
    config: Any
    wording: Wording
    place: "Placement"
    context_tokens: int
    stops: tuple[int, ...]
    grammars: "Grammars | None"


class TransformersBackend:
    """Meets ``Backend``. Nothing is read before it is needed: first the papers, with the first request the weights.

    Raises ModelUnready wherever the model, its libraries or this machine are not what was set; ``close`` ends its
    thread.
    """

    def __init__(self, chosen: LocalModel) -> None:
        self._chosen = chosen
        self._line = Line(self._answer, chosen.batch_size)
        self._reading = threading.RLock()
        self._answering: Answering | None = None

    @cached_property
    def card(self) -> ModelCard:
        papers, chosen = self._papers, self._chosen
        adapter = check_adapter(chosen.adapter) if chosen.adapter is not None else None
        digests = [digest_of(path) for path in (papers.source.path, adapter) if path is not None]
        import torch
        import transformers

        return ModelCard(
            name="transformers",
            revision="+".join(digests),
            parameters={
                "model": papers.source.name,
                "adapter": adapter.name if adapter is not None else "",
                "dtype": str(papers.place.dtype).removeprefix("torch."),
                "device": papers.place.device.partition(":")[0],
                "quantization": chosen.quantization or "",
                "context_tokens": papers.context_tokens,
                "template": "chat" if papers.wording.chat else "plain",
                "constrained": papers.grammars is not None,
                "temperature": 0,
                "libraries": f"transformers {transformers.__version__}, torch {torch.__version__}",
            },
            note=NOTE,
        )

    @property
    def slots(self) -> int:
        return self._chosen.batch_size * _SLOTS_PER_ROW

    @property
    def context_tokens(self) -> int:
        return self._papers.context_tokens

    def tokens(self, text: str) -> int:
        return self._papers.wording.count(text)

    def prompt_tokens(self, messages: Sequence[Message]) -> int:
        return len(self._papers.wording.ids(messages))

    def generate(self, request: Request, *, halted: Callable[[], bool]) -> Reply:
        papers = self._papers
        ids = papers.wording.ids(request.messages)
        if len(ids) + request.max_tokens > papers.context_tokens:
            raise Unanswered("発言がモデルの文脈長に収まらない")
        return self._line.answer(
            Job(
                ids=tuple(ids),
                prefix=papers.wording.shared(request.messages, ids),
                max_tokens=request.max_tokens,
                grammar=papers.grammars.of(request.schema) if papers.grammars is not None else None,
                halted=halted,
            )
        )

    def close(self) -> None:
        self._line.close()

    @property
    def _papers(self) -> Papers:
        with self._reading:
            return self._read_papers

    @cached_property
    def _read_papers(self) -> Papers:
        prepare_libraries()
        from models.transformers_local.weights import placement, quantization_of, read_config

        chosen = self._chosen
        source = find_model(chosen.model, chosen.revision)
        config = read_config(source)
        quantization_of(chosen)
        tokenizer = read_tokenizer(source)
        stops = _stops(source, config, tokenizer)
        return Papers(
            source,
            config,
            wording_of(tokenizer, chosen.template, source),
            placement(chosen, config),
            _context(chosen.context_tokens, config),
            stops,
            _grammars(tokenizer, config, stops),
        )

    def _answer(self, jobs: Sequence[Job]) -> None:
        """In the line's own thread."""
        if self._answering is None:
            self._answering = self._read_weights()
        self._answering(jobs)

    def _read_weights(self) -> "Answering":
        from models.transformers_local.answering import Answering
        from models.transformers_local.batch import Batches
        from models.transformers_local.weights import read_model

        papers, chosen = self._papers, self._chosen
        adapter = check_adapter(chosen.adapter) if chosen.adapter is not None else None
        model = read_model(papers.source, chosen, papers.place, adapter)
        batches = Batches(model, papers.grammars, papers.stops, chosen.total_seconds)
        return Answering(batches, papers.wording.text, papers.source.name, chosen.total_seconds)


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
    from transformers import GenerationConfig

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
            where="GIJIYOSHI_TRANSFORMERS_MODEL",
            remedy="別のモデルを使ってください。",
        )
    return tuple(found)


def _grammars(tokenizer: Any, config: Any, stops: Sequence[int]) -> "Grammars | None":
    """None where the kind of tokenizer is unknown to xgrammar: replies are then only checked."""
    from models.transformers_local.grammar import Grammars

    try:
        return Grammars(tokenizer, config.get_text_config(decoder=True).vocab_size, stops)
    except ValueError:
        return None
