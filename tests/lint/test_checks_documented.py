"""docs/checks.md lists the rules there are."""

import re
from pathlib import Path

from minutes.checks import DOCUMENT_IDS
from minutes.lint.house import WordingRules
from minutes.lint.sentence import SENTENCE_RULES
from minutes.lint.table import RULES

TEXT = (Path(__file__).parents[2] / "docs/checks.md").read_text(encoding="utf-8")
SEVERITY = {"誤り": "error", "注意": "warn", "参考": "info"}


def test_every_rule_on_wording_has_its_row() -> None:
    rows = re.findall(r"^\| (K\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", TEXT, re.MULTILINE)
    assert rows == [
        (rule.id, rule.title, next(word for word, name in SEVERITY.items() if name == rule.severity), "あり" if rule.fixes else "なし")
        for rule in RULES
    ]  # fmt: skip
    assert {rule.id for rule in RULES} == {f"K{n:02}" for n in range(1, 31)}
    assert SENTENCE_RULES


def test_every_gate_has_its_row_and_every_switch_is_named() -> None:
    gates = re.findall(r"^\| ([GD]\d) \|", TEXT, re.MULTILINE)
    assert gates == [*(f"G{n}" for n in range(1, 10)), "D1"]
    assert {each for each in DOCUMENT_IDS if each[0] in "GD"} <= set(gates)
    assert re.findall(r"^\| `(\w+)` \|", TEXT, re.MULTILINE) == list(WordingRules.model_fields)
