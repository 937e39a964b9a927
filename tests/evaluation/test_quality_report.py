"""docs/quality.md is in step with the program, and measuring a part of it keeps the rest."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.commands import app
from evaluation.fictional import fictional_section
from evaluation.measures import MEASURES, evaluate
from evaluation.reading import reading_section
from evaluation.report import Section, Target, page, sections_of
from minutes.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"


def section(name, figure):
    return Section(name=name, title=name, targets=(Target("再現率", "0.9 以上", figure, True),), body="本文")


def test_fictional_meetings_are_in_step():
    assert sections_of(PAGE.read_text(encoding="utf-8"))["fictional"] == fictional_section().text(), (
        "gijiyoshi evaluate --only fictional -o docs/quality.md で改めてください"
    )


def test_the_words_of_the_reader_are_in_step():
    assert sections_of(PAGE.read_text(encoding="utf-8"))["reading"] == reading_section().text()


def test_a_new_section_replaces_its_earlier_self_and_keeps_the_others():
    order = ("a", "b")
    first = page([section("b", "0.91"), section("a", "0.92")], order)
    second = page([section("b", "0.95")], order, first)
    assert sections_of(second)["a"] == sections_of(first)["a"]
    assert [line for line in second.split("\n") if "再現率" in line][:2] == [
        "| 再現率 | 0.9 以上 | 0.92 | 達成 |",
        "| 再現率 | 0.9 以上 | 0.95 | 達成 |",
    ]
    assert page([], order, second) == second


def test_what_is_not_met_is_said():
    assert "**未達**" in Target("再現率", "0.9 以上", "0.8", False).line()


def test_measures_that_need_data_are_left_out_without_it():
    assert set(sections_of(evaluate(None, ("reading", "kiryu", "speed"), ""))) == {"reading"}


def test_an_unknown_measure_and_a_missing_folder_are_refused(tmp_path):
    with pytest.raises(InputError, match="nothing"):
        evaluate(None, ("nothing",), "")
    with pytest.raises(InputError, match="フォルダー"):
        evaluate(tmp_path / "none", ("reading",), "")
    with pytest.raises(InputError, match="jsonl"):
        evaluate(tmp_path, ("kiryu",), "")


def test_the_command_writes_the_report(tmp_path, monkeypatch):
    monkeypatch.delenv("GIJIYOSHI_DATA", raising=False)
    output = tmp_path / "quality.md"
    done = CliRunner().invoke(app, ["evaluate", "--only", "reading", "-o", str(output)])
    assert done.exit_code == 0, done.output
    assert set(sections_of(output.read_text(encoding="utf-8"))) == {"reading"}


def test_the_help_names_every_measure():
    shown = CliRunner().invoke(app, ["evaluate", "--help"]).output
    assert all(name in shown for name in MEASURES)
