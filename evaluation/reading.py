"""The section written by a person: sentences read one by one, errors by kind, and what was done about each kind."""

from pathlib import Path

from evaluation.report import Section

NOTES = Path(__file__).with_suffix(".md")


def reading_section() -> Section:
    """The notes as they stand in ``reading.md`` beside this file."""
    return Section(name="reading", title="1文ずつ読んだ結果", targets=(), body=NOTES.read_text(encoding="utf-8"))
