"""TransformersBackend: reads a model when it is first asked for, in parts as they are needed."""

import threading
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from minutes.document import ModelCard
from models.grounded import Reply, Request, Unanswered
from models.grounded.backend import NOTE
from models.manifest import digest_of
from models.transformers_local.libraries import prepare_libraries
from models.transformers_local.line import Line
from models.transformers_local.local_model import LocalModel
from models.transformers_local.row import Job
from models.transformers_local.source import check_adapter
from prompts import Message

if TYPE_CHECKING:
    from models.transformers_local.answering import Answering
    from models.transformers_local.papers import Papers

_SLOTS_PER_ROW = 2
"""While a batch is written as many requests wait again: enough to sort by length."""


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
    def _papers(self) -> "Papers":
        with self._reading:
            return self._read_papers

    @cached_property
    def _read_papers(self) -> "Papers":
        prepare_libraries()
        from models.transformers_local.papers import read_papers

        return read_papers(self._chosen)

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
