"""What of a meeting a backend is not shown: units that are condensed extractively without asking it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from minutes.public import closed_ids
from minutes.unit import KEPT_BACK, Unit
from models.base import Background


@dataclass(frozen=True)
class Withheld:
    name: str
    """For the model's card: a draft made this way is another than one made without."""
    reason: str
    """In Japanese, for the reviewer."""
    within: Callable[[Background], Callable[[Unit], bool]]

    def reasons(self, background: Background, units: Sequence[Unit]) -> Mapping[str, str]:
        """Ids of the units that are kept back, and why."""
        kept_back = self.within(background)
        return {unit.id: self.reason for unit in units if kept_back(unit)}


def _closed(background: Background) -> Callable[[Unit], bool]:
    closed = closed_ids(background.blank)
    return lambda unit: unit.closed or not closed.isdisjoint(each.id for each in unit.utterances)


CLOSED_TALK = Withheld("closed", KEPT_BACK, _closed)
