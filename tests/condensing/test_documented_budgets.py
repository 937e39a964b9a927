"""docs/condensing.md states the lengths that the default house style gives."""

import re
from pathlib import Path

from minutes.profiles import load_profile

PAGE = Path(__file__).parents[2] / "docs" / "condensing.md"
ROW = re.compile(r"^\| ([^|（]+)(?:（[^）]*）)? \| (\d+) % \| (\d+) \| (\d+) \|$", re.MULTILINE)


def test_the_table_of_lengths_is_that_of_the_profile() -> None:
    written = {
        kind: (int(share) / 100, int(least), int(most))
        for kinds, share, least, most in ROW.findall(PAGE.read_text(encoding="utf-8"))
        for kind in kinds.strip().split("、")
    }
    budgets = {kind: (b.ratio, b.least, b.most) for kind, b in load_profile().budgets.items() if kind != "default"}
    assert written == budgets
