"""Corruptions of correct drafts: what the checks must find. Seeded, so that a report can be made again."""

from evaluation.corruptions.attack import Tally, attack
from evaluation.corruptions.corruption import Corruption, Kind

__all__ = ["Corruption", "Kind", "Tally", "attack"]
