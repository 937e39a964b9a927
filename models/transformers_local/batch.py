"""Several replies at once: prompts padded on the left, the beginning that they share laid under them."""

import time
from collections.abc import Sequence
from typing import Any

import torch
from transformers import GenerationConfig, LogitsProcessorList, StoppingCriteriaList
from transformers.cache_utils import DynamicCache

from models.transformers_local.grammar import Grammars
from models.transformers_local.prefix import Prefixes, can_share, fill
from models.transformers_local.row import Job, Row
from models.transformers_local.steering import Constraint, Watch, look


class Batches:
    """A model with its weights. Used by one thread."""

    def __init__(self, model: Any, grammars: Grammars | None, stops: Sequence[int], total_seconds: float) -> None:
        self._model = model
        self._grammars = grammars
        self._stops = frozenset(stops)
        self._total_seconds = total_seconds
        with torch.inference_mode():
            self.prefixes = Prefixes(model) if can_share(model) else None
        self._greedy = GenerationConfig(do_sample=False, eos_token_id=list(stops), pad_token_id=stops[0])
        # What a model's makers advise (sampling, penalties) is for conversation; minutes have to come out the same again.
        model.generation_config = GenerationConfig(eos_token_id=list(stops), pad_token_id=stops[0])

    def write(self, jobs: Sequence[Job]) -> list[Row]:
        """How the reply to each of ``jobs`` ended. Raises what torch raises where the memory does not suffice."""
        with torch.inference_mode():
            return self._written(jobs)

    def _written(self, jobs: Sequence[Job]) -> list[Row]:
        rows = [Row(job, time.monotonic() + self._total_seconds) for job in jobs]
        prefixes = [job.prefix if self.prefixes is not None else () for job in jobs]
        width = max(map(len, prefixes))
        rest = max(len(job.ids) - len(prefix) for job, prefix in zip(jobs, prefixes, strict=True))
        ids = torch.full((len(rows), width + rest), self._greedy.pad_token_id)
        mask = torch.zeros_like(ids)
        for at, (job, prefix) in enumerate(zip(jobs, prefixes, strict=True)):
            own = job.ids[len(prefix) :]
            ids[at, width - len(prefix) : width] = torch.tensor(prefix, dtype=ids.dtype)
            mask[at, width - len(prefix) : width] = 1
            ids[at, -len(own) :] = torch.tensor(own)
            mask[at, -len(own) :] = 1
        ids, mask = ids.to(self._model.device), mask.to(self._model.device)
        begun = self._begun(rows, prefixes, width, ids, mask)
        if not look(rows, time.monotonic()):
            steering = (
                {"logits_processor": LogitsProcessorList([Constraint(rows, self._grammars)])} if self._grammars else {}
            )
            self._model.generate(
                ids,
                attention_mask=mask,
                generation_config=self._greedy,
                max_new_tokens=max(job.max_tokens for job in jobs),
                stopping_criteria=StoppingCriteriaList([Watch(rows, self._stops)]),
                **steering,
                **begun,
            )
        return rows

    def _begun(
        self, rows: Sequence[Row], prefixes: Sequence[tuple[int, ...]], width: int, ids: Any, mask: Any
    ) -> dict[str, Any]:
        """The cache with all but the last column, in pieces between which it may be halted."""
        if self.prefixes is None:
            return {}

        def ended() -> bool:
            return look(rows, time.monotonic())

        cache = self.prefixes.under(prefixes, width, ended=ended)
        if cache is None:
            cache = DynamicCache(config=self._model.config.get_text_config(decoder=True))
        fill(self._model, ids, mask, cache, range(width, ids.shape[1] - 1), ended=ended)
        return {"cache": cache}
