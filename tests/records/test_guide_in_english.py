"""The guide for the records office says the same in both languages: as far as a program can tell."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
JAPANESE, ENGLISH = ((DOCS / name).read_text(encoding="utf-8") for name in ("records.md", "records.en.md"))
_BLOCK = re.compile(r"^```(.*?)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def prose(text: str) -> str:
    return _BLOCK.sub("", text)


def blocks(text: str) -> list[tuple[str, str]]:
    """Without what explains a line: a comment, or what stands behind a wide gap."""
    return [(kind, re.sub(r"\s+(#|  ).*", "", content)) for kind, content in _BLOCK.findall(text)]


def names(text: str) -> set[str]:
    """Options, files, fields and commands; Japanese words in code are names too."""
    return set(re.findall(r"`([^`]+)`", prose(text)))


def test_the_headings_are_as_many() -> None:
    assert re.findall(r"^#+", prose(ENGLISH), re.MULTILINE) == re.findall(r"^#+", prose(JAPANESE), re.MULTILINE)


def test_what_is_typed_and_written_is_the_same() -> None:
    assert blocks(ENGLISH) == blocks(JAPANESE)


def test_the_same_names_are_explained() -> None:
    assert names(ENGLISH) == names(JAPANESE)


def test_tables_and_lists_have_as_many_lines() -> None:
    def shape(text: str) -> list[str]:
        return re.findall(r"^(\||\d+\. |- )", prose(text), re.MULTILINE)

    assert shape(ENGLISH) == shape(JAPANESE)


def test_each_names_the_other() -> None:
    assert "(records.md)" in ENGLISH
    assert "(records.en.md)" in JAPANESE
