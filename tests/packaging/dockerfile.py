"""A Dockerfile's instructions, and the few of them that can be carried out without an engine."""

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    name: str
    rest: str


@dataclass(frozen=True)
class Stage:
    base: str
    """The name of another stage, or of an image."""
    steps: tuple[Instruction, ...]

    def last(self, name: str) -> str | None:
        """What the last instruction of this name says."""
        return next((step.rest for step in reversed(self.steps) if step.name == name), None)


def stages(text: str) -> dict[str, Stage]:
    """By their names, in order; the last is what is built where no target is named."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found = {}
    for part in re.split(r"^FROM ", whole, flags=re.MULTILINE)[1:]:
        first, *rest = [line.strip() for line in part.splitlines() if line.strip()]
        base, _, name = first.partition(" AS ")
        steps = (line.partition(" ") for line in rest)
        found[name] = Stage(base, tuple(Instruction(word, told.strip()) for word, _, told in steps))
    return found


def ignored(context: Path) -> Callable[[str, list[str]], set[str]]:
    """For shutil.copytree: the names that .dockerignore keeps out of every folder."""
    lines = (context / ".dockerignore").read_text(encoding="utf-8").split()
    return shutil.ignore_patterns(*(line.removeprefix("**/") for line in lines if line.startswith("**/")))


def carry_out(
    instructions: Sequence[Instruction], context: Path, places: Mapping[str, Path], run: Callable[[str, Path], None]
) -> None:
    """COPY from ``context`` and ``run`` each RUN. ``places`` says where the image's absolute folders are here."""
    here = Path("/")
    for step in instructions:
        if step.name == "WORKDIR":
            here = places[step.rest]
            here.mkdir(parents=True, exist_ok=True)
        elif step.name == "COPY":
            *sources, target = step.rest.split()
            for source in sources:
                _copy(context, source, here / target)
        elif step.name == "RUN":
            command = re.sub(r"--(network|mount)=\S+\s*", "", step.rest)
            for name, place in places.items():
                command = re.sub(rf"(?<![\w/]){re.escape(name)}(?![\w.-])", str(place), command)
            run(command, here)


def _copy(context: Path, source: str, target: Path) -> None:
    if (context / source).is_dir():
        shutil.copytree(context / source, target, ignore=ignored(context))
    else:
        shutil.copy(context / source, target / source if target.is_dir() else target)
