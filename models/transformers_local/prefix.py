"""Keys and values of the beginnings that prompts share, computed once and laid under every row of a batch."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

KeysAndValues = tuple[tuple[torch.Tensor, torch.Tensor], ...]
"""By layer, each of the shape 1 x heads x tokens x size."""

_KEPT = 8
"""One for each prompt, and the variants of a house style."""
_CHUNK = 512
"""Tokens of each row at once: what is computed between two looks at the clock, and the memory it takes."""
_ROUNDING = 0.05


class Prefixes:
    def __init__(self, model: Any) -> None:
        self._model = model
        self._kept: OrderedDict[tuple[int, ...], KeysAndValues] = OrderedDict()

    def under(self, prefixes: Sequence[tuple[int, ...]], width: int, *, ended: Callable[[], bool]) -> Any:
        """A cache of ``width`` tokens for as many rows, each beginning at the right; what lies left of it is masked.

        None where there is no beginning at all, or where ``ended`` before they were computed.
        """
        found = [self._of(prefix, ended) if prefix else None for prefix in prefixes]
        some = next((each for each in found if each is not None), None)
        if some is None:
            return None
        cache = DynamicCache(config=_text_config(self._model))
        for at, (key, value) in enumerate(some):
            pair = [part.new_zeros(len(found), part.shape[1], width, part.shape[3]) for part in (key, value)]
            for row, each in enumerate(found):
                if each is not None:
                    for whole, part in zip(pair, each[at], strict=True):
                        whole[row, :, width - part.shape[2] :] = part[0]
            cache.update(*pair, at)
        return cache

    def forget(self) -> None:
        self._kept.clear()

    def _of(self, prefix: tuple[int, ...], ended: Callable[[], bool]) -> KeysAndValues | None:
        if prefix in self._kept:
            self._kept.move_to_end(prefix)
            return self._kept[prefix]
        ids = torch.tensor([prefix], device=self._model.device)
        cache = DynamicCache(config=_text_config(self._model))
        if not fill(self._model, ids, torch.ones_like(ids), cache, range(len(prefix)), ended=ended):
            return None
        made = tuple((layer.keys, layer.values) for layer in cache.layers)
        self._kept[prefix] = made
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made


def fill(
    model: Any,
    ids: torch.Tensor,
    mask: torch.Tensor,
    cache: Any,
    columns: range,
    *,
    ended: Callable[[], bool],
) -> bool:
    """Compute keys and values of the ``columns`` into ``cache``, which has those before; False where ``ended`` first."""
    places = (mask.cumsum(-1) - 1).clamp(min=0)
    for at in columns[::_CHUNK]:
        if ended():
            return False
        to = min(at + _CHUNK, columns.stop)
        model(
            input_ids=ids[:, at:to],
            attention_mask=mask[:, :to],
            position_ids=places[:, at:to],
            cache=cache,
            use_cache=True,
            logits_to_keep=1,
        )
    return True


def can_share(model: Any) -> bool:
    """Whether a beginning computed by itself, with a gap after it, leaves the rest as it would be without.

    Not where layers keep a window or a state in place of all keys, nor where a model counts places by itself. That is
    tried out on a few tokens: what an architecture is called does not tell.
    """
    if any(type(layer) is not DynamicLayer for layer in DynamicCache(config=_text_config(model)).layers):
        return False
    size = model.get_input_embeddings().weight.shape[0]
    sample = [(7 * n + 3) % size for n in range(1, 25)]
    rest, gap = sample[16:], 5
    try:
        whole = model(input_ids=torch.tensor([sample], device=model.device), use_cache=False).logits[0, -1]
        cache = Prefixes(model).under([tuple(sample[:16])], 16, ended=lambda: False)
        if not all(type(layer) is DynamicLayer and layer.is_initialized for layer in cache.layers):
            return False
        ids = torch.tensor([[*sample[:16], *[sample[0]] * gap, *rest]], device=model.device)
        mask = torch.tensor([[1] * 16 + [0] * gap + [1] * len(rest)], device=model.device)
        places = (mask.cumsum(-1) - 1)[:, 16:]
        parts = model(input_ids=ids[:, 16:], attention_mask=mask, position_ids=places, cache=cache, use_cache=True)
    except (TypeError, ValueError, AttributeError, NotImplementedError, IndexError, KeyError):
        # Its forward takes no such cache.
        return False
    difference = (parts.logits[0, -1].float() - whole.float()).abs().mean()
    return bool(difference <= _ROUNDING * whole.float().std())


def _text_config(model: Any) -> Any:
    return model.config.get_text_config(decoder=True)
