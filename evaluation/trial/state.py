"""What a model made of each unit, kept in a folder: a run that was killed goes on, and a second one asks nothing."""

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pydantic import ValidationError

import minutes
import models
import prompts
from minutes.unit import ModelCall
from minutes.unit_record import UnitRecord
from minutes.value import Value
from models.pipeline import Stage


class Condensed(Value):
    """What became of one unit, as it lies in its file."""

    record: UnitRecord
    seconds: float
    """Since the unit before it was done: together they are the time that a meeting took, whatever came between."""


@dataclass
class UnitFiles:
    """Meets ``StageStore`` for one meeting.

    Only units are kept: all else that a draft needs is made anew within a second. The name of a file is the hash of
    what the unit depends on, the program itself included, so an older file is never taken for a newer one. Units that
    the server did not answer are not kept, so that the next run asks about them.
    """

    folder: Path
    units: dict[str, Condensed] = field(default_factory=dict)
    kept: int = 0
    """Units whose result lay there already."""

    def find(self, stage: Stage, part: str, input_hash: str) -> str | None:
        if stage is not Stage.CONDENSE:
            return None
        try:
            kept = Condensed.model_validate_json(self._path(input_hash).read_bytes())
        except (FileNotFoundError, ValidationError):
            return None
        self.units[part] = kept
        self.kept += 1
        return kept.record.model_dump_json()

    def save(self, stage: Stage, part: str, input_hash: str, payload: str, seconds: float) -> None:
        if stage is not Stage.CONDENSE:
            return
        condensed = Condensed(record=UnitRecord.model_validate_json(payload), seconds=seconds)
        self.units[part] = condensed
        if not any(unanswered(call) for call in condensed.record.summary.calls):
            self._write(self._path(input_hash), condensed.model_dump_json().encode())

    def _path(self, input_hash: str) -> Path:
        key = hashlib.sha256(f"{input_hash} {_program()}".encode()).hexdigest()
        return self.folder / f"{key}.json"

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all, so that a run killed here leaves no half a unit."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_bytes(content)
        temporary.replace(path)


def unanswered(call: ModelCall) -> bool:
    """True where no reply came that could be read: the server was gone, refused, or answered as another model."""
    return not (call.model or call.finish or call.reply)


@cache
def _program() -> str:
    """Hash of the code and data that a summary comes from: between two releases the version stays the same."""
    found = hashlib.sha256()
    for package in (minutes, models, prompts):
        root = Path(package.__path__[0])
        for path in sorted(each for each in root.rglob("*") if each.is_file() and each.suffix != ".pyc"):
            found.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
