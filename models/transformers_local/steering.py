"""What is done between two tokens of a batch: hold each row to its grammar, and end the rows that are done."""

import time
from collections.abc import Sequence
from typing import Any

import torch
import xgrammar
from transformers import LogitsProcessor, StoppingCriteria

from models.transformers_local.grammar import Grammars
from models.transformers_local.row import End, Row

_OF_A_CHARACTER = 3
"""Bytes that may be missing of a character when it is cut off."""


class Constraint(LogitsProcessor):  # type: ignore[misc]
    """Only what the grammar allows next. A row whose allowance nears its end is led to its end: its JSON stays whole."""

    def __init__(self, rows: Sequence[Row], grammars: Grammars) -> None:
        self._rows = rows
        self._grammars = grammars
        self._bits = xgrammar.allocate_token_bitmask(len(rows), grammars.vocabulary)

    def __call__(self, _ids: Any, scores: torch.Tensor) -> torch.Tensor:
        for at, row in enumerate(self._rows):
            self._bits[at] = -1
            if row.end is not None or row.matcher is None:
                continue
            if row.written and not row.matcher.accept_token(row.written[-1]):
                # No score was a number: the grammar allowed another token.
                row.end = End.BROKEN
                continue
            self._grammars.allowed(row.matcher, self._bits, at)
        xgrammar.apply_token_bitmask_inplace(scores, self._bits.to(scores.device))
        for at, row in enumerate(self._rows):
            if row.end is None and row.matcher is not None and row.left <= row.job.grammar.closing:
                self._lead(row, scores[at], self._bits[at])
        return scores

    def _lead(self, row: Row, scores: torch.Tensor, bits: torch.Tensor) -> None:
        if not row.hurried and self._may_go_on(row, int(scores.argmax())):
            return
        row.hurried = True
        scores.fill_(-torch.inf)
        scores[self._grammars.soonest(bits)] = 0.0

    def _may_go_on(self, row: Row, token: int) -> bool:
        """Whether the reply can still be ended properly after ``token``."""
        told = row.to_end if token not in self._grammars.structural else None
        if told is not None and told + _OF_A_CHARACTER < row.left:
            return True
        # To try it out costs as much as writing a token with a small model; most tokens are text.
        row.to_end = self._grammars.to_end(row.matcher, token, row.left - 1)
        return row.to_end is not None


class Watch(StoppingCriteria):  # type: ignore[misc]
    """Notes each new token and ends rows: by a stop token, at their allowance, halted, or too late."""

    def __init__(self, rows: Sequence[Row], stops: frozenset[int]) -> None:
        self._rows = rows
        self._stops = stops

    def __call__(self, ids: torch.Tensor, _scores: Any, **_: Any) -> torch.Tensor:
        moment = time.monotonic()
        for row, token in zip(self._rows, ids[:, -1].tolist(), strict=True):
            if row.end is not None:
                continue
            row.written.append(token)
            if token in self._stops:
                row.end = End.STOP
            elif row.left <= 0:
                row.end = End.LENGTH
        look(self._rows, moment)
        return torch.tensor([row.end is not None for row in self._rows], device=ids.device)


def look(rows: Sequence[Row], moment: float) -> bool:
    """End the rows that nobody waits for any more; True where all rows have ended."""
    for row in rows:
        if row.end is None and row.job.halted():
            row.end = End.HALTED
        elif row.end is None and moment > row.deadline:
            row.end = End.LATE
    return all(row.end is not None for row in rows)
