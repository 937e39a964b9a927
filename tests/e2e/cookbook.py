"""The recipes of a page: what is typed, and what the page says comes back."""

import re
from dataclasses import dataclass
from pathlib import Path

_RECIPE = re.compile(r"^```sh\n(?P<typed>.*?)^```\n+(?:^```text\n(?P<back>.*?)^```$)?", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Recipe:
    heading: str
    typed: str
    back: str | None
    """None: the page says nothing of what is printed."""

    def says(self, printed: str) -> bool:
        """Whether ``printed`` is what the page shows; ``…`` stands for anything, over several lines too."""
        if self.back is None:
            return True
        pattern = ".+".join(re.escape(part) for part in self.back.strip().split("…"))
        return re.fullmatch(pattern, printed.strip(), re.DOTALL) is not None


def recipes(page: Path) -> list[Recipe]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _RECIPE.finditer(text):
        heading = re.findall(r"^#+ (.+)$", text[: match.start()], re.MULTILINE)[-1]
        found.append(Recipe(heading, match["typed"], match["back"]))
    return found
