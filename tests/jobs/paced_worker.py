"""A worker process for tests, put together like `gijiyoshi worker` but with models that take their time.

It hands its own model source to the same ``run_worker``. ``paced`` notes each unit in the journal file and, while there
is a gate file, begins no more units than the number in it: a test then finds the job exactly where it wants it, however
slow the machine is. ``local`` is the real transformers backend; ``deadly`` kills its
process; ``refusing`` raises an error that quotes the transcript.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from minutes.document import ModelCard, PromptRef
from minutes.unit import LeftOut, SummarySentence, Unit, UnitSummary
from service.settings import Settings
from workers.celery_app import run_worker
from workers.works import load_registered

if TYPE_CHECKING:
    from models.base import Background
    from models.grounded import GroundedModel

LOOK_SECONDS = 0.02


class Paced:
    """Repeats the first utterance of each unit: no weights and no dictionary to load in every new child."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal

    def describe(self) -> ModelCard:
        return ModelCard(name="paced", revision="1", parameters={}, note="試験用")

    def prompts(self) -> tuple[PromptRef, ...]:
        return ()

    def held(self) -> bool:
        """Whether the unit noted last has to wait: in its middle, begun and not saved."""
        try:
            allowed = int(self.journal.with_name("gate").read_text())
        except FileNotFoundError:
            return False
        return len(self.journal.read_text().split()) > allowed

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        for unit in units:
            if cancelled():
                return
            with self.journal.open("a") as file:
                file.write(f"{unit.id}\n")
            while self.held():
                if cancelled():
                    return
                time.sleep(LOOK_SECONDS)
            first, *rest = unit.utterances
            yield UnitSummary(
                unit_id=unit.id,
                sentences=(SummarySentence(text=first.text, evidence=(first.id,)),),
                left_out=tuple((utterance.id, LeftOut.CONDENSED) for utterance in rest),
            )


class Deadly(Paced):
    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        os.kill(os.getpid(), signal.SIGKILL)
        return iter(())


class Refusing(Paced):
    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        raise KeyError(units[0].utterances[0].text)


class Local:
    """The transformers backend as the settings name it; notes the units that it is asked for."""

    def __init__(self, journal: Path) -> None:
        self.journal = journal

    def within(self, background: "Background") -> "Local":
        situated = Local(self.journal)
        situated.model = self.model.within(background)
        return situated

    @cached_property
    def model(self) -> "GroundedModel":
        return load_registered("transformers")

    def describe(self) -> ModelCard:
        return self.model.describe()

    def prompts(self) -> tuple[PromptRef, ...]:
        return self.model.prompts()

    def condense(self, units: Sequence[Unit], *, cancelled: Callable[[], bool]) -> Iterator[UnitSummary]:
        with self.journal.open("a") as file:
            file.writelines(f"{unit.id}\n" for unit in units)
        yield from self.model.condense(units, cancelled=cancelled)


class Weighty(Paced):
    """Takes the place of what reads weights: notes which process warms it."""

    def warm(self) -> None:
        with self.journal.with_name("warmed").open("a") as file:
            file.write(f"{os.getpid()}\n")


KINDS = {"paced": Paced, "deadly": Deadly, "refusing": Refusing, "transformers": Weighty, "local": Local}


if __name__ == "__main__":
    journal = Path(sys.argv[1])
    run_worker(Settings(), load=lambda name: KINDS[name](journal))
