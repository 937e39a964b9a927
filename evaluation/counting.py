"""Precision, recall and F1 from counts."""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Counts:
    """Decisions that were right, wrong, and missing. Nothing to find and nothing found counts as perfect."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float:
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def compared(found: Iterable[Hashable], expected: Iterable[Hashable]) -> Counts:
    """Two sets of facts."""
    found, expected = set(found), set(expected)
    return Counts(right=len(found & expected), wrong=len(found - expected), missed=len(expected - found))


def by_class(pairs: Iterable[tuple[str, str]]) -> dict[str, Counts]:
    """(expected, found) pairs to counts per class, of every class that is expected or found."""
    table = Counter(pairs)
    classes = sorted({name for pair in table for name in pair})
    return {
        name: Counts(
            right=table[name, name],
            wrong=sum(n for (expected, found), n in table.items() if found == name != expected),
            missed=sum(n for (expected, found), n in table.items() if expected == name != found),
        )
        for name in classes
    }


def macro_f1(counts: dict[str, Counts]) -> float:
    """The mean F1 of the classes: a rare kind weighs as much as a frequent one."""
    return sum(each.f1 for each in counts.values()) / len(counts) if counts else 1.0
