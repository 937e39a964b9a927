"""How far a mean over a few meetings may be trusted."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

_ROUNDS = 2000
_SEED = 20260520
_LEAST = 5
"""Meetings below which no interval is given: resampling so few tells nothing."""


@dataclass(frozen=True)
class Mean:
    value: float
    low: float | None = None
    high: float | None = None
    """Bounds of the 95 % interval by bootstrap over meetings; None where there are too few."""

    def shown(self, form: str) -> str:
        """With the interval behind it; ``form`` is how a single figure is written, e.g. ``.3f``."""
        if self.low is None or self.high is None:
            return format(self.value, form)
        return f"{self.value:{form}}（{self.low:{form}}〜{self.high:{form}}）"


def mean(values: Sequence[float]) -> Mean:
    """The mean of one figure a meeting; the same values always give the same interval."""
    if not values:
        return Mean(0.0)
    value = sum(values) / len(values)
    if len(values) < _LEAST:
        return Mean(value)
    # Not for secrets: the same page must come out of the same figures.
    chance = random.Random(_SEED)  # noqa: S311
    drawn = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(_ROUNDS))
    return Mean(value, drawn[round(_ROUNDS * 0.025)], drawn[round(_ROUNDS * 0.975) - 1])
