"""What a rule says about a stretch of a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    rule: str
    start: int
    end: int
    message: str
    replacement: str | None = None
    """What may stand there instead; None where only a person can tell."""


def swap(rule: str, start: int, old: str, new: str, why: str) -> Remark:
    """A remark with its replacement, worded alike for all rules."""
    return Remark(rule, start, start + len(old), f"「{old}」は「{new}」と書きます（{why}）。", new)
