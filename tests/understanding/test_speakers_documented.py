"""docs/understanding.md tells the weights and the limits that the program uses."""

import re
from pathlib import Path

from minutes.speakers import weights
from minutes.speakers.weights import WEIGHTS

TEXT = (Path(__file__).parents[2] / "docs/understanding.md").read_text(encoding="utf-8")


def test_every_cue_has_its_row_with_its_weight() -> None:
    rows = re.findall(r"^\| ([^|]+) \| (\d\.\d+) \|", TEXT, re.MULTILINE)
    assert [(name, float(weight)) for name, weight in rows] == [(str(cue), weight) for cue, weight in WEIGHTS.items()]


def test_the_limits_are_told() -> None:
    assert f"合計が{weights.BIND}以上で、2番目の人を{weights.MARGIN}以上引き離した" in TEXT
    assert f"合計が{weights.BIND_LABEL}以上なら" in TEXT
    assert f"合計が{weights.CERTAIN_LABEL}" in TEXT
    assert f"役職だけなら{weights.INTRODUCED_BY_POST}、団体だけなら{weights.INTRODUCED_BY_ORG}" in TEXT
    assert f"重みを{weights.SAME_SOUND}倍" in TEXT and f"重みは{weights.DOUBTFUL}で" in TEXT
    assert f"続くたびに{weights.FADES}ずつ" in TEXT
